//! How to reach a remote embedder.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

/// A credential; never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ApiKey(String);

impl ApiKey {
    /// Wraps a key.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Settings of [`super::Remote`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoteConfig {
    /// Where the service is, with or without a trailing `/v1`: `http://127.0.0.1:8080`.
    pub base_url: String,
    /// The model's name as the service knows it.
    pub model: String,
    /// Sent as bearer token when set.
    pub api_key: Option<ApiKey>,
    /// Numbers per vector; an answer of another size is refused.
    pub dimension: usize,
    /// For one attempt, connection included, in milliseconds.
    pub timeout_ms: u64,
    /// Attempts altogether, at least 1. Only overload and outages are tried again.
    pub attempts: u32,
    /// Wait before the second attempt, in milliseconds; doubles each time. A `Retry-After` of the
    /// service goes before it.
    pub backoff_ms: u64,
    /// The longest `Retry-After` that is waited for within a call, in milliseconds; a longer one
    /// is handed to the caller at once.
    pub max_wait_ms: u64,
    /// Most texts in one request, at least 1.
    pub batch: usize,
    /// Texts are cut to this many bytes. Set it to what the model's window surely holds, since
    /// services refuse longer texts.
    pub max_text_bytes: usize,
    /// Largest answer accepted, in bytes.
    pub max_response_bytes: usize,
}

impl Default for RemoteConfig {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            model: String::new(),
            api_key: None,
            dimension: 1536,
            timeout_ms: 10_000,
            attempts: 3,
            backoff_ms: 200,
            max_wait_ms: 5_000,
            batch: 64,
            max_text_bytes: 8_000,
            max_response_bytes: 16 * 1024 * 1024,
        }
    }
}

impl RemoteConfig {
    /// The address that is asked.
    pub(crate) fn endpoint(&self) -> String {
        let base = self.base_url.trim_end_matches('/');
        format!("{}/v1/embeddings", base.strip_suffix("/v1").unwrap_or(base))
    }

    /// What is wrong with the settings, all at once.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        match reqwest::Url::parse(&self.base_url) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") => {
                problems.push("base_url must be an http or https address".to_owned());
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                problems.push("base_url must not hold a credential; use api_key".to_owned());
            }
            Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                problems.push("base_url must end with the path".to_owned());
            }
            Ok(_) => {}
            Err(e) => problems.push(format!("base_url is no address: {e}")),
        }
        if self.model.is_empty() {
            problems.push("model is not set".to_owned());
        }
        for (name, zero) in [
            ("dimension", self.dimension == 0),
            ("timeout_ms", self.timeout_ms == 0),
            ("attempts", self.attempts == 0),
            ("batch", self.batch == 0),
            ("max_text_bytes", self.max_text_bytes == 0),
            ("max_response_bytes", self.max_response_bytes == 0),
        ] {
            if zero {
                problems.push(format!("{name} must be at least 1"));
            }
        }
        problems
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// The wait after attempt number `attempt` (from 1).
    pub(crate) fn backoff(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(16);
        Duration::from_millis(self.backoff_ms.saturating_mul(1 << doublings).min(self.max_wait_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_address_works_with_and_without_version() {
        for base in ["http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"] {
            let config = RemoteConfig { base_url: base.to_owned(), ..RemoteConfig::default() };
            assert_eq!(config.endpoint(), "http://h:1/v1/embeddings");
        }
    }

    #[test]
    fn all_problems_are_told_at_once_and_the_key_never() {
        let config = RemoteConfig {
            base_url: "ftp://h".to_owned(),
            api_key: Some(ApiKey::new("hunter2")),
            attempts: 0,
            ..RemoteConfig::default()
        };
        assert_eq!(config.problems().len(), 3);
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let config = RemoteConfig::default();
        let waits: Vec<u128> = [1, 2, 3, 9].map(|n| config.backoff(n).as_millis()).to_vec();
        assert_eq!(waits, [200, 400, 800, 5_000]);
    }
}
