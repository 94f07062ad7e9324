//! The OpenAI-compatible messages, as far as they are used.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::config::{LlmConfig, ResponseFormat};
use crate::schema;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Message {
    pub(crate) role: &'static str,
    pub(crate) content: String,
}

impl Message {
    pub(crate) fn new(role: &'static str, content: impl Into<String>) -> Self {
        Self { role, content: content.into() }
    }
}

/// The body of a call.
pub(crate) fn body(config: &LlmConfig, messages: &[Message]) -> Value {
    let mut body = json!({"model": config.model, "messages": messages, "stream": false});
    let mut set = |name: &str, value: Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert(name.to_owned(), value);
        }
    };
    if let Some(temperature) = config.temperature {
        set("temperature", json!(temperature));
    }
    if let Some(tokens) = config.max_tokens {
        set("max_tokens", json!(tokens));
    }
    match config.response_format {
        ResponseFormat::JsonSchema => set(
            "response_format",
            json!({
                "type": "json_schema",
                "json_schema": {
                    "name": "operations",
                    "strict": true,
                    "schema": schema::operations(),
                },
            }),
        ),
        ResponseFormat::JsonObject => set("response_format", json!({"type": "json_object"})),
        ResponseFormat::None => {}
    }
    body
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
}

/// The text of a reply; `None` when it is no chat completion with text.
pub(crate) fn content(reply: &[u8]) -> Option<String> {
    let completion: Completion = serde_json::from_slice(reply).ok()?;
    completion.choices.into_iter().next()?.message.content
}
