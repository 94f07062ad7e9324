//! Reading a range of a topic: no group, no commits, no side effects.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use penchant_core::{Partition, Position};
use penchant_ports::{PortError, PortErrorKind};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{ClientConfig, TopicPartitionList};

use crate::error;
use crate::logging::Logging;
use crate::offsets::NextOffset;
use crate::record::Record;

/// How long one poll waits.
const POLL: Duration = Duration::from_millis(100);
/// Readers kept for the next call. Each holds two connections and up to 8 MiB.
const KEPT: usize = 4;

/// Reads ranges. Readers that stopped where the next call goes on are used again, with what
/// they have already fetched.
#[derive(Clone)]
pub(crate) struct Readers {
    config: ClientConfig,
    timeout: Duration,
    idle: Arc<Mutex<Vec<Reader>>>,
}

struct Reader {
    consumer: BaseConsumer<Logging>,
    /// What the next poll would deliver, if anything is assigned.
    cursor: Option<(String, Position)>,
}

impl Readers {
    pub(crate) fn new(config: ClientConfig, timeout: Duration) -> Self {
        Self { config, timeout, idle: Arc::default() }
    }

    /// At most `limit` records of one partition from `offset` on; fewer only at the end.
    pub(crate) async fn range(
        &self,
        topic: &str,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Record>, PortError> {
        let at = Position { partition, offset };
        let topic = topic.to_owned();
        self.with_reader(Some((topic.clone(), at)), move |reader, timeout| {
            reader.range(&topic, at, limit, timeout)
        })
        .await
    }

    /// The first offset there is and the one that comes next, of each partition.
    pub(crate) async fn bounds(
        &self,
        topic: &str,
        partitions: u32,
    ) -> Result<Vec<(Partition, u64, u64)>, PortError> {
        let topic = topic.to_owned();
        self.with_reader(None, move |reader, timeout| {
            let of = |n| {
                let (low, high) = watermarks(&reader.consumer, &topic, n, timeout)?;
                Ok((Partition(n), low, high))
            };
            (0..partitions).map(of).collect()
        })
        .await
    }

    /// The group's committed offsets.
    pub(crate) async fn committed(
        &self,
        topic: &str,
        partitions: u32,
    ) -> Result<Vec<(Partition, Option<NextOffset>)>, PortError> {
        let topic = topic.to_owned();
        self.with_reader(None, move |reader, timeout| {
            committed(&reader.consumer, &topic, 0..partitions, timeout)
        })
        .await
    }

    /// How many partitions the cluster says the topic has.
    pub(crate) async fn partitions(&self, topic: &str) -> Result<usize, PortError> {
        let topic = topic.to_owned();
        self.with_reader(None, move |reader, timeout| {
            let metadata = reader
                .consumer
                .fetch_metadata(Some(&topic), timeout)
                .map_err(|e| error::ask("reach Kafka", e))?;
            Ok(metadata.topics().iter().find(|t| t.name() == topic).map_or(0, |topic| {
                topic.partitions().iter().filter(|partition| partition.leader() >= 0).count()
            }))
        })
        .await
    }

    async fn with_reader<T: Send + 'static>(
        &self,
        goes_on_at: Option<(String, Position)>,
        work: impl FnOnce(&mut Reader, Duration) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || {
            let mut reader = this.take(goes_on_at.as_ref())?;
            let outcome = work(&mut reader, this.timeout);
            if outcome.is_ok() {
                let mut idle = this.idle();
                // The oldest goes.
                if idle.len() == KEPT {
                    idle.remove(0);
                }
                idle.push(reader);
            }
            outcome
        })
        .await
        .map_err(error::stopped)?
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Reader>> {
        // Readers are whole while they lie here.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, goes_on_at: Option<&(String, Position)>) -> Result<Reader, PortError> {
        let mut idle = self.idle();
        let fits = idle.iter().position(|reader| reader.cursor.as_ref() == goes_on_at);
        if let Some(reader) = fits.or(idle.len().checked_sub(1)).map(|n| idle.remove(n)) {
            return Ok(reader);
        }
        let consumer = self
            .config
            .create_with_context(Logging)
            .map_err(|e| error::ask("create a Kafka reader", e))?;
        Ok(Reader { consumer, cursor: None })
    }
}

impl Reader {
    fn range(
        &mut self,
        topic: &str,
        at: Position,
        limit: usize,
        timeout: Duration,
    ) -> Result<Vec<Record>, PortError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let what = || format!("read partition {} of {topic}", at.partition);
        let goes_on = self.cursor.as_ref().is_some_and(|(on, next)| on == topic && *next == at);
        self.cursor = None;
        if !goes_on {
            let (low, high) = watermarks(&self.consumer, topic, at.partition.0, timeout)?;
            if at.offset >= high {
                return Ok(Vec::new());
            }
            // What retention has removed is no longer part of the log.
            let start = NextOffset::new(at.offset.max(low));
            let mut list = TopicPartitionList::new();
            list.add_partition_offset(topic, native(at.partition.0), start.to_kafka())
                .and_then(|()| self.consumer.assign(&list))
                .map_err(|e| error::ask(&what(), e))?;
        }
        let mut records: Vec<Record> = Vec::new();
        let mut deadline = Instant::now() + timeout;
        loop {
            match self.consumer.poll(POLL) {
                Some(Ok(message)) => {
                    let record = Record::copy(&message);
                    deadline = Instant::now() + timeout;
                    // What an earlier assignment left behind is not asked for.
                    if record.position.partition != at.partition
                        || record.position.offset < at.offset
                    {
                        continue;
                    }
                    let next = Position { offset: record.position.next_offset(), ..at };
                    records.push(record);
                    if records.len() == limit {
                        self.cursor = Some((topic.to_owned(), next));
                        return Ok(records);
                    }
                }
                // Told once per arrival at the end; so the next call has to assign anew.
                Some(Err(KafkaError::PartitionEOF(n))) if n == native(at.partition.0) => {
                    return Ok(records);
                }
                Some(Err(KafkaError::PartitionEOF(_))) | None => {}
                Some(Err(failure)) => {
                    let error = error::ask(&what(), failure);
                    if !error.transient() {
                        return Err(error);
                    }
                }
            }
            if Instant::now() >= deadline {
                return Err(PortError::new(
                    PortErrorKind::Unavailable,
                    format!("{}: nothing came within {timeout:?}", what()),
                ));
            }
        }
    }
}

/// Partition numbers of Kafka's are signed and small.
pub(crate) fn native(partition: u32) -> i32 {
    i32::try_from(partition).unwrap_or(i32::MAX)
}

/// The first offset there is and the one that comes next.
pub(crate) fn watermarks<C: rdkafka::consumer::ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    partition: u32,
    timeout: Duration,
) -> Result<(u64, u64), PortError> {
    let (low, high) = consumer
        .fetch_watermarks(topic, native(partition), timeout)
        .map_err(|e| error::ask(&format!("ask for the ends of {topic}"), e))?;
    Ok((u64::try_from(low).unwrap_or(0), u64::try_from(high).unwrap_or(0)))
}

/// The group's committed offsets.
pub(crate) fn committed<C: rdkafka::consumer::ConsumerContext>(
    consumer: &BaseConsumer<C>,
    topic: &str,
    partitions: impl IntoIterator<Item = u32>,
    timeout: Duration,
) -> Result<Vec<(Partition, Option<NextOffset>)>, PortError> {
    let what = "ask for the group's offsets";
    let mut list = TopicPartitionList::new();
    for partition in partitions {
        list.add_partition(topic, native(partition));
    }
    let answer = consumer.committed_offsets(list, timeout).map_err(|e| error::ask(what, e))?;
    answer
        .elements_for_topic(topic)
        .iter()
        .map(|element| {
            element.error().map_err(|e| error::ask(what, e))?;
            let partition = Partition(u32::try_from(element.partition()).unwrap_or(0));
            Ok((partition, NextOffset::of(element.offset())))
        })
        .collect()
}
