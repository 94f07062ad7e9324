//! What librdkafka's errors mean to a port: may it have happened, and does waiting help.

use penchant_ports::{PortError, PortErrorKind};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};

/// A failed produce. What is not known to have been refused may have been written.
pub(crate) fn produce(error: KafkaError) -> PortError {
    let (kind, determinate) = match code(&error) {
        Some(
            Code::MessageSizeTooLarge
            | Code::InvalidMessageSize
            | Code::InvalidRecord
            | Code::PolicyViolation
            | Code::TopicAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::UnknownTopic
            | Code::UnknownPartition
            | Code::InvalidTopic
            | Code::UnsupportedForMessageFormat
            | Code::InvalidTimestamp,
        ) => (PortErrorKind::Invalid, true),
        Some(
            // Nothing left this process, or the broker refused before it appended.
            Code::QueueFull
            | Code::PurgeQueue
            | Code::NotEnoughReplicas
            | Code::UnknownTopicOrPartition,
        ) => (PortErrorKind::Unavailable, true),
        // Timed out, purged in flight, appended to too few replicas, fatal, and everything else:
        // the record may be on the log.
        _ => (PortErrorKind::Unavailable, false),
    };
    let failure = PortError::new(kind, format!("produce to Kafka: {error}")).caused_by(error);
    if determinate { failure } else { failure.indeterminate() }
}

/// A failed question or read: determinate by nature.
pub(crate) fn ask(what: &str, error: KafkaError) -> PortError {
    let kind = match code(&error) {
        Some(
            Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::Authentication
            | Code::SaslAuthenticationFailed
            | Code::SSL
            | Code::InvalidTopic
            | Code::InvalidConfig
            | Code::InvalidReplicationFactor
            | Code::InvalidPartitions
            | Code::PolicyViolation
            | Code::NotImplemented,
        ) => PortErrorKind::Invalid,
        Some(Code::UnknownTopic | Code::UnknownTopicOrPartition | Code::UnknownPartition) => {
            PortErrorKind::NotFound
        }
        Some(Code::BadMessage | Code::InvalidMessage) => PortErrorKind::Corrupt,
        Some(Code::AutoOffsetReset | Code::OffsetOutOfRange) => PortErrorKind::Invariant,
        _ => match &error {
            KafkaError::ClientConfig(..) | KafkaError::ClientCreation(_) | KafkaError::Nul(_) => {
                PortErrorKind::Invalid
            }
            _ => PortErrorKind::Unavailable,
        },
    };
    PortError::new(kind, format!("{what}: {error}")).caused_by(error)
}

/// The code of an error; `rdkafka_error_code` knows none for administration.
fn code(error: &KafkaError) -> Option<Code> {
    match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    }
}

/// A blocking task that did not come back.
pub(crate) fn stopped(error: tokio::task::JoinError) -> PortError {
    PortError::new(PortErrorKind::Unavailable, "the Kafka worker stopped").caused_by(error)
}

#[cfg(test)]
mod tests {
    use penchant_ports::Certainty;

    use super::*;

    #[test]
    fn only_what_was_surely_refused_is_determinate() {
        let of = |code| produce(KafkaError::MessageProduction(code));
        assert_eq!(of(Code::MessageTimedOut).certainty, Certainty::Indeterminate);
        assert_eq!(of(Code::NotEnoughReplicasAfterAppend).certainty, Certainty::Indeterminate);
        assert_eq!(of(Code::PurgeInflight).certainty, Certainty::Indeterminate);
        assert_eq!(of(Code::NotEnoughReplicas).certainty, Certainty::Determinate);
        assert_eq!(of(Code::QueueFull).certainty, Certainty::Determinate);
        let too_large = of(Code::MessageSizeTooLarge);
        assert_eq!(too_large.certainty, Certainty::Determinate);
        assert!(!too_large.transient());
    }

    #[test]
    fn a_broker_that_is_away_is_worth_waiting_for_and_a_wrong_password_is_not() {
        let of = |code| ask("read", KafkaError::MetadataFetch(code));
        assert!(of(Code::BrokerTransportFailure).transient());
        assert!(!of(Code::SaslAuthenticationFailed).transient());
    }
}
