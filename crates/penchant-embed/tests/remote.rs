//! The remote embedder against a scripted service.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use penchant_embed::{ApiKey, Remote, RemoteConfig};
use penchant_ports::{Embedder, PortErrorKind};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

fn config(server: &MockServer) -> RemoteConfig {
    RemoteConfig {
        base_url: server.uri(),
        model: "tiny".to_owned(),
        api_key: Some(ApiKey::new("secret")),
        dimension: 2,
        backoff_ms: 1,
        ..RemoteConfig::default()
    }
}

fn remote(server: &MockServer) -> Remote {
    Remote::new(config(server)).unwrap()
}

fn texts(of: &[&str]) -> Vec<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}

/// Answers each text with `[its length, 1]`, last text first.
fn lengths(request: &Request) -> ResponseTemplate {
    let body: Value = request.body_json().unwrap();
    let mut data: Vec<Value> = body["input"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(index, text)| {
            json!({"object": "embedding", "index": index, "embedding": [text.as_str().unwrap().len(), 1]})
        })
        .collect();
    data.reverse();
    ResponseTemplate::new(200).set_body_json(json!({"object": "list", "data": data}))
}

async fn answering(server: &MockServer) {
    Mock::given(method("POST"))
        .and(path("/v1/embeddings"))
        .respond_with(lengths)
        .mount(server)
        .await;
}

async fn refusing(server: &MockServer, response: ResponseTemplate, times: u64) {
    Mock::given(method("POST"))
        .respond_with(response)
        .up_to_n_times(times)
        .with_priority(1)
        .mount(server)
        .await;
}

async fn asked(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn vectors_come_in_order_of_unit_length_and_blank_texts_are_not_sent() {
    let server = MockServer::start().await;
    Mock::given(header("authorization", "Bearer secret"))
        .and(path("/v1/embeddings"))
        .and(body_partial_json(
            json!({"model": "tiny", "input": ["abc", "a"], "encoding_format": "float"}),
        ))
        .respond_with(lengths)
        .expect(1)
        .mount(&server)
        .await;
    let remote = remote(&server);
    let vectors = remote.embed(&texts(&["abc", " ", "a"])).await.unwrap();
    assert!((vectors[0].as_slice()[0] - 3.0 / 10.0_f32.sqrt()).abs() < 1e-6);
    assert!(vectors[1].is_empty());
    assert!((vectors[2].as_slice()[0] - 0.5_f32.sqrt()).abs() < 1e-6);
    assert_eq!(remote.info().model, "remote/tiny");
    assert_eq!(remote.info().dimension, 2);
}

#[tokio::test]
async fn nothing_is_asked_for_blank_texts_alone() {
    let server = MockServer::start().await;
    assert!(remote(&server).embed(&texts(&["", "\n"])).await.unwrap()[0].is_empty());
    assert_eq!(asked(&server).await, 0);
}

#[tokio::test]
async fn many_texts_go_in_several_requests_and_long_ones_are_cut() {
    let server = MockServer::start().await;
    answering(&server).await;
    let remote =
        Remote::new(RemoteConfig { batch: 2, max_text_bytes: 4, ..config(&server) }).unwrap();
    let vectors = remote.embed(&texts(&["a", "bb", "ccc", "dddd", "eeeeeeee"])).await.unwrap();
    assert_eq!(vectors.len(), 5);
    assert_eq!(vectors[3], vectors[4], "cut to the same length");
    assert_eq!(asked(&server).await, 3);
}

#[tokio::test]
async fn overload_and_outages_are_tried_again() {
    for status in [429, 500, 503] {
        let server = MockServer::start().await;
        answering(&server).await;
        let no = ResponseTemplate::new(status).insert_header("retry-after", "0");
        refusing(&server, no, 2).await;
        assert!(remote(&server).embed(&texts(&["a"])).await.is_ok(), "{status}");
        assert_eq!(asked(&server).await, 3);
    }
}

#[tokio::test]
async fn a_lasting_outage_ends_as_unavailable() {
    let server = MockServer::start().await;
    refusing(&server, ResponseTemplate::new(502), 99).await;
    let error = remote(&server).embed(&texts(&["a"])).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert_eq!(asked(&server).await, 3);
}

#[tokio::test]
async fn a_long_retry_after_is_handed_on_instead_of_waited_for() {
    let server = MockServer::start().await;
    let later = ResponseTemplate::new(429).insert_header("retry-after", "600");
    refusing(&server, later, 99).await;
    let error = remote(&server).embed(&texts(&["a"])).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert_eq!(error.retry_after, Some(Duration::from_secs(600)));
    assert_eq!(asked(&server).await, 1);
}

#[tokio::test]
async fn refusals_are_not_repeated_and_do_not_echo_the_text() {
    for (status, kind) in [
        (400, PortErrorKind::Invalid),
        (404, PortErrorKind::Invalid),
        (401, PortErrorKind::Unavailable),
        (403, PortErrorKind::Unavailable),
    ] {
        let server = MockServer::start().await;
        let echo = ResponseTemplate::new(status).set_body_string("cannot embed: private words");
        refusing(&server, echo, 99).await;
        let error = remote(&server).embed(&texts(&["private words"])).await.unwrap_err();
        assert_eq!(error.kind, kind);
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert!(!format!("{error:?}").contains("private"), "{error:?}");
        assert_eq!(asked(&server).await, 1);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = MockServer::start().await;
    answering(&elsewhere).await;
    let server = MockServer::start().await;
    let away = ResponseTemplate::new(307)
        .insert_header("location", format!("{}/v1/embeddings", elsewhere.uri()));
    refusing(&server, away, 99).await;
    let error = remote(&server).embed(&texts(&["a"])).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invalid);
    assert_eq!(asked(&elsewhere).await, 0);
}

#[tokio::test]
async fn answers_of_another_model_are_refused() {
    let server = MockServer::start().await;
    answering(&server).await;
    let remote = Remote::new(RemoteConfig { dimension: 3, ..config(&server) }).unwrap();
    let error = remote.embed(&texts(&["a"])).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invalid);
    assert!(error.to_string().contains("2 dimensions instead of 3"), "{error}");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let server = MockServer::start().await;
    refusing(&server, ResponseTemplate::new(200).set_body_bytes(vec![b' '; 100_000]), 99).await;
    let remote =
        Remote::new(RemoteConfig { max_response_bytes: 1_000, ..config(&server) }).unwrap();
    let error = remote.embed(&texts(&["a"])).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invalid);
    assert!(error.to_string().contains("over 1000 bytes"), "{error}");
}

#[tokio::test]
async fn a_silent_service_is_given_up() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    refusing(&server, slow, 99).await;
    let remote =
        Remote::new(RemoteConfig { timeout_ms: 50, attempts: 2, ..config(&server) }).unwrap();
    let error = remote.embed(&texts(&["a"])).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!(error.to_string().contains("too long"), "{error}");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_unavailable() {
    let server = MockServer::start().await;
    let config = config(&server);
    drop(server);
    let error = Remote::new(RemoteConfig { base_url: "http://127.0.0.1:9".to_owned(), ..config })
        .unwrap()
        .embed(&texts(&["a"]))
        .await
        .unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!(!error.to_string().contains("127.0.0.1"), "{error}");
}
