//! What would skip or mix up records is refused, in words that say what to do.

use penchant_core::{Checkpoint, Partition};
use penchant_kafka::{KafkaConfig, KafkaLog};
use penchant_ports::{EventLog as _, PortErrorKind};
use penchant_testkit::builders::user;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::support::{after, append, config, connect, soon, statements};

fn admin(config: &KafkaConfig) -> AdminClient<DefaultClientContext> {
    ClientConfig::new().set("bootstrap.servers", &config.brokers).create().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_number_of_partitions_is_refused() {
    let mut config = config("count", 3);
    let log = connect(&config).await;
    for other in [2, 4] {
        config.partitions = other;
        let error = KafkaLog::connect(config.clone()).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Invalid);
        assert!(error.message.contains("has 3 partitions"), "{error}");
    }
    log.check().await.unwrap();
    let grown = NewPartitions::new(&config.topic, 5);
    let outcome = admin(&config).create_partitions([&grown], &AdminOptions::new()).await.unwrap();
    assert!(outcome[0].is_ok(), "{outcome:?}");
    crate::support::until(
        "the growth is noticed",
        async || matches!(log.check().await, Err(e) if e.kind == PortErrorKind::Invalid),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_without_log_time_is_refused() {
    let config = config("create-time", 1);
    let topic = NewTopic::new(&config.topic, 1, TopicReplication::Fixed(1))
        .set("message.timestamp.type", "CreateTime");
    admin(&config).create_topics([&topic], &AdminOptions::new()).await.unwrap();
    let error = KafkaLog::connect(config).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invalid);
    assert!(error.message.contains("LogAppendTime"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_beyond_the_topic_halts() {
    let log = connect(&config("recreated", 1)).await;
    append(&log, statements(&user(1), 0, 5)).await;
    let mut consumer = log.consume(after([(0, 100)])).await.unwrap();
    let error = soon("a refusal", consumer.next_lane()).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invariant);
    assert!(error.message.contains("recreated"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_retention_removed_before_they_took_effect_halt() {
    let config = config("retention", 1);
    let log = connect(&config).await;
    append(&log, statements(&user(1), 0, 10)).await;
    let mut gone = TopicPartitionList::new();
    gone.add_partition_offset(&config.topic, 0, Offset::Offset(6)).unwrap();
    admin(&config).delete_records(&gone, &AdminOptions::new()).await.unwrap();

    let mut consumer = log.consume(after([(0, 4)])).await.unwrap();
    let error = soon("a refusal", consumer.next_lane()).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invariant);
    assert!(error.message.contains("retention has removed 2"), "{error}");
    drop(consumer);

    let read = log.read(Partition(0), 0, 100).await.unwrap();
    assert_eq!(read.first().map(|d| d.position.offset), Some(6), "a rebuild reads what there is");
    log.settle(crate::support::PATIENCE).await;
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let lane = soon("a lane", consumer.next_lane()).await.unwrap();
    assert!(lane.is_some(), "a first start begins with what there is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_does_not_answer_is_unavailable() {
    let mut config = config("nobody", 1);
    config.brokers = "127.0.0.1:9".to_owned();
    config.request_timeout = std::time::Duration::from_millis(300);
    let error = KafkaLog::connect(config).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
}
