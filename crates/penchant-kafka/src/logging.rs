//! librdkafka's own words, as log lines of ours.

use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// The context of every client that needs no callbacks of its own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Logging;

impl ClientContext for Logging {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, words: &str) {
        log(level, facility, words);
    }

    fn stats(&self, _: rdkafka::Statistics) {}

    fn error(&self, error: KafkaError, reason: &str) {
        warn(&error, reason);
    }

    fn generate_oauth_token(
        &self,
        _: Option<&str>,
    ) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        Err("OAUTHBEARER needs sasl.oauthbearer.method=oidc".into())
    }
}

impl ConsumerContext for Logging {}

/// The context of the client that speaks to the cluster first: it keeps the broker's refusal of the
/// credentials, which librdkafka tells nowhere but in its log.
#[derive(Debug, Clone, Default)]
pub(crate) struct First(Arc<Mutex<Option<String>>>);

impl First {
    /// The last refusal.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for First {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, words: &str) {
        if refuses_credentials(facility, words) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(words.to_owned());
        }
        log(level, facility, words);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        warn(&error, reason);
    }

    fn generate_oauth_token(
        &self,
        token: Option<&str>,
    ) -> Result<OAuthToken, Box<dyn std::error::Error>> {
        Logging.generate_oauth_token(token)
    }
}

/// librdkafka fails a connection with these words where it means `_AUTHENTICATION`.
fn refuses_credentials(facility: &str, words: &str) -> bool {
    let refusals = [
        "SASL authentication error",
        "SASL SCRAM authentication failed",
        "mechanism handshake failed",
    ];
    facility == "FAIL" && refusals.iter().any(|refusal| words.contains(refusal))
}

/// A line of librdkafka's.
pub(crate) fn log(level: RDKafkaLogLevel, facility: &str, words: &str) {
    match level {
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => tracing::error!(facility, "librdkafka: {words}"),
        RDKafkaLogLevel::Warning => tracing::warn!(facility, "librdkafka: {words}"),
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
            tracing::info!(facility, "librdkafka: {words}");
        }
        RDKafkaLogLevel::Debug => tracing::debug!(facility, "librdkafka: {words}"),
    }
}

/// An error that librdkafka reports but goes on from.
pub(crate) fn warn(error: &KafkaError, reason: &str) {
    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PartitionEOF) {
        // Asked for by those who read to the end; no trouble.
        return;
    }
    tracing::warn!(%error, reason, "Kafka client reports trouble");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_password_is_told_from_a_broker_that_is_away() {
        let first = First::default();
        let fail = |words| first.log(RDKafkaLogLevel::Error, "FAIL", words);
        fail(
            "[thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused",
        );
        assert_eq!(first.refusal(), None);
        fail(
            "[thrd:sasl_plaintext://b:9092/1]: b:9092/1: SASL authentication error: Authentication failed",
        );
        assert!(first.refusal().unwrap_or_default().contains("SASL authentication error"));
    }
}
