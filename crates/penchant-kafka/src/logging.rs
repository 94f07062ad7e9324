//! librdkafka's own words, as log lines of ours.

use rdkafka::ClientContext;
use rdkafka::client::OAuthToken;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;

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
    tracing::warn!(%error, reason, "Kafka client reports trouble");
}
