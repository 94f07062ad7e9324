//! What the paths do: the JSON is the proto3 JSON of the messages.

use penchant::http::HttpOptions;
use penchant_core::event::DirectiveAction;
use reqwest::{Client, Response};
use serde_json::{Value, json};

use crate::server::{Server, http, options};

pub(crate) async fn serve() -> Server {
    http(options(), HttpOptions::default()).await
}

async fn body(response: Response) -> Value {
    assert_eq!(response.status(), 200, "{:?}", response.text().await);
    response.json().await.unwrap()
}

#[tokio::test]
async fn events_are_recorded_from_json_and_from_lines() {
    let server = serve().await;
    let events = json!({"events": [
        {"id": "e1", "user_id": "ada", "statement": {"text": "no emoji"}},
        {"id": "e2", "user_id": "ada", "edit": {"draft": "", "revised": ""}},
    ]});
    let answer = Client::new().post(server.url("/v1/events")).json(&events).send().await.unwrap();
    assert_eq!(
        body(answer).await,
        json!({"results": [
            {"accepted": {"event_id": "e1", "position": {"partition": 2, "offset": "41"}}},
            {"rejected": {"field": "edit.draft", "reason": "must not be empty"}},
        ]})
    );

    let lines = concat!(
        r#"{"id": "e3", "user_id": "ada", "erase": {}}"#,
        "\r\n\n",
        r#"{"id": "e4", "user_id": "ada", "message": {"role": "ROLE_USER", "text": "hi"}}"#,
    );
    let answer = Client::new()
        .post(server.url("/v1/events"))
        .header("content-type", "application/x-ndjson; charset=utf-8")
        .body(lines)
        .send()
        .await
        .unwrap();
    assert_eq!(body(answer).await["results"][1]["accepted"]["event_id"], "e4");
    let recorded = server.double.events.lock().unwrap();
    let kinds: Vec<&str> = recorded.iter().map(|event| event.body.kind()).collect();
    assert_eq!(kinds, ["statement", "erase", "message"]);
}

#[tokio::test]
async fn a_retrieval_answers_every_field_also_when_it_is_empty() {
    let server = serve().await;
    let asked = json!({"user_id": "ada", "context": {"task": "email"}, "k": 3, "max_tokens": 64});
    let answer = Client::new().post(server.url("/v1/retrieve")).json(&asked).send().await.unwrap();
    let answer = body(answer).await;
    assert_eq!(answer["summary"], "- prefers bullet points");
    assert_eq!(answer["questions"], json!([]));
    assert_eq!(answer["truncated"], false);
    assert_eq!(answer["positions"], json!([{"partition": 2, "offset": "41"}]));
    let served = &answer["preferences"][0];
    assert_eq!(served["polarity"], "POLARITY_PREFER");
    assert_eq!(served["claim"], json!({"facet": {"facet": "bullets", "class": "yes"}}));
    assert_eq!(served["support"], json!([{"source": "SOURCE_CLASS_STATEMENT", "count": 1}]));
    assert_eq!(served["last_evidence"]["occurred_at"], "1970-01-01T00:00:01+00:00");
    let query = server.double.retrievals.lock().unwrap()[0].clone();
    assert_eq!((query.k, query.max_tokens, query.context.task.as_str()), (3, 64, "email"));
}

#[tokio::test]
async fn candidates_are_ranked() {
    let server = serve().await;
    let asked = json!({"user_id": "ada", "candidates": [{"id": "a"}, {"id": "b"}]});
    let answer = Client::new().post(server.url("/v1/rank")).json(&asked).send().await.unwrap();
    assert_eq!(body(answer).await["ranked"][0]["id"], "b");
}

#[tokio::test]
async fn preferences_are_listed_and_shown() {
    let server = serve().await;
    let client = Client::new();
    let list = "/v1/users/ada/preferences?status=active&status=STATUS_QUARANTINED&page_size=7";
    let page = body(client.get(server.url(list)).send().await.unwrap()).await;
    assert_eq!((&page["next_page_token"], &page["total_size"]), (&json!("second"), &json!("2")));
    let next = "/v1/users/ada/preferences?page_token=second";
    let page = body(client.get(server.url(next)).send().await.unwrap()).await;
    assert_eq!(page["next_page_token"], "");
    assert_eq!(server.double.asked()[0], "list [Active, Quarantined] 7 default/ada");

    // Ids may hold a slash; escaped, it belongs to the id.
    let path = "/v1/users/team%2Fada/preferences/p-9";
    let shown = body(client.get(server.url(path)).send().await.unwrap()).await;
    assert_eq!(shown["preference"]["id"], "p-9");
    assert_eq!(shown["revisions"][0]["kind"], "REVISION_KIND_ADD");
    assert_eq!(server.double.asked()[2], "get default/team/ada");
}

#[tokio::test]
async fn decisions_are_taken_with_and_without_a_body() {
    let server = serve().await;
    let client = Client::new();
    for action in ["confirm", "retract", "restore", "pin"] {
        let path = format!("/v1/users/ada/preferences/p-1/{action}");
        let decided = body(client.post(server.url(&path)).send().await.unwrap()).await;
        assert_eq!(decided["event_id"], "d-1");
    }
    let words = json!({"description": "prefers tea", "expected_version": 3, "event_id": "mine"});
    let edit = client.post(server.url("/v1/users/ada/preferences/p-1/edit")).json(&words);
    body(edit.send().await.unwrap()).await;
    let directives = server.double.directives.lock().unwrap();
    let actions: Vec<&DirectiveAction> = directives.iter().map(|(one, _)| &one.action).collect();
    assert_eq!(
        actions,
        [
            &DirectiveAction::Confirm,
            &DirectiveAction::Retract,
            &DirectiveAction::Restore,
            &DirectiveAction::Pin,
            &DirectiveAction::Edit("prefers tea".to_owned()),
        ]
    );
    assert_eq!(directives[4].0.expected_version, 3);
    assert_eq!(directives[4].1.as_ref().unwrap().as_str(), "mine");
}

#[tokio::test]
async fn a_user_is_exported_by_line_and_erased() {
    let server = serve().await;
    let client = Client::new();
    let export = client.get(server.url("/v1/users/ada/export")).send().await.unwrap();
    assert_eq!(export.headers()["content-type"], "application/x-ndjson");
    let text = export.text().await.unwrap();
    let parts: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parts[1]["event"]["event"]["id"], "e-1");
    assert_eq!(parts[2]["end"]["events"], "1");

    // It may break off before or after its head is sent.
    let half = match client.get(server.url("/v1/users/half/export")).send().await {
        Ok(half) => half.text().await,
        Err(error) => Err(error),
    };
    assert!(half.is_err(), "an export that breaks off must not look complete");

    let erased = client.delete(server.url("/v1/users/ada")).send().await.unwrap();
    assert_eq!(body(erased).await["event_id"], "x-1");
    let users = body(client.get(server.url("/v1/users")).send().await.unwrap()).await;
    assert_eq!(users["user_ids"], json!(["ada"]));
}
