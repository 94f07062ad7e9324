//! Consuming as members of a group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use penchant_core::{Checkpoint, Partition, Position};
use penchant_kafka::KafkaConfig;
use penchant_ports::{EventLog as _, Fence, Lane, LogConsumer};
use penchant_testkit::builders::{edit, user};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::support::{
    PATIENCE, after, append, config, connect, lane_of, offsets, soon, statements, take, until,
};

/// What Kafka itself holds as committed for partition 0.
fn committed(config: &KafkaConfig) -> Option<i64> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", &config.brokers)
        .set("group.id", &config.group)
        .create()
        .unwrap();
    let mut list = TopicPartitionList::new();
    list.add_partition(&config.topic, 0);
    let list = consumer.committed_offsets(list, PATIENCE).unwrap();
    match list.elements()[0].offset() {
        Offset::Offset(next) => Some(next),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_goes_on_at_the_stores_checkpoint_and_kafka_holds_the_next_offset() {
    let config = config("resume", 1);
    let log = connect(&config).await;
    append(&log, statements(&user(1), 0, 10)).await;

    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;
    let first = take(&mut lane, 10).await;
    assert_eq!(offsets(&first), (0..10).collect::<Vec<_>>());
    // Six records have taken effect, the last at offset 5: the next one is 6.
    lane.progress.send(first[5].position.next_offset()).unwrap();
    drop(lane);
    consumer.close().await;
    log.settle(PATIENCE).await;
    assert_eq!(committed(&config), Some(6), "the +1 of the last durable record");

    let mut consumer = log.consume(after([(0, 6)])).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;
    assert_eq!(offsets(&take(&mut lane, 4).await), [6, 7, 8, 9]);
    drop((lane, consumer));
    log.settle(PATIENCE).await;

    // A store restored to an earlier state: the group's offset is later and not believed.
    let mut consumer = log.consume(after([(0, 3)])).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;
    assert_eq!(offsets(&take(&mut lane, 7).await), (3..10).collect::<Vec<_>>());
    drop((lane, consumer));
    log.settle(PATIENCE).await;

    // An empty store, likewise.
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;
    assert_eq!(offsets(&take(&mut lane, 1).await), [0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_reported_durable_is_never_committed() {
    let config = config("unreported", 1);
    let log = connect(&config).await;
    append(&log, statements(&user(1), 0, 5)).await;
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;
    take(&mut lane, 5).await;
    drop(lane);
    consumer.close().await;
    log.settle(PATIENCE).await;
    assert_eq!(committed(&config), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_lane_holds_up_neither_the_others_nor_itself() {
    let mut config = config("slow", 2);
    config.lane_capacity = 32;
    let log = connect(&config).await;
    let of = |partition: u32| (0..).map(user).find(|u| log.partition_of(u) == Partition(partition));
    let (slow_user, brisk_user) = (of(0).unwrap(), of(1).unwrap());
    append(&log, statements(&slow_user, 0, 1_000)).await;
    append(&log, statements(&brisk_user, 0, 1_000)).await;

    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lanes = vec![];
    let mut slow = lane_of(&mut *consumer, Partition(0), &mut lanes).await;
    let mut brisk = match lanes.pop() {
        Some(lane) => lane,
        None => lane_of(&mut *consumer, Partition(1), &mut lanes).await,
    };
    assert_eq!(offsets(&take(&mut brisk, 1_000).await), (0..1_000).collect::<Vec<_>>());
    until("the slow lane is full", async || slow.deliveries.len() == 32).await;
    // Paused now, and resumed as it is read, many times over.
    assert_eq!(offsets(&take(&mut slow, 1_000).await), (0..1_000).collect::<Vec<_>>());
    append(&log, statements(&slow_user, 1_000, 1)).await;
    assert_eq!(offsets(&take(&mut slow, 1).await), [1_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_of_large_records_is_bounded_by_their_bytes() {
    let log = connect(&config("large", 1)).await;
    let draft = "x".repeat(60_000);
    let large = |n: usize| edit(&user(1), &format!("e{n}"), &draft, &draft[1..]);
    append(&log, (0..300).map(large).collect()).await;
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;
    // 16 MiB are 139 records of 120 kB.
    until("the lane is full", async || lane.deliveries.len() >= 130).await;
    let mut most = 0;
    let mut seen = Vec::new();
    while seen.len() < 300 {
        most = most.max(lane.deliveries.len());
        seen.extend(offsets(&take(&mut lane, 1).await));
    }
    assert!(most <= 140, "{most} records of 120 kB in one lane");
    assert_eq!(seen, (0..300).collect::<Vec<_>>());
}

/// What stands in for the store: which records took effect, and which fences ever covered them.
#[derive(Default)]
struct Effects {
    done: BTreeSet<Position>,
    /// Per partition the fences handed out so far, oldest first.
    fences: BTreeMap<Partition, Vec<Fence>>,
    /// Records committed by one whose right had ended.
    trespasses: Vec<Position>,
}

type Shared = Arc<Mutex<Effects>>;

/// Works on every lane it gets: "commits" each record under its fence, then reports it.
async fn learn(mut consumer: Box<dyn LogConsumer>, effects: Shared, lanes: Arc<Mutex<usize>>) {
    while let Ok(Some(lane)) = consumer.next_lane().await {
        *lanes.lock().unwrap() += 1;
        {
            let mut effects = effects.lock().unwrap();
            let earlier = effects.fences.entry(lane.partition).or_default();
            assert!(
                earlier.iter().all(Fence::cancelled),
                "partition {} was handed on while its last owner's fence stood",
                lane.partition
            );
            earlier.push(lane.fence.clone());
        }
        tokio::spawn(work(lane, Arc::clone(&effects)));
    }
}

async fn work(mut lane: Lane, effects: Shared) {
    while let Some(delivery) = lane.deliveries.recv().await {
        {
            let mut effects = effects.lock().unwrap();
            if lane.fence.cancelled() {
                return;
            }
            let latest = effects.fences[&lane.partition].last().unwrap();
            if latest.cancelled() {
                effects.trespasses.push(delivery.position);
            }
            effects.done.insert(delivery.position);
        }
        lane.progress.send(delivery.position.next_offset()).ok();
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rebalance_hands_partitions_on_without_losing_a_record_or_sharing_a_partition() {
    let config = config("rebalance", 6);
    let (first, second) = (connect(&config).await, connect(&config).await);
    let effects = Shared::default();
    let (lanes_of_first, lanes_of_second) = (Arc::default(), Arc::default());
    let consumer = first.consume(Checkpoint::default()).await.unwrap();
    let one = tokio::spawn(learn(consumer, Arc::clone(&effects), Arc::clone(&lanes_of_first)));

    let mut expected = BTreeSet::new();
    let load = async |from: usize| {
        let mut positions = Vec::new();
        for n in 0..30 {
            positions.extend(append(&first, statements(&user(n), from, 20)).await);
        }
        positions
    };
    expected.extend(load(0).await);
    until("the first has all partitions", async || *lanes_of_first.lock().unwrap() == 6).await;

    let joining = second.consume(Checkpoint::default()).await.unwrap();
    let two = tokio::spawn(learn(joining, Arc::clone(&effects), Arc::clone(&lanes_of_second)));
    expected.extend(load(20).await);
    until("the second has its share", async || *lanes_of_second.lock().unwrap() >= 3).await;
    expected.extend(load(40).await);
    until("all is done", async || effects.lock().unwrap().done.len() >= expected.len()).await;

    // The first one leaves; the second takes all, and goes on where the first had come to.
    one.abort();
    soon("the first has left", first.settle(PATIENCE)).await;
    until("the second has all partitions", async || *lanes_of_second.lock().unwrap() >= 6).await;
    expected.extend(load(60).await);
    until("all is done", async || effects.lock().unwrap().done.len() >= expected.len()).await;
    two.abort();

    let effects = effects.lock().unwrap();
    assert_eq!(effects.done, expected);
    assert_eq!(effects.trespasses, [], "committed without the right to");
    let standing: Vec<_> = effects
        .fences
        .iter()
        .filter(|(_, f)| f.iter().rev().skip(1).any(|f| !f.cancelled()))
        .collect();
    assert!(standing.is_empty(), "an earlier owner's fence still stands: {standing:?}");
}
