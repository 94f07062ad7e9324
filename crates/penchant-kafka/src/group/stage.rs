//! Between the poll thread and a lane: decodes, and puts dead letters aside.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use penchant_core::Partition;
use penchant_ports::{Delivery, Payload, PortError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::dead_letters::{Asided, Writer};
use crate::judge::Judge;
use crate::record::Record;

/// Records judged together: their dead letters are on the way at the same time.
const TOGETHER: usize = 64;

/// Most bytes of records that a lane holds, however few they are.
const LANE_BYTES: usize = 16 * 1024 * 1024;
/// How often a lane that is full by bytes is looked at again.
const LOOK: Duration = Duration::from_millis(5);

/// What has been taken from the broker and is not in the lane yet.
#[derive(Debug, Default)]
pub(super) struct Staged {
    pub(super) records: AtomicUsize,
    pub(super) bytes: AtomicUsize,
}

impl Staged {
    pub(super) fn add(&self, bytes: usize) {
        self.records.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn remove(&self, bytes: usize) {
        self.records.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

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
    pub(super) staged: Arc<Staged>,
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
        let mut held = Held::default();
        while self.incoming.recv_many(&mut records, TOGETHER).await > 0 {
            let mut judged: Vec<(Delivery, usize, Option<Asided>)> =
                Vec::with_capacity(records.len());
            for record in records.drain(..) {
                let bytes = record.size();
                let delivery = tools.judge.deliver(&record);
                let asided = match &delivery.payload {
                    Payload::DeadLetter(why) => {
                        Some(tools.dead_letters.begin(record, why.clone()).await)
                    }
                    Payload::Event(_) | Payload::Erased => None,
                };
                judged.push((delivery, bytes, asided));
            }
            for (delivery, bytes, asided) in judged {
                if let Some(asided) = asided {
                    // Before it is handed on: then its offset may move (INV-5).
                    tools.dead_letters.finish(asided).await?;
                }
                self.room(&mut held, bytes).await;
                if self.lane.send(delivery).await.is_err() {
                    tracing::debug!(partition = %self.partition, "nobody reads this lane any more");
                    return Ok(());
                }
                self.staged.remove(bytes);
            }
        }
        Ok(())
    }

    /// Waits until the lane has room for `bytes` more.
    async fn room(&self, held: &mut Held, bytes: usize) {
        loop {
            held.keep(self.lane.max_capacity() - self.lane.capacity());
            if held.bytes == 0 || held.bytes + bytes <= LANE_BYTES {
                held.push(bytes);
                return;
            }
            // A lane tells nobody when something is taken from it.
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The sizes of what the lane holds, oldest first.
#[derive(Default)]
struct Held {
    sizes: VecDeque<usize>,
    bytes: usize,
}

impl Held {
    fn push(&mut self, bytes: usize) {
        self.sizes.push_back(bytes);
        self.bytes += bytes;
    }

    /// All but the newest `count` were taken from the lane.
    fn keep(&mut self, count: usize) {
        while self.sizes.len() > count {
            self.bytes -= self.sizes.pop_front().unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_from_a_lane_no_longer_counts() {
        let mut held = Held::default();
        [10, 20, 30].into_iter().for_each(|bytes| held.push(bytes));
        held.keep(3);
        assert_eq!(held.bytes, 60);
        held.keep(1);
        assert_eq!(held.bytes, 30);
        held.keep(0);
        assert_eq!(held.bytes, 0);
    }
}
