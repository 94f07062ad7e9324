//! Reading a topic as a plain consumer does: the yardstick that learning is measured against.

use std::time::{Duration, Instant};

use penchant_core::{Event, Partition, Position, Timestamp};
use penchant_ports::{PortError, PortErrorKind, Undecodable};
use rdkafka::Message as _;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Headers as _};
use tokio::task::JoinSet;

use crate::log::KafkaLog;
use crate::logging::Logging;
use crate::reader::native;
use crate::{codec, error, key};

/// How long one poll waits.
const POLL: Duration = Duration::from_millis(100);

/// What a plain consumer saw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drained {
    /// Records read.
    pub records: u64,
    /// Those that hold an event.
    pub events: u64,
    /// Bytes of keys and values, uncompressed.
    pub bytes: u64,
    /// From the first record that any consumer got to the last.
    pub elapsed: Duration,
}

/// What one of the consumers saw.
struct Share {
    records: u64,
    events: u64,
    bytes: u64,
    first: Instant,
    last: Instant,
}

impl KafkaLog {
    /// Reads everything that is on the events topic now with `consumers` plain consumers (at least
    /// one, each on a thread of its own, with the client's own fetch settings) that share the
    /// partitions, decode each record, and do nothing with it.
    ///
    /// # Errors
    /// [`PortError`] when the topic cannot be read, or stops giving records.
    pub async fn drain(&self, consumers: usize) -> Result<Drained, PortError> {
        let config = &self.inner().config;
        let bounds = self.inner().readers.bounds(&config.topic, config.partitions).await?;
        let filled: Vec<_> = bounds.into_iter().filter(|(_, low, high)| low < high).collect();
        let mut threads = JoinSet::new();
        for n in 0..consumers.max(1) {
            let mine: Vec<_> = filled.iter().skip(n).step_by(consumers.max(1)).copied().collect();
            if mine.is_empty() {
                continue;
            }
            let (plain, topic, patience) =
                (config.plain(), config.topic.clone(), config.request_timeout);
            threads.spawn_blocking(move || {
                let consumer = plain
                    .create_with_context(Logging)
                    .map_err(|e| error::ask("create a plain consumer", e))?;
                share(&consumer, &topic, &mine, patience)
            });
        }
        let mut shares = Vec::new();
        while let Some(ended) = threads.join_next().await {
            shares.push(ended.map_err(error::stopped)??);
        }
        let first = shares.iter().map(|share| share.first).min();
        let last = shares.iter().map(|share| share.last).max();
        Ok(Drained {
            records: shares.iter().map(|share| share.records).sum(),
            events: shares.iter().map(|share| share.events).sum(),
            bytes: shares.iter().map(|share| share.bytes).sum(),
            elapsed: first.zip(last).map_or(Duration::ZERO, |(first, last)| last - first),
        })
    }
}

fn share(
    consumer: &BaseConsumer<Logging>,
    topic: &str,
    mine: &[(Partition, u64, u64)],
    patience: Duration,
) -> Result<Share, PortError> {
    let mut list = TopicPartitionList::new();
    let mut left: u64 = 0;
    for (partition, low, high) in mine {
        left += high - low;
        let from = rdkafka::Offset::Offset(i64::try_from(*low).unwrap_or(i64::MAX));
        list.add_partition_offset(topic, native(partition.0), from)
            .map_err(|e| error::ask("assign a plain consumer", e))?;
    }
    consumer.assign(&list).map_err(|e| error::ask("assign a plain consumer", e))?;
    let mut seen =
        Share { records: 0, events: 0, bytes: 0, first: Instant::now(), last: Instant::now() };
    while left > 0 {
        match consumer.poll(POLL) {
            Some(Ok(message)) => {
                if seen.records == 0 {
                    seen.first = Instant::now();
                }
                seen.records += 1;
                let size = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len) as u64;
                seen.bytes += size(message.key()) + size(message.payload());
                seen.events += u64::from(std::hint::black_box(decode(&message)).is_ok());
                seen.last = Instant::now();
                left -= 1;
            }
            Some(Err(failure)) => {
                let failure = error::ask("read as a plain consumer", failure);
                if !failure.transient() {
                    return Err(failure);
                }
            }
            None if seen.last.elapsed() > patience => {
                return Err(PortError::new(
                    PortErrorKind::Unavailable,
                    format!("{left} records of {topic} did not come within {patience:?}"),
                ));
            }
            None => {}
        }
    }
    Ok(seen)
}

fn decode(message: &BorrowedMessage<'_>) -> Result<Event, Undecodable> {
    let missing = |what: &str| codec::undecodable(codec::reason::MALFORMED, what);
    let user = key::decode(message.key().ok_or_else(|| missing("no key"))?)
        .map_err(|why| codec::undecodable(codec::reason::MALFORMED_KEY, why))?;
    let value = message.payload().ok_or_else(|| missing("no value"))?;
    let content_type = message
        .headers()
        .and_then(|headers| headers.iter().find(|header| header.key == codec::CONTENT_TYPE))
        .and_then(|header| std::str::from_utf8(header.value?).ok());
    let position = Position::new(
        u32::try_from(message.partition()).unwrap_or(0),
        u64::try_from(message.offset()).unwrap_or(0),
    );
    let logged_at = Timestamp::from_millis(message.timestamp().to_millis().unwrap_or(0));
    codec::decode(value, content_type, &user, position, logged_at)
}
