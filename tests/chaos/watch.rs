//! Committed ≤ durable, at all times: the group's offsets against the store's checkpoint, looked
//! at throughout.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use penchant_core::{Checkpoint, Partition};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::scene::{Scene, blocking};

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(100);
/// How long a question to the broker may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What was seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Times both were seen.
    pub(crate) samples: usize,
    /// Of those, times at which durable was ahead: what a crash just then delivers again.
    pub(crate) ahead: usize,
}

/// The watch; it fails the test by itself when it is asked for what it saw.
pub(crate) struct Watch {
    stop: CancellationToken,
    task: JoinHandle<Seen>,
}

impl Watch {
    pub(crate) fn start(scene: &Arc<Scene>) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(watch(Arc::clone(scene), stop.clone()));
        Self { stop, task }
    }

    /// # Panics
    /// When an offset was ever committed that was not durable, or a checkpoint went back.
    pub(crate) async fn end(self) -> Seen {
        self.stop.cancel();
        let seen = self.task.await.unwrap();
        assert!(seen.samples > 3, "hardly anything was seen: {seen:?}");
        seen
    }
}

async fn watch(scene: Arc<Scene>, stop: CancellationToken) -> Seen {
    let config = &scene.kafka;
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", &config.brokers)
        .set("group.id", &config.group)
        .set("log_level", "0")
        .create()
        .unwrap();
    let consumer = Arc::new(consumer);
    let (mut seen, mut last) = (Seen::default(), Checkpoint::default());
    while !stop.is_cancelled() {
        // In this order: what is durable only grows, so a late look at it blames nobody.
        let (asked, topic, partitions) =
            (Arc::clone(&consumer), config.topic.clone(), config.partitions);
        let committed = blocking(move || committed(&asked, &topic, partitions)).await;
        let durable = scene.durable().await;
        // While a part is down there is nothing to see.
        if let (Some(committed), Some(durable)) = (committed, durable) {
            seen.samples += 1;
            for (partition, offset) in &committed {
                let reflected = durable.next_offset(*partition);
                assert!(
                    *offset <= reflected,
                    "partition {partition}: committed {offset}, durable {reflected}"
                );
            }
            for (partition, before) in last.iter() {
                let now = durable.next_offset(partition);
                assert!(now >= before, "INV-3: partition {partition} went from {before} to {now}");
            }
            let committed: u64 = committed.values().sum();
            seen.ahead += usize::from(committed < durable.iter().map(|(_, next)| next).sum());
            last = durable;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
    seen
}

fn committed(
    consumer: &BaseConsumer,
    topic: &str,
    partitions: u32,
) -> Option<BTreeMap<Partition, u64>> {
    let mut list = TopicPartitionList::new();
    for partition in 0..partitions {
        list.add_partition(topic, i32::try_from(partition).unwrap());
    }
    let answer = consumer.committed_offsets(list, TIMEOUT).ok()?;
    let mut committed = BTreeMap::new();
    for element in answer.elements() {
        if let Offset::Offset(next) = element.offset() {
            let partition = Partition(u32::try_from(element.partition()).unwrap());
            committed.insert(partition, u64::try_from(next).unwrap());
        }
    }
    Some(committed)
}
