//! Which cluster, which topics, and the settings that are decided here.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use penchant_ports::log::LANE_CAPACITY;
use penchant_ports::{PortError, PortErrorKind};
use rdkafka::ClientConfig;

use crate::properties::Kind;

/// Largest record value taken as an event, in bytes; a larger one is a dead letter.
pub const MAX_RECORD_BYTES: usize = 256 * 1024;

/// Most bytes of a record that a dead letter keeps whole; of a larger one only the beginning.
pub(crate) const MAX_DEAD_LETTER_BYTES: usize = 1024 * 1024;

/// Longest wait between two tries to connect, in milliseconds; what the Java client has. A member
/// that comes back waits for up to three connections one after another (any broker, the partition's
/// leader, the group's coordinator), so librdkafka's 10 s keeps learning away for half a minute
/// after a restart of the broker.
const RECONNECT_MOST_MS: &str = "1000";

/// What correctness rests on. Given by the operator, these are refused.
const DECIDED_HERE: [&str; 19] = [
    "acks",
    "allow.auto.create.topics",
    "auto.offset.reset",
    "bootstrap.servers",
    "check.crcs",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.idempotence",
    "enable.partition.eof",
    "go.delivery.reports",
    "group.id",
    "group.instance.id",
    "group.protocol",
    "isolation.level",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "partitioner",
    "request.required.acks",
    "transactional.id",
];

/// Where the log lives and how it is read.
#[derive(Clone, PartialEq)]
pub struct KafkaConfig {
    /// Bootstrap brokers, comma-separated.
    pub brokers: String,
    /// Events, keyed by tenant NUL user.
    pub topic: String,
    /// Records that hold no event, with the reason.
    pub dead_letter_topic: String,
    /// The erasure ledger: compacted, never expires. It belongs to `topic` alone, because it holds
    /// positions on it.
    pub erasure_topic: String,
    /// The learners' consumer group. Its members share one store; a second store needs a group of
    /// its own.
    pub group: String,
    /// Partitions of `topic`; fixed, because users must stay where they are.
    pub partitions: u32,
    /// Replicas of each topic that is created; with three or more, two must have each write.
    pub replication: u32,
    /// How long a topic created here keeps events. `None`: for good, which is what rebuilding the
    /// store from the log needs.
    pub retention: Option<Duration>,
    /// Further librdkafka settings, passed through: TLS, SASL, timeouts. What correctness rests on
    /// cannot be changed here.
    pub settings: BTreeMap<String, String>,
    /// How long the group waits for a heartbeat before it gives this process up.
    pub session_timeout: Duration,
    /// How long the poll thread may be away (stopped, starved) before the process leaves the
    /// group by itself. At least `session_timeout`.
    pub max_poll_interval: Duration,
    /// How long questions to the cluster (metadata, offsets, topic creation) may take.
    pub request_timeout: Duration,
    /// How long lanes may finish what they hold after the consumer was closed. Less than
    /// `session_timeout`.
    pub drain: Duration,
    /// Deliveries that a lane holds before its partition is paused.
    pub lane_capacity: usize,
}

impl KafkaConfig {
    /// The defaults on these brokers.
    #[must_use]
    pub fn new(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            topic: "penchant.events".to_owned(),
            dead_letter_topic: "penchant.dead-letters".to_owned(),
            erasure_topic: "penchant.erasures".to_owned(),
            group: "penchant-learners".to_owned(),
            partitions: 12,
            replication: 1,
            retention: None,
            settings: BTreeMap::new(),
            session_timeout: Duration::from_secs(45),
            max_poll_interval: Duration::from_secs(300),
            request_timeout: Duration::from_secs(10),
            drain: Duration::from_secs(10),
            lane_capacity: LANE_CAPACITY,
        }
    }

    /// Another events topic, with the ledger that goes with it: `x.events` gets `x.erasures`.
    #[must_use]
    pub fn with_topic(mut self, topic: impl Into<String>) -> Self {
        self.topic = topic.into();
        let stem = self.topic.strip_suffix(".events").unwrap_or(&self.topic);
        self.erasure_topic = format!("{stem}.erasures");
        self
    }

    /// Checks what can be checked without the cluster.
    ///
    /// # Errors
    /// [`PortErrorKind::Invalid`] naming everything that is wrong.
    pub fn validate(&self) -> Result<(), PortError> {
        let mut problems = Vec::new();
        let mut must = |holds: bool, problem: String| {
            if !holds {
                problems.push(problem);
            }
        };
        must(!self.brokers.is_empty(), "no brokers are given".to_owned());
        let topics = [&self.topic, &self.dead_letter_topic, &self.erasure_topic];
        must(
            topics.iter().all(|topic| !topic.is_empty()) && !self.group.is_empty(),
            "topics and group need names".to_owned(),
        );
        must(
            topics[0] != topics[1] && topics[1] != topics[2] && topics[0] != topics[2],
            "events, dead letters and erasures need topics of their own".to_owned(),
        );
        must(
            (1..=10_000).contains(&self.partitions),
            "partitions must be from 1 to 10000".to_owned(),
        );
        must((1..=100).contains(&self.replication), "replication must be from 1 to 100".to_owned());
        must(self.lane_capacity > 1, "a lane must hold at least 2 deliveries".to_owned());
        must(
            self.max_poll_interval >= self.session_timeout,
            "max_poll_interval must be at least session_timeout".to_owned(),
        );
        must(
            self.drain < self.session_timeout,
            "drain must be shorter than session_timeout".to_owned(),
        );
        for name in self.settings.keys().filter(|name| DECIDED_HERE.contains(&name.as_str())) {
            must(false, format!("the setting {name} is decided by penchant"));
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(PortError::new(PortErrorKind::Invalid, format!("kafka: {}", problems.join("; "))))
    }

    fn client(
        &self,
        kind: Kind,
        tuned: &[(&str, String)],
        decided: &[(&str, &str)],
    ) -> ClientConfig {
        let mut client = ClientConfig::new();
        client.set("reconnect.backoff.max.ms", RECONNECT_MOST_MS);
        for (name, value) in tuned {
            client.set(*name, value);
        }
        for (name, value) in self.settings.iter().filter(|(name, _)| kind.takes(name)) {
            client.set(name, value);
        }
        client
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", self.settings.get("client.id").map_or("penchant", String::as_str))
            .set("allow.auto.create.topics", "false");
        for (name, value) in decided {
            client.set(*name, *value);
        }
        client
    }

    /// For the administration of topics.
    pub(crate) fn admin(&self) -> ClientConfig {
        self.client(Kind::Admin, &[], &[])
    }

    /// For the group: nothing is committed that was not stored, nothing is stored that the
    /// learner has not made durable, and no offset is ever chosen by the broker.
    pub(crate) fn group(&self) -> ClientConfig {
        let tuned = [
            ("session.timeout.ms", self.session_timeout.as_millis().to_string()),
            ("heartbeat.interval.ms", heartbeat(self.session_timeout).as_millis().to_string()),
            ("max.poll.interval.ms", self.max_poll_interval.as_millis().to_string()),
            ("auto.commit.interval.ms", "1000".to_owned()),
            ("queued.max.messages.kbytes", "8192".to_owned()),
            ("queued.min.messages", "1000".to_owned()),
            ("fetch.max.bytes", "8388608".to_owned()),
            ("fetch.wait.max.ms", "100".to_owned()),
            ("statistics.interval.ms", "5000".to_owned()),
        ];
        let decided = [
            ("group.id", self.group.as_str()),
            ("group.protocol", "classic"),
            ("partition.assignment.strategy", "cooperative-sticky"),
            ("enable.auto.offset.store", "false"),
            ("enable.auto.commit", "true"),
            // Each lane starts at an offset that is decided on assignment (see `offsets`);
            // "earliest" is that decision for a first start. Left to the client it would also
            // skip or repeat when an offset is out of range, silently.
            ("auto.offset.reset", "error"),
            ("isolation.level", "read_committed"),
            ("check.crcs", "true"),
            ("enable.partition.eof", "false"),
        ];
        self.client(Kind::Consumer, &tuned, &decided)
    }

    /// For reading without a group: by explicit assignment, to the end, committing nothing.
    pub(crate) fn reader(&self) -> ClientConfig {
        let tuned = [
            ("queued.max.messages.kbytes", "8192".to_owned()),
            ("queued.min.messages", "1000".to_owned()),
            ("fetch.max.bytes", "8388608".to_owned()),
            ("fetch.wait.max.ms", "50".to_owned()),
        ];
        let decided = [
            // Never joined; librdkafka wants a name for any assignment, and this one needs no
            // further rights.
            ("group.id", self.group.as_str()),
            ("enable.auto.offset.store", "false"),
            ("enable.auto.commit", "false"),
            ("auto.offset.reset", "error"),
            ("isolation.level", "read_committed"),
            ("check.crcs", "true"),
            ("enable.partition.eof", "true"),
        ];
        self.client(Kind::Consumer, &tuned, &decided)
    }

    /// For reading as any consumer would: the client's own settings, no group, no commits.
    pub(crate) fn plain(&self) -> ClientConfig {
        let decided = [
            ("group.id", self.group.as_str()),
            ("enable.auto.offset.store", "false"),
            ("enable.auto.commit", "false"),
            ("auto.offset.reset", "error"),
        ];
        self.client(Kind::Consumer, &[], &decided)
    }

    /// For producing: in order and without doubles while the process lives, on all in-sync
    /// replicas, to the partition that the Java client would choose.
    pub(crate) fn producer(&self) -> ClientConfig {
        let tuned = [
            ("delivery.timeout.ms", "120000".to_owned()),
            ("linger.ms", "2".to_owned()),
            ("compression.type", "lz4".to_owned()),
            ("message.max.bytes", (2 * MAX_DEAD_LETTER_BYTES).to_string()),
        ];
        let decided =
            [("enable.idempotence", "true"), ("acks", "all"), ("partitioner", "murmur2_random")];
        self.client(Kind::Producer, &tuned, &decided)
    }
}

/// A third of the session, as Kafka advises; at most the default of 3 s.
fn heartbeat(session: Duration) -> Duration {
    (session / 3).min(Duration::from_secs(3))
}

/// Values of settings stay out of logs: passwords are among them.
impl fmt::Debug for KafkaConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KafkaConfig")
            .field("brokers", &self.brokers)
            .field("topic", &self.topic)
            .field("dead_letter_topic", &self.dead_letter_topic)
            .field("erasure_topic", &self.erasure_topic)
            .field("group", &self.group)
            .field("partitions", &self.partitions)
            .field("replication", &self.replication)
            .field("settings", &self.settings.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn settings_pass_through_but_not_what_correctness_rests_on() {
        let mut config = KafkaConfig::new("127.0.0.1:9092");
        config.settings.insert("security.protocol".to_owned(), "sasl_ssl".to_owned());
        config.settings.insert("session.timeout.ms".to_owned(), "6000".to_owned());
        config.validate().unwrap();
        assert_eq!(config.group().get("security.protocol"), Some("sasl_ssl"));
        assert_eq!(config.producer().get("security.protocol"), Some("sasl_ssl"));
        assert_eq!(config.admin().get("security.protocol"), Some("sasl_ssl"));
        assert_eq!(config.group().get("session.timeout.ms"), Some("6000"));
        assert_eq!(config.producer().get("session.timeout.ms"), None, "a consumer's");
        assert_eq!(config.group().get("reconnect.backoff.max.ms"), Some("1000"));
        config.settings.insert("reconnect.backoff.max.ms".to_owned(), "500".to_owned());
        assert_eq!(config.group().get("reconnect.backoff.max.ms"), Some("500"));
        assert_eq!(config.admin().get("session.timeout.ms"), None, "a consumer's");
        config.settings.insert("linger.ms".to_owned(), "7".to_owned());
        assert_eq!(config.producer().get("linger.ms"), Some("7"));
        assert_eq!(config.group().get("linger.ms"), None, "a producer's");

        config.settings.insert("enable.auto.offset.store".to_owned(), "true".to_owned());
        let error = config.validate().unwrap_err();
        assert!(error.message.contains("enable.auto.offset.store"), "{error}");
        assert_eq!(config.group().get("enable.auto.offset.store"), Some("false"));
    }

    #[test]
    fn all_problems_are_reported_at_once_and_passwords_are_not() {
        let mut config = KafkaConfig::new("");
        config.partitions = 0;
        config.drain = config.session_timeout;
        config.settings.insert("sasl.password".to_owned(), "hunter2".to_owned());
        let error = config.validate().unwrap_err();
        for word in ["brokers", "partitions", "drain"] {
            assert!(error.message.contains(word), "{error}");
        }
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn a_ledger_belongs_to_its_topic() {
        let config = KafkaConfig::new("b:1").with_topic("shop.events");
        assert_eq!(config.erasure_topic, "shop.erasures");
    }
}
