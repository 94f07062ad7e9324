//! Keeps the erasure ledger in memory up to date with its topic.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use penchant_ports::{PortError, PortErrorKind};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tokio::sync::oneshot;

use crate::error;
use crate::ledger::Ledger;
use crate::logging::Logging;
use crate::record::Record;

/// How long one poll waits; the bound on how late an erasure made by another process is known.
const POLL: Duration = Duration::from_millis(200);

/// Follows the ledger's topic on a thread of its own until dropped.
#[derive(Debug)]
pub(crate) struct Keeper {
    stop: Arc<AtomicBool>,
}

impl Keeper {
    /// Reads the whole ledger, then goes on following it.
    ///
    /// # Errors
    /// [`PortError`] when it cannot be read to its end within `timeout`: nothing may be delivered
    /// before all erasures are known.
    pub(crate) async fn start(
        config: &ClientConfig,
        topic: &str,
        ledger: Arc<Ledger>,
        timeout: Duration,
    ) -> Result<Self, PortError> {
        let what = format!("read the erasure ledger {topic}");
        let consumer: BaseConsumer<Logging> =
            config.create_with_context(Logging).map_err(|e| error::ask(&what, e))?;
        let mut all = TopicPartitionList::new();
        all.add_partition_offset(topic, 0, Offset::Beginning)
            .and_then(|()| consumer.assign(&all))
            .map_err(|e| error::ask(&what, e))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (loaded, wait) = oneshot::channel();
        let follow = Follow { consumer, ledger, stop: Arc::clone(&stop), loaded: Some(loaded) };
        std::thread::Builder::new()
            .name("penchant-erasures".to_owned())
            .spawn(move || follow.run())
            .map_err(|e| PortError::new(PortErrorKind::Unavailable, what.clone()).caused_by(e))?;
        let keeper = Self { stop };
        match tokio::time::timeout(timeout, wait).await {
            Ok(Ok(outcome)) => outcome.map(|()| keeper),
            Ok(Err(_)) | Err(_) => Err(PortError::new(
                PortErrorKind::Unavailable,
                format!("{what}: its end was not reached within {timeout:?}"),
            )),
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Follow {
    consumer: BaseConsumer<Logging>,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    loaded: Option<oneshot::Sender<Result<(), PortError>>>,
}

impl Follow {
    fn run(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            let step = match self.consumer.poll(POLL) {
                None => continue,
                Some(Ok(message)) => self.ledger.take(&Record::copy(&message)),
                Some(Err(KafkaError::PartitionEOF(_))) => {
                    self.answer(Ok(()));
                    continue;
                }
                Some(Err(failure)) => Err(error::ask("read the erasure ledger", failure)),
            };
            match step {
                // librdkafka goes on trying by itself.
                Err(error) if error.transient() => {}
                Err(error) => {
                    tracing::error!(%error, "the erasure ledger is not followed any further");
                    self.answer(Err(error));
                    return;
                }
                Ok(()) => {}
            }
        }
    }

    fn answer(&mut self, outcome: Result<(), PortError>) {
        if let Some(loaded) = self.loaded.take() {
            // Nobody waits any more when loading took too long.
            loaded.send(outcome).ok();
        }
    }
}
