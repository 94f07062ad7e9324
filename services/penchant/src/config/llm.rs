//! What can be wrong with `[llm]` without anything being called.

use penchant_llm::{ApiKey, LlmConfig, ResponseFormat};
use serde::{Deserialize, Serialize};

use super::Llm;

/// How the model's server is asked for JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerFormat {
    /// By a schema that it keeps to.
    JsonSchema,
    /// As any JSON object.
    JsonObject,
    /// In the prompt only.
    Text,
}

impl Llm {
    /// Whether a model, or what one said, takes part.
    #[must_use]
    pub fn enabled(&self) -> bool {
        !self.base_url.is_empty() || self.replays()
    }

    /// Whether answers are taken from a file only.
    #[must_use]
    pub fn replays(&self) -> bool {
        !self.replay.as_os_str().is_empty()
    }

    /// Whether answers are written down.
    #[must_use]
    pub fn records(&self) -> bool {
        !self.record.as_os_str().is_empty()
    }

    /// As the adapter wants it.
    #[must_use]
    pub fn settings(&self, api_key: ApiKey) -> LlmConfig {
        LlmConfig {
            base_url: self.base_url.clone(),
            model: self.model.clone(),
            api_key,
            timeout: self.timeout.0,
            budget_per_tenant_per_minute: self.budget_per_minute,
            response_format: match self.response_format {
                AnswerFormat::JsonSchema => ResponseFormat::JsonSchema,
                AnswerFormat::JsonObject => ResponseFormat::JsonObject,
                AnswerFormat::Text => ResponseFormat::None,
            },
            temperature: (self.temperature >= 0.0).then_some(self.temperature),
            max_tokens: (self.max_tokens > 0).then_some(self.max_tokens),
            ..LlmConfig::default()
        }
    }

    /// Every problem, each naming its key.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.records() && self.replays() {
            problems.push("llm.record, llm.replay: give one of them, not both".to_owned());
        }
        if self.base_url.is_empty() {
            if self.records() {
                problems.push("llm.base_url: needed with llm.record".to_owned());
            }
            if !self.model.is_empty() && !self.replays() {
                problems.push("llm.base_url: needed when llm.model is given".to_owned());
            }
            return problems;
        }
        if self.patience.0.is_zero() {
            problems.push("llm.patience: must be positive".to_owned());
        }
        // The key is looked at when it is used: a configuration does not change with it.
        if let Err(invalid) = self.settings(ApiKey::default()).validate() {
            problems.extend(invalid.problems.into_iter().map(|problem| {
                let problem = problem.replace("budget_per_tenant_per_minute", "budget_per_minute");
                let (key, rest) = problem.split_once(' ').unwrap_or((problem.as_str(), ""));
                format!("llm.{key}: {rest}")
            }));
        }
        problems
    }
}
