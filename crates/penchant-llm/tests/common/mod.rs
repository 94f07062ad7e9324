//! A scripted OpenAI-compatible server, and requests to it.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use penchant_llm::{ApiKey, BreakerConfig, LlmConfig};
use penchant_ports::inferrer::ProposalTurn;
use penchant_ports::{ProposalNote, ProposalRequest};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub const ADD: &str = r#"{"operations":[{"operation":"add","turn":1,"description":"dislikes guided tours","polarity":"avoid","scope":"always","occasion":""}]}"#;

/// A reply of the server whose model says `content`.
pub fn says(content: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "id": "x", "object": "chat.completion", "created": 0, "model": "tiny",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }))
}

/// A server that gives `replies` in order, then 404.
pub async fn server(replies: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    for reply in replies {
        Mock::given(method("POST"))
            .and(path("/v1/chat/completions"))
            .respond_with(reply)
            .up_to_n_times(1)
            .mount(&server)
            .await;
    }
    server
}

pub fn config(base: &str) -> LlmConfig {
    LlmConfig {
        base_url: format!("{base}/v1"),
        model: "tiny".to_owned(),
        api_key: ApiKey::new("sk-test"),
        timeout: Duration::from_secs(30),
        breaker: BreakerConfig { failures: 2, open_for: Duration::from_secs(10) },
        ..LlmConfig::default()
    }
}

pub fn request(tenant: &str, said: &str) -> ProposalRequest {
    ProposalRequest {
        tenant: tenant.to_owned(),
        turns: vec![ProposalTurn {
            assistant: "Here are five museums.".to_owned(),
            user: said.to_owned(),
        }],
        nearby: vec![ProposalNote::always("prefers museums")],
    }
}

/// The bodies the server has been sent.
pub async fn bodies(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|r| serde_json::from_slice(&r.body).unwrap()).collect()
}

/// Runs `test` with its metrics apart from those of other tests.
pub fn measured<F: Future>(test: F) -> (penchant_telemetry::LocalMetrics, F::Output) {
    let metrics = penchant_telemetry::LocalMetrics::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let output = metrics.run(|| runtime.block_on(test));
    (metrics, output)
}
