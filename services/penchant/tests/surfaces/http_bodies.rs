//! Bodies and parameters that are wrong: the answer says where.

use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::http_calls::serve;
use crate::server::Server;

async fn post(server: &Server, path: &str, kind: Option<&str>, body: &str) -> Response {
    let mut request = Client::new().post(server.url(path)).body(body.to_owned());
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    request.send().await.unwrap()
}

/// An error body: its status, code, field and message.
async fn refused(response: Response) -> (u16, String, String, String) {
    let status = response.status().as_u16();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["request_id"], id.as_str());
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (status, text("code"), text("field"), text("message"))
}

#[tokio::test]
async fn malformed_json_says_where() {
    let server = serve().await;
    let body = "{\"user_id\": \"ada\",\n \"k\": }";
    let refused =
        refused(post(&server, "/v1/retrieve", Some("application/json"), body).await).await;
    assert_eq!((refused.0, refused.1.as_str()), (400, "INVALID_ARGUMENT"));
    assert!(refused.3.contains("line 2 column 7"), "{refused:?}");
    assert_eq!(server.double.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn values_that_do_not_fit_name_their_field() {
    let server = serve().await;
    for (path, body, field) in [
        ("/v1/retrieve", r#"{"user_id": "ada", "kk": 3}"#, "kk"),
        ("/v1/retrieve", r#"{"user_id": "ada", "k": -1}"#, "k"),
        ("/v1/retrieve", r#"{"user_id": "ada", "k": 4294967296}"#, "k"),
        ("/v1/retrieve", r#"{"user_id": "ada", "k": 0}"#, "k"),
        ("/v1/retrieve", r#"{"user_id": "ada", "max_tokens": -5}"#, "max_tokens"),
        ("/v1/retrieve", r#"{"user_id": "ada", "min_confidence": "NaN"}"#, "min_confidence"),
        ("/v1/retrieve", r#"{"user_id": ["ada"]}"#, "user_id"),
        ("/v1/retrieve", r#"{"user_id": ""}"#, "user_id"),
        ("/v1/retrieve", r#"{"user_id": "ada", "as_of": "yesterday"}"#, "as_of"),
        ("/v1/retrieve", r#"{"user_id": "ada", "context": {"mood": "x"}}"#, "context.mood"),
        ("/v1/rank", r#"{"user_id": "ada", "candidates": []}"#, "candidates"),
        ("/v1/rank", r#"{"user_id": "ada", "candidates": [{"id": 7}]}"#, "candidates[0].id"),
        ("/v1/events", r#"{"events": []}"#, "events"),
        ("/v1/events", r#"{"events": [{"tenant": "x"}]}"#, "events[0].tenant"),
        (
            "/v1/events",
            r#"{"events": [{}, {"interaction": {"action": "ACTION_STEAL"}}]}"#,
            "events[1].interaction.action",
        ),
        ("/v1/users/ada/preferences/p/edit", r#"{"description": ""}"#, "description"),
        ("/v1/users/ada/preferences/p/pin", r#"{"user_id": "bob"}"#, "user_id"),
        ("/v1/users/ada/preferences/p/pin", r#"{"expected_version": "x"}"#, "expected_version"),
    ] {
        let answer = post(&server, path, Some("application/json"), body).await;
        let refused = refused(answer).await;
        assert_eq!((refused.0, refused.2.as_str()), (400, field), "{body}: {refused:?}");
    }
    assert_eq!(server.double.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn what_follows_the_json_and_json_without_end_are_refused() {
    let server = serve().await;
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for body in [r#"{"user_id": "ada"} x"#, "", "null", "[]", &deep] {
        let answer = post(&server, "/v1/retrieve", Some("application/json"), body).await;
        assert_eq!(refused(answer).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn a_line_that_is_no_event_fails_the_body_by_its_number() {
    let server = serve().await;
    let body = "{\"user_id\": \"ada\", \"erase\": {}}\n\n{\"user_id\": \"ada\", \"erased\": {}}";
    let answer = post(&server, "/v1/events", Some("application/x-ndjson"), body).await;
    let refused = refused(answer).await;
    assert_eq!((refused.0, refused.2.as_str()), (400, "erased"));
    assert!(refused.3.starts_with("line 3 of the body: unknown field `erased`"), "{refused:?}");
    assert_eq!(server.double.asked(), Vec::<String>::new(), "nothing was recorded");

    let many = "{\"user_id\": \"ada\", \"erase\": {}}\n".repeat(1_001);
    let answer = post(&server, "/v1/events", Some("application/x-ndjson"), &many).await;
    assert_eq!(self::refused(answer).await.2, "events");
}

#[tokio::test]
async fn a_body_in_which_every_event_is_rejected_is_no_success() {
    let server = serve().await;
    let body = r#"{"events": [{"user_id": "ada", "statement": {"text": " "}}, {"erase": {}}]}"#;
    let answer = post(&server, "/v1/events", Some("application/json"), body).await;
    assert_eq!(answer.status(), 400);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["field"], "events[0].statement.text");
    assert_eq!(body["results"][1]["rejected"]["field"], "user_id");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = serve().await;
    let body = json!({"user_id": "x".repeat(5 << 20)}).to_string();
    let answer = post(&server, "/v1/retrieve", Some("application/json"), &body).await;
    let refused = refused(answer).await;
    assert_eq!((refused.0, refused.1.as_str()), (413, "OUT_OF_RANGE"));
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let server = serve().await;
    let event = r#"{"events": [{"user_id": "ada", "erase": {}}]}"#;
    let form = Some("application/x-www-form-urlencoded");
    for (path, kind, body) in [
        ("/v1/retrieve", None, r#"{"user_id": "ada"}"#),
        ("/v1/retrieve", Some("text/plain"), r#"{"user_id": "ada"}"#),
        ("/v1/rank", form, "user_id=ada"),
        ("/v1/events", None, event),
        ("/v1/events", Some("text/plain"), event),
        ("/v1/users/ada/preferences/p/edit", Some("text/plain"), r#"{"description": "x"}"#),
        ("/v1/users/ada/preferences/p/pin", form, ""),
    ] {
        let answer = post(&server, path, kind, body).await;
        assert_eq!(refused(answer).await.0, 415, "{path} {kind:?}");
    }
    assert_eq!(server.double.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn unknown_parameters_and_values_are_refused_by_name() {
    let server = serve().await;
    for (query, field) in [
        ("sort=asc", "sort"),
        ("status=sleeping", "status"),
        ("status=unspecified", "statuses[0]"),
        ("page_size=many", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=0", "page_size"),
        ("page_token=forged", "page_token"),
    ] {
        let url = server.url(&format!("/v1/users/ada/preferences?{query}"));
        let refused = refused(Client::new().get(url).send().await.unwrap()).await;
        assert_eq!((refused.0, refused.2.as_str()), (400, field), "{query}: {refused:?}");
    }
    let url = server.url("/v1/users/a%E2%80%8Bda/preferences");
    assert_eq!(refused(Client::new().get(url).send().await.unwrap()).await.2, "user_id");
}
