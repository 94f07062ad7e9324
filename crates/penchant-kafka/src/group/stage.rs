//! Between the poll thread and a lane: decodes, and puts dead letters aside.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use penchant_core::Partition;
use penchant_ports::{Delivery, Payload, PortError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::dead_letters::{Asided, Writer};
use crate::judge::Judge;
use crate::record::Record;

/// Records judged together: their dead letters are on the way at the same time.
const TOGETHER: usize = 64;

/// What every stage works with.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) judge: Judge,
    pub(crate) dead_letters: Writer,
}

/// Fills one lane.
pub(super) struct Stage {
    pub(super) partition: Partition,
    pub(super) incoming: mpsc::UnboundedReceiver<Record>,
    pub(super) lane: mpsc::Sender<Delivery>,
    pub(super) staged: Arc<AtomicUsize>,
    pub(super) stop: CancellationToken,
}

impl Stage {
    /// Works until the lane is closed or nobody reads it any more.
    ///
    /// # Errors
    /// [`PortError`] when a dead letter can never be written: nothing behind it may be delivered.
    pub(super) async fn run(self, tools: Tools) -> Result<(), PortError> {
        let stop = self.stop.clone();
        tokio::select! {
            biased;
            () = stop.cancelled() => Ok(()),
            outcome = self.fill(tools) => outcome,
        }
    }

    async fn fill(mut self, tools: Tools) -> Result<(), PortError> {
        let mut records = Vec::with_capacity(TOGETHER);
        while self.incoming.recv_many(&mut records, TOGETHER).await > 0 {
            let mut judged: Vec<(Delivery, Option<Asided>)> = Vec::with_capacity(records.len());
            for record in records.drain(..) {
                let delivery = tools.judge.deliver(&record);
                let asided = match &delivery.payload {
                    Payload::DeadLetter(why) => {
                        Some(tools.dead_letters.begin(record, why.clone()).await)
                    }
                    Payload::Event(_) | Payload::Erased => None,
                };
                judged.push((delivery, asided));
            }
            for (delivery, asided) in judged {
                if let Some(asided) = asided {
                    // Before it is handed on: then its offset may move (INV-5).
                    tools.dead_letters.finish(asided).await?;
                }
                if self.lane.send(delivery).await.is_err() {
                    tracing::debug!(partition = %self.partition, "nobody reads this lane any more");
                    return Ok(());
                }
                self.staged.fetch_sub(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}
