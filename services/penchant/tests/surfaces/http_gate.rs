//! Who may ask, where, how much, and what operators see.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use penchant::edge::{Admission, EdgeOptions};
use penchant::http::{Hosts, HttpOptions};
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::grpc_operations::with_tokens;
use crate::http_calls::serve;
use crate::server::{Server, http, options};

async fn retrieve(server: &Server, user: &str) -> Response {
    let asked = json!({"user_id": user});
    Client::new().post(server.url("/v1/retrieve")).json(&asked).send().await.unwrap()
}

async fn code(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    (status, body["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn each_error_has_its_status_and_internal_ones_keep_their_cause() {
    let server = serve().await;
    for (user, status, says, retry) in [
        ("down", 503, "UNAVAILABLE", Some("3")),
        ("behind", 503, "UNAVAILABLE", Some("1")),
        ("busy", 429, "RESOURCE_EXHAUSTED", None),
        ("stale", 409, "ABORTED", None),
        ("twice", 409, "ALREADY_EXISTS", None),
        ("broken", 500, "INTERNAL", None),
        ("panic", 500, "INTERNAL", None),
    ] {
        let answer = retrieve(&server, user).await;
        let after = answer.headers().get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!(after, retry, "{user}");
        let code = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        assert!(code == status && text.contains(says) && !text.contains("secret"), "{user} {text}");
    }
    let missing = server.url("/v1/users/ada/preferences/none");
    let answer = Client::new().get(missing).send().await.unwrap();
    assert_eq!(code(answer).await, (404, "NOT_FOUND".to_owned()));
    assert_eq!(retrieve(&server, "ada").await.status(), 200);
}

#[tokio::test]
async fn paths_and_methods_that_are_none_are_told() {
    let server = serve().await;
    for path in ["/", "/v1", "/v1/nothing", "/v1/users/ada/preferences/p/steal", "/../etc/passwd"] {
        let answer = Client::new().post(server.url(path)).send().await.unwrap();
        assert_eq!(code(answer).await, (404, "NOT_FOUND".to_owned()), "{path}");
    }
    let answer = Client::new().get(server.url("/v1/users/ada/preferences/p/pin")).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.headers()["allow"], "POST");
    assert_eq!(code(answer).await, (405, "UNIMPLEMENTED".to_owned()));
    assert_eq!(server.double.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn foreign_hosts_and_pages_of_other_sites_are_refused() {
    let hosts = Hosts::new(["penchant.example.org".to_owned()]);
    let server = http(options(), HttpOptions { hosts, ..HttpOptions::default() }).await;
    let ask = async |name: &'static str, value: &'static str| {
        let asked = json!({"user_id": "ada"});
        let request = Client::new().post(server.url("/v1/retrieve")).json(&asked);
        request.header(name, value).send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("host", "evil.example").await, 421);
    assert_eq!(ask("host", "127.0.0.1.nip.io:7601").await, 421);
    assert_eq!(ask("origin", "https://evil.example").await, 403);
    assert_eq!(ask("origin", "null").await, 403);
    assert_eq!(server.double.asked(), Vec::<String>::new());
    assert_eq!(ask("host", "penchant.example.org").await, 200);
    assert_eq!(ask("host", "localhost:7601").await, 200);
    assert_eq!(ask("origin", "http://localhost:3000").await, 200);
}

#[tokio::test]
async fn the_tenant_comes_from_the_token() {
    let server = http(with_tokens(), HttpOptions::default()).await;
    assert_eq!(code(retrieve(&server, "ada").await).await, (401, "UNAUTHENTICATED".to_owned()));
    let url = server.url("/v1/users/ada/export");
    let with = |token| Client::new().get(&url).bearer_auth(token).send();
    assert_eq!(with("wrong").await.unwrap().status(), 401);
    assert_eq!(server.double.asked(), Vec::<String>::new());
    assert_eq!(with("secret").await.unwrap().status(), 200);
    let key = Client::new().get(&url).header("x-api-key", "secret").send().await.unwrap();
    assert_eq!(key.status(), 200);
    assert_eq!(server.double.asked(), ["export acme/ada", "export acme/ada"]);
    let probe = Client::new().get(server.url("/livez")).send().await.unwrap();
    assert_eq!(probe.status(), 200, "probes have no credentials");
}

#[tokio::test]
async fn operators_see_life_readiness_and_metrics() {
    let metrics = Arc::new(|| "penchant_up 1\n".to_owned());
    let server = http(options(), HttpOptions { metrics, ..HttpOptions::default() }).await;
    let get = async |path: &str| Client::new().get(server.url(path)).send().await.unwrap();
    assert_eq!(get("/livez").await.status(), 200);
    let waiting = get("/readyz").await;
    assert_eq!(waiting.status(), 503);
    let waiting: Value = waiting.json().await.unwrap();
    assert_eq!(waiting["problems"], json!(["catching up"]));
    server.double.ready.store(true, Ordering::SeqCst);
    let ready = get("/readyz").await;
    assert_eq!(ready.status(), 200);
    let ready: Value = ready.json().await.unwrap();
    assert_eq!(ready["embedder"], "lexical-v1");
    assert_eq!(ready["warnings"], json!(["the lexical embedder is in use"]));
    assert_eq!(ready["lag"], "3");
    assert_eq!(get("/metrics").await.text().await.unwrap(), "penchant_up 1\n");
    assert_eq!(get("/v1/status").await.json::<Value>().await.unwrap(), ready);
}

#[tokio::test]
async fn an_overloaded_server_sheds_calls_but_lives() {
    let limited = EdgeOptions { admission: Admission::new(1), ..options() };
    let server = http(limited, HttpOptions::default()).await;
    let url = server.url("/v1/retrieve");
    let slow = Client::new().post(url).json(&json!({"user_id": "slow"})).send();
    let slow = tokio::spawn(slow);
    server.double.begun.notified().await;
    let shed = retrieve(&server, "ada").await;
    assert_eq!(shed.headers()["retry-after"], "1");
    assert_eq!(code(shed).await, (429, "RESOURCE_EXHAUSTED".to_owned()));
    let live = Client::new().get(server.url("/livez")).send().await.unwrap();
    assert_eq!(live.status(), 200);
    server.double.go.notify_one();
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    assert_eq!(retrieve(&server, "ada").await.status(), 200);
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_answered_in_time() {
    let hurried = EdgeOptions { timeout: Duration::from_millis(20), ..options() };
    let server = http(hurried, HttpOptions::default()).await;
    let answer = retrieve(&server, "slow").await;
    assert_eq!(code(answer).await, (504, "DEADLINE_EXCEEDED".to_owned()));
}

#[tokio::test]
async fn a_stop_lets_calls_in_flight_finish() {
    let mut server =
        http(EdgeOptions { grace: Duration::from_secs(30), ..options() }, HttpOptions::default())
            .await;
    let url = server.url("/v1/retrieve");
    let slow = tokio::spawn(Client::new().post(url).json(&json!({"user_id": "slow"})).send());
    server.double.begun.notified().await;
    server.shutdown.cancel();
    server.double.go.notify_one();
    assert_eq!(slow.await.unwrap().unwrap().status(), 200);
    (&mut server.serving).await.unwrap().unwrap();
}
