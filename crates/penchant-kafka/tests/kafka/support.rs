//! Logs of their own per test, apps that produce by themselves, and patience.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use penchant_core::{Checkpoint, CheckpointDelta, Event, Partition, Position, UserKey};
use penchant_kafka::{KafkaConfig, KafkaLog};
use penchant_ports::{Delivery, EventLog as _, Lane, LogConsumer, Payload};
use penchant_testkit::builders::statement;
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};

use crate::broker::Kafka;

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A configuration whose topics and group no other test uses.
pub(crate) fn config(name: &str, partitions: u32) -> KafkaConfig {
    config_on(Kafka::shared(), name, partitions)
}

pub(crate) fn config_on(kafka: &Kafka, name: &str, partitions: u32) -> KafkaConfig {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    // A given broker keeps the topics of earlier runs.
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let prefix = format!("test-{}-{count}-{name}", std::process::id());
    let mut config = KafkaConfig::new(kafka.address()).with_topic(format!("{prefix}.events"));
    config.dead_letter_topic = format!("{prefix}.dead-letters");
    config.group = format!("{prefix}-learners");
    config.partitions = partitions;
    config.session_timeout = Duration::from_secs(6);
    config.max_poll_interval = Duration::from_secs(10);
    config.drain = Duration::from_secs(3);
    config
}

pub(crate) async fn connect(config: &KafkaConfig) -> KafkaLog {
    KafkaLog::connect(config.clone()).await.unwrap()
}

/// Fails the test when `work` takes too long.
pub(crate) async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(value) => value,
        Err(_) => panic!("not within {PATIENCE:?}: {what}"),
    }
}

/// Waits until `holds`; for what has no event of its own to wait for.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    soon(what, async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

/// Statements `from..from + count` of one user, `e{n}` each.
pub(crate) fn statements(user: &UserKey, from: usize, count: usize) -> Vec<Event> {
    (from..from + count).map(|n| statement(user, &format!("e{n}"), &format!("tea {n}"))).collect()
}

pub(crate) async fn append(log: &KafkaLog, events: Vec<Event>) -> Vec<Position> {
    log.append(events).await.into_iter().collect::<Result<_, _>>().unwrap()
}

pub(crate) fn after(positions: impl IntoIterator<Item = (u32, u64)>) -> Checkpoint {
    let mut checkpoint = Checkpoint::default();
    for (partition, next_offset) in positions {
        checkpoint
            .advance(CheckpointDelta { partition: Partition(partition), next_offset })
            .unwrap();
    }
    checkpoint
}

/// The lane of `partition`; the lanes before it are handed back too.
pub(crate) async fn lane_of(
    consumer: &mut dyn LogConsumer,
    partition: Partition,
    others: &mut Vec<Lane>,
) -> Lane {
    loop {
        let lane = soon("a lane", consumer.next_lane()).await.unwrap().expect("the log is open");
        if lane.partition == partition {
            return lane;
        }
        others.push(lane);
    }
}

/// The next `count` deliveries.
pub(crate) async fn take(lane: &mut Lane, count: usize) -> Vec<Delivery> {
    let mut all = Vec::new();
    while all.len() < count {
        let delivery = soon("a delivery", lane.deliveries.recv()).await;
        all.push(delivery.expect("the lane is open"));
    }
    all
}

pub(crate) fn offsets(deliveries: &[Delivery]) -> Vec<u64> {
    deliveries.iter().map(|delivery| delivery.position.offset).collect()
}

pub(crate) fn event(delivery: &Delivery) -> &Event {
    match &delivery.payload {
        Payload::Event(event) => event,
        other => panic!("at {} stands {other:?}", delivery.position),
    }
}

/// An app that produces to the topic by itself, with whatever its client is set to.
pub(crate) struct App(FutureProducer, String);

impl App {
    pub(crate) fn new(config: &KafkaConfig, partitioner: &str) -> Self {
        Self::compressing(config, partitioner, "none")
    }

    pub(crate) fn compressing(config: &KafkaConfig, partitioner: &str, codec: &str) -> Self {
        let producer = ClientConfig::new()
            .set("bootstrap.servers", &config.brokers)
            .set("partitioner", partitioner)
            .set("compression.type", codec)
            .create()
            .unwrap();
        Self(producer, config.topic.clone())
    }

    /// Produces one record and answers where it stands.
    pub(crate) async fn send(
        &self,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        content_type: Option<&str>,
        partition: Option<u32>,
    ) -> Position {
        let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(&self.1);
        record.key = key;
        record.payload = value;
        record.partition = partition.map(|n| n as i32);
        record.headers = content_type.map(|value| {
            OwnedHeaders::new().insert(Header { key: "content-type", value: Some(value) })
        });
        let delivered = self.0.send(record, PATIENCE).await.map_err(|(e, _)| e).unwrap();
        Position::new(delivered.partition as u32, delivered.offset as u64)
    }
}
