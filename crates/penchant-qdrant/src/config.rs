//! What a connection needs to know.

use std::fmt;
use std::time::Duration;

/// A secret that proves who asks. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// Wraps the key.
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
        f.write_str("ApiKey(hidden)")
    }
}

/// Where the server is, and how it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QdrantConfig {
    /// The gRPC address: `http://127.0.0.1:6334`, or `https://…` for TLS with the system's roots.
    pub url: String,
    /// The server's key, if it asks for one.
    pub api_key: Option<ApiKey>,
    /// The name under which reads find the serving generation: an alias. The collections behind it
    /// are called `<collection>-g0`, `-g1`, ….
    pub collection: String,
    /// Longest wait for one call, resends included.
    pub timeout: Duration,
    /// Whether a server below the tested floor may be used all the same.
    pub allow_old_server: bool,
}

impl QdrantConfig {
    /// The default collection, five seconds, no key.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            api_key: None,
            collection: "penchant".to_owned(),
            timeout: Duration::from_secs(5),
            allow_old_server: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_never_printed() {
        let mut config = QdrantConfig::new("http://127.0.0.1:6334");
        config.api_key = Some(ApiKey::new("s3cret"));
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
