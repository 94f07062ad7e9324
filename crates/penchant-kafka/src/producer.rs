//! Writing records, durably.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use penchant_core::Position;
use penchant_ports::{PortError, PortErrorKind};
use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::OwnedHeaders;
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};

use crate::error;
use crate::logging::Logging;

/// How long a full send queue is waited for, and in which steps.
const QUEUE_PATIENCE: Duration = Duration::from_secs(5);
const QUEUE_STEP: Duration = Duration::from_millis(10);

type Inner = FutureProducer<Logging>;

/// A record to write.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing<'a> {
    pub(crate) topic: &'a str,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) payload: Option<&'a [u8]>,
    pub(crate) headers: OwnedHeaders,
}

/// An idempotent producer that is made anew after a fatal error.
pub(crate) struct Producer {
    config: ClientConfig,
    current: Mutex<Inner>,
}

impl Producer {
    pub(crate) fn new(config: ClientConfig) -> Result<Self, PortError> {
        let current = Mutex::new(create(&config)?);
        Ok(Self { config, current })
    }

    /// Hands a record to librdkafka. Records keep the order of these calls; each is on the log
    /// only once [`Sending::settle`] says so.
    pub(crate) async fn enqueue(&self, outgoing: &Outgoing<'_>) -> Result<Sending, PortError> {
        let patience = tokio::time::Instant::now() + QUEUE_PATIENCE;
        loop {
            let producer = self.healthy()?;
            let mut record: FutureRecord<'_, [u8], [u8]> =
                FutureRecord::to(outgoing.topic).headers(outgoing.headers.clone());
            record.key = outgoing.key;
            record.payload = outgoing.payload;
            match producer.send_result(record) {
                Ok(delivery) => return Ok(Sending { delivery, _producer: producer }),
                Err((KafkaError::MessageProduction(Code::QueueFull), _))
                    if tokio::time::Instant::now() < patience =>
                {
                    tokio::time::sleep(QUEUE_STEP).await;
                }
                // Nothing was queued.
                Err((failure, _)) => {
                    let mut error = error::produce(failure);
                    error.certainty = penchant_ports::Certainty::Determinate;
                    return Err(error);
                }
            }
        }
    }

    /// Writes one record and waits until it is durable.
    pub(crate) async fn send(&self, outgoing: &Outgoing<'_>) -> Result<Position, PortError> {
        self.enqueue(outgoing).await?.settle().await
    }

    /// Waits until all that was handed over has settled, or time is up. Blocks.
    pub(crate) fn flush(&self, timeout: Duration) {
        let producer = self.current().clone();
        if let Err(error) = producer.flush(timeout) {
            tracing::warn!(%error, "records were still on their way to Kafka");
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Inner> {
        // A panic under the lock leaves a whole producer, the old or the new one.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The producer, made anew when the last one met an error it cannot go on from: idempotence
    /// ends with it, so what failed meanwhile was answered as indeterminate.
    fn healthy(&self) -> Result<Inner, PortError> {
        let mut current = self.current();
        if let Some((code, reason)) = current.client().fatal_error() {
            tracing::error!(%code, reason, "the Kafka producer failed for good; making a new one");
            *current = create(&self.config)?;
        }
        Ok(current.clone())
    }
}

fn create(config: &ClientConfig) -> Result<Inner, PortError> {
    config.create_with_context(Logging).map_err(|e| error::ask("create a Kafka producer", e))
}

/// A record on its way.
pub(crate) struct Sending {
    delivery: DeliveryFuture,
    /// Kept, because a dropped producer purges what is on its way.
    _producer: Inner,
}

impl Sending {
    /// Where the record stands, once it is durable.
    pub(crate) async fn settle(self) -> Result<Position, PortError> {
        match self.delivery.await {
            Ok(Ok(delivered)) => {
                // A record that a broker has taken has both.
                let partition = u32::try_from(delivered.partition).unwrap_or(0);
                let offset = u64::try_from(delivered.offset).map_err(|_| {
                    PortError::new(PortErrorKind::Unavailable, "Kafka answered no offset")
                        .indeterminate()
                })?;
                Ok(Position::new(partition, offset))
            }
            Ok(Err((failure, _))) => Err(error::produce(failure)),
            Err(_) => Err(PortError::new(
                PortErrorKind::Unavailable,
                "the Kafka producer ended before it answered",
            )
            .indeterminate()),
        }
    }
}
