//! Puts records aside, durably.

use std::sync::Arc;
use std::time::Duration;

use penchant_ports::{PortError, Undecodable};
use penchant_telemetry::DeadLettered;

use super::envelope;
use crate::producer::{Outgoing, Producer, Sending};
use crate::record::Record;

/// First and longest pause after a failed write.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Writes dead letters.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) producer: Arc<Producer>,
    /// Where records come from.
    pub(crate) topic: String,
    /// Where they are put.
    pub(crate) dead_letter_topic: String,
}

/// A record that is being put aside.
pub(crate) struct Asided {
    record: Record,
    why: Undecodable,
    sending: Result<Sending, PortError>,
}

impl Writer {
    /// Begins to put a record aside; several may be on their way at once.
    pub(crate) async fn begin(&self, record: Record, why: Undecodable) -> Asided {
        let sending = self.enqueue(&record, &why).await;
        Asided { record, why, sending }
    }

    /// Waits until the record is durably put aside, however often it takes.
    ///
    /// # Errors
    /// [`PortError`] when it can never succeed; the partition must stop there (INV-5).
    pub(crate) async fn finish(&self, asided: Asided) -> Result<(), PortError> {
        let Asided { record, why, mut sending } = asided;
        let mut pause = PAUSES.0;
        loop {
            let outcome = match sending {
                Ok(sending) => sending.settle().await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(_) => {
                    DeadLettered { reason: &why.reason, position: record.position }.emit();
                    return Ok(());
                }
                Err(error) if error.transient() => {
                    tracing::warn!(position = %record.position, %error, "dead letter not written yet");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSES.1);
                    sending = self.enqueue(&record, &why).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn enqueue(&self, record: &Record, why: &Undecodable) -> Result<Sending, PortError> {
        let (headers, payload) = envelope::wrap(&self.topic, record, why);
        let outgoing = Outgoing {
            topic: &self.dead_letter_topic,
            key: record.key.as_deref(),
            payload,
            headers,
        };
        self.producer.enqueue(&outgoing).await
    }
}
