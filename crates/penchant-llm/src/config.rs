//! Settings of the language model, checked as a whole before anything is called.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderValue;

use crate::endpoint;

/// A credential. Shows itself to the HTTP client only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ApiKey(String);

impl ApiKey {
    /// Wraps a key; surrounding white space, such as a file's final newline, is dropped.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self(key.trim().to_owned())
    }

    /// Whether no key is set, as for most local servers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The `Authorization` header; `None` when the key holds characters that no header may hold.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "ApiKey(none)" } else { "ApiKey(set)" })
    }
}

/// How the server is asked for JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseFormat {
    /// `response_format: json_schema`, strict. The server then cannot answer out of shape.
    #[default]
    JsonSchema,
    /// `response_format: json_object`, for servers that do not know schemas.
    JsonObject,
    /// No `response_format` at all, for servers that refuse the field.
    None,
}

/// When to stop calling a model that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Failures in a row after which no call is made, at least 1.
    pub failures: u32,
    /// How long no call is made; then one is let through to see.
    pub open_for: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self { failures: 5, open_for: Duration::from_secs(30) }
    }
}

/// Which model, and how much of it.
#[derive(Debug, Clone, PartialEq)]
pub struct LlmConfig {
    /// Where the API starts: `https://api.openai.com/v1`, `http://127.0.0.1:11434/v1`.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// The credential, if the server wants one.
    pub api_key: ApiKey,
    /// For one call, connecting and reading included.
    pub timeout: Duration,
    /// Longest reply read, in bytes.
    pub max_reply_bytes: usize,
    /// Calls per tenant and minute, repairs included; at least 1.
    pub budget_per_tenant_per_minute: u32,
    /// When to stop calling.
    pub breaker: BreakerConfig,
    /// Most turns in one call. Requests with more are refused, because leaving some out would be
    /// a silent loss: the caller splits.
    pub max_turns: usize,
    /// Longest turn shown, in characters; the rest is cut.
    pub max_turn_chars: usize,
    /// How to ask for JSON.
    pub response_format: ResponseFormat,
    /// Sampling temperature; `None` leaves the field out for models that refuse it.
    pub temperature: Option<f32>,
    /// Longest answer in tokens; `None` leaves the field out.
    pub max_tokens: Option<u32>,
}

impl Default for LlmConfig {
    fn default() -> Self {
        Self {
            base_url: "http://127.0.0.1:11434/v1".to_owned(),
            model: String::new(),
            api_key: ApiKey::default(),
            timeout: Duration::from_secs(10),
            max_reply_bytes: 64 * 1024,
            budget_per_tenant_per_minute: 60,
            breaker: BreakerConfig::default(),
            max_turns: 16,
            max_turn_chars: 2_000,
            response_format: ResponseFormat::default(),
            temperature: Some(0.0),
            max_tokens: Some(1_024),
        }
    }
}

/// Everything that is wrong with the settings, at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the language model's settings are not usable: {}", problems.join("; "))]
pub struct InvalidConfig {
    /// One sentence per problem, each naming the setting.
    pub problems: Vec<String>,
}

impl LlmConfig {
    /// Checks all settings.
    ///
    /// # Errors
    /// [`InvalidConfig`] with every problem found.
    pub fn validate(&self) -> Result<(), InvalidConfig> {
        let mut problems = Vec::new();
        if let Err(problem) = endpoint::check(&self.base_url) {
            problems.push(format!("base_url {problem}"));
        }
        let wrong = [
            (self.model.trim().is_empty(), "model must not be empty"),
            (
                penchant_core::sanitize::hostile_characters(&self.model),
                "model must be one line of visible text",
            ),
            (self.api_key.header().is_none(), "api_key holds characters that no header may hold"),
            (self.timeout.is_zero(), "timeout must be positive"),
            (
                !(1_024..=1024 * 1024).contains(&self.max_reply_bytes),
                "max_reply_bytes must be from 1024 to 1048576",
            ),
            (
                self.budget_per_tenant_per_minute == 0,
                "budget_per_tenant_per_minute must be at least 1",
            ),
            (self.breaker.failures == 0, "breaker.failures must be at least 1"),
            (self.breaker.open_for.is_zero(), "breaker.open_for must be positive"),
            (self.max_turns == 0, "max_turns must be at least 1"),
            (self.max_turn_chars == 0, "max_turn_chars must be at least 1"),
            (
                self.temperature.is_some_and(|t| !(0.0..=2.0).contains(&t)),
                "temperature must be from 0 to 2",
            ),
            (self.max_tokens == Some(0), "max_tokens must be at least 1"),
        ];
        problems.extend(
            wrong.iter().filter(|(wrong, _)| *wrong).map(|(_, problem)| (*problem).to_owned()),
        );
        if problems.is_empty() { Ok(()) } else { Err(InvalidConfig { problems }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let config = LlmConfig { api_key: ApiKey::new("sk-very-secret\n"), ..LlmConfig::default() };
        let printed = format!("{config:?} {:?}", config.api_key.header());
        assert!(!printed.contains("very-secret"), "{printed}");
        assert!(printed.contains("ApiKey(set)"));
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let config = LlmConfig {
            base_url: "http://169.254.169.254/v1".to_owned(),
            api_key: ApiKey::new("a\r\nX-Evil: 1"),
            max_reply_bytes: usize::MAX,
            budget_per_tenant_per_minute: 0,
            temperature: Some(f32::NAN),
            ..LlmConfig::default()
        };
        let problems = config.validate().unwrap_err().problems;
        for setting in
            ["base_url", "model", "api_key", "max_reply_bytes", "budget_per_tenant", "temperature"]
        {
            assert_eq!(problems.iter().filter(|p| p.starts_with(setting)).count(), 1, "{setting}");
        }
    }
}
