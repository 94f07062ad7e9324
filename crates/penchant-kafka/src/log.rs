//! The event log on Kafka.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::{Checkpoint, Event, Partition, Position, UserKey};
use penchant_ports::{Delivery, EventLog, LogConsumer, PortError, PortErrorKind};
use tokio_util::sync::CancellationToken;

use crate::codec::{CONTENT_TYPE, PROTOBUF};
use crate::config::KafkaConfig;
use crate::dead_letters::DeadLetters;
use crate::inner::Inner;
use crate::judge::{self, Judge};
use crate::keeper::Keeper;
use crate::ledger::{self, Ledger};
use crate::producer::{Outgoing, Producer, Sending};
use crate::reader::Readers;
use crate::{group, key, record, topics};

/// An [`EventLog`] on a Kafka topic.
///
/// It cannot tell a resend: the same event appended twice stands twice, and the fold makes it one
/// effect. Cheap to clone; clones share one producer.
#[derive(Clone)]
pub struct KafkaLog {
    inner: Arc<Inner>,
    /// Of every consumer: cancelled once its poll thread has left the group.
    left: Arc<Mutex<Vec<CancellationToken>>>,
}

impl std::fmt::Debug for KafkaLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KafkaLog").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl KafkaLog {
    /// Reaches the cluster, creates the topics that are missing, checks those that are there, and
    /// reads the erasure ledger to its end.
    ///
    /// # Errors
    /// [`PortErrorKind::Invalid`] when the configuration or a topic cannot be used, saying what to
    /// do; [`PortErrorKind::Unavailable`] when the cluster does not answer.
    pub async fn connect(config: KafkaConfig) -> Result<Self, PortError> {
        config.validate()?;
        topics::ensure(&config).await?;
        let ledger = Arc::new(Ledger::default());
        let keeper = Keeper::start(
            &config.reader(),
            &config.erasure_topic,
            Arc::clone(&ledger),
            // Everything ever erased is read; the ledger is small, but a start may be slow.
            config.request_timeout * 6,
        )
        .await?;
        let inner = Inner {
            producer: Arc::new(Producer::new(config.producer())?),
            readers: Readers::new(config.reader(), config.request_timeout),
            judge: Judge { partitions: config.partitions, ledger },
            _keeper: keeper,
            config,
        };
        Ok(Self { inner: Arc::new(inner), left: Arc::default() })
    }

    /// What could not become an event.
    #[must_use]
    pub fn dead_letters(&self) -> DeadLetters {
        DeadLetters::new(Arc::clone(&self.inner))
    }

    /// Waits until every closed consumer has committed its last offsets and left the group, and
    /// until all records have left the producer; at most `patience`. Called after the learner has
    /// ended, it spares the next one from seeing anything twice.
    pub async fn settle(&self, patience: Duration) {
        let left = std::mem::take(&mut *self.left.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async {
            for token in left {
                token.cancelled().await;
            }
        };
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!("a consumer has not left its group yet");
        }
        let producer = Arc::clone(&self.inner.producer);
        if let Err(error) = tokio::task::spawn_blocking(move || producer.flush(patience)).await {
            tracing::warn!(%error, "the producer was not flushed");
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    async fn begin(&self, event: &Event) -> Result<(Partition, Sending), PortError> {
        let value = judge::admit(event)?;
        let key = key::encode(&event.user);
        let outgoing = Outgoing {
            topic: &self.inner.config.topic,
            key: Some(&key),
            payload: Some(&value),
            headers: record::headers([(CONTENT_TYPE, Some(PROTOBUF.as_bytes()))]),
        };
        Ok((self.partition_of(&event.user), self.inner.producer.enqueue(&outgoing).await?))
    }
}

#[async_trait]
impl EventLog for KafkaLog {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        let mut begun = Vec::with_capacity(events.len());
        for event in &events {
            begun.push(self.begin(event).await);
        }
        let mut outcomes = Vec::with_capacity(begun.len());
        for sending in begun {
            outcomes.push(match sending {
                Ok((expected, sending)) => {
                    sending.settle().await.and_then(|position| in_its_place(position, expected))
                }
                Err(error) => Err(error),
            });
        }
        outcomes
    }

    fn partition_of(&self, user: &UserKey) -> Partition {
        self.inner.partition_of(user)
    }

    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        let (member, left) = group::join(&self.inner, from).await?;
        self.left.lock().unwrap_or_else(PoisonError::into_inner).push(left);
        Ok(Box::new(member))
    }

    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, PortError> {
        if partition.0 >= self.inner.config.partitions {
            return Ok(Vec::new());
        }
        let topic = &self.inner.config.topic;
        let records = self.inner.readers.range(topic, partition, offset, limit).await?;
        Ok(records.iter().map(|record| self.inner.judge.deliver(record)).collect())
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        let Inner { config, readers, .. } = &*self.inner;
        let bounds = readers.bounds(&config.topic, config.partitions).await?;
        Ok(bounds.into_iter().map(|(partition, _, high)| (partition, high)).collect())
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        let Inner { config, producer, judge, .. } = &*self.inner;
        if judge.ledger.covers(user, upto) {
            return Ok(());
        }
        let (who, value) = (ledger::pseudonym(user), upto.to_string());
        let entry = Outgoing {
            topic: &config.erasure_topic,
            key: Some(&who),
            payload: Some(value.as_bytes()),
            headers: record::headers([]),
        };
        producer.send(&entry).await?;
        judge.ledger.learn(user, upto);
        Ok(())
    }

    async fn check(&self) -> Result<(), PortError> {
        let Inner { config, readers, .. } = &*self.inner;
        let led = readers.partitions(&config.topic).await?;
        if led == config.partitions as usize {
            return Ok(());
        }
        let (topic, wanted) = (&config.topic, config.partitions);
        Err(if led > wanted as usize {
            PortError::new(
                PortErrorKind::Invalid,
                format!(
                    "topic {topic} has grown to {led} partitions, {wanted} are configured: users \
                     have moved to other partitions"
                ),
            )
        } else {
            PortError::new(
                PortErrorKind::Unavailable,
                format!("{led} of {wanted} partitions of topic {topic} have a leader"),
            )
        })
    }
}

/// Refuses a position outside the user's partition: the topic has grown under this process.
fn in_its_place(position: Position, expected: Partition) -> Result<Position, PortError> {
    if position.partition == expected {
        return Ok(position);
    }
    Err(PortError::new(
        PortErrorKind::Invariant,
        format!(
            "the event went to partition {} instead of {expected}: the number of partitions of \
             the topic was changed; it will be a dead letter",
            position.partition
        ),
    )
    .indeterminate())
}
