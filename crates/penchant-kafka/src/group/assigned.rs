//! One partition as the poll thread sees it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use penchant_core::Partition;
use penchant_ports::{Delivery, Fence, Lane};
use tokio::sync::mpsc::{self, error::TryRecvError};
use tokio_util::sync::CancellationToken;

use crate::group::stage::{Stage, Staged};
use crate::offsets::NextOffset;
use crate::record::Record;

/// Most bytes that wait to be decoded, of one partition.
const STAGED_BYTES: usize = 8 * 1024 * 1024;

/// A partition that this process owns.
pub(super) struct Assigned {
    pub(super) fence: Fence,
    /// Ends the lane: what it holds is still there, nothing more comes.
    stop: CancellationToken,
    records: mpsc::UnboundedSender<Record>,
    /// Records on their way to the lane.
    staged: Arc<Staged>,
    /// To see how full the lane is without keeping it open.
    lane: mpsc::WeakSender<Delivery>,
    capacity: usize,
    progress: mpsc::UnboundedReceiver<u64>,
    /// The latest that the learner reported; everything below is durable.
    durable: Option<NextOffset>,
    /// What was last handed to librdkafka.
    stored: Option<NextOffset>,
    /// Tracked here, because librdkafka cannot be asked.
    pub(super) paused: bool,
    /// Whether the learner has let go of the lane.
    pub(super) released: bool,
}

impl Assigned {
    /// Opens a lane, and the stage that will fill it.
    pub(super) fn open(partition: Partition, capacity: usize) -> (Self, Lane, Stage) {
        let (records, incoming) = mpsc::unbounded_channel();
        let (lane, deliveries) = mpsc::channel(capacity);
        let (report, progress) = mpsc::unbounded_channel();
        let (fence, stop) = (Fence::new(), CancellationToken::new());
        let staged = Arc::new(Staged::default());
        let assigned = Self {
            fence: fence.clone(),
            stop: stop.clone(),
            records,
            staged: Arc::clone(&staged),
            lane: lane.downgrade(),
            capacity,
            progress,
            durable: None,
            stored: None,
            paused: false,
            released: false,
        };
        let stage = Stage { partition, incoming, lane, staged, stop };
        (assigned, Lane { partition, fence, deliveries, progress: report }, stage)
    }

    /// Hands a record on. A lane that nobody reads any more swallows it; its offset is never
    /// stored, so nothing is lost.
    pub(super) fn push(&self, record: Record) {
        self.staged.add(record.size());
        self.records.send(record).ok();
    }

    fn held(&self) -> usize {
        let in_lane = self.lane.upgrade().map_or(0, |lane| self.capacity - lane.capacity());
        self.staged.records.load(Ordering::Relaxed) + in_lane
    }

    fn staged_bytes(&self) -> usize {
        self.staged.bytes.load(Ordering::Relaxed)
    }

    /// Whether it is time to stop fetching.
    pub(super) fn full(&self) -> bool {
        !self.paused && (self.held() >= self.capacity || self.staged_bytes() >= STAGED_BYTES)
    }

    /// Whether it is time to fetch again: at half, because every pause throws away what was
    /// fetched ahead.
    pub(super) fn has_room(&self) -> bool {
        self.paused
            && !self.stop.is_cancelled()
            && self.held() <= self.capacity / 2
            && self.staged_bytes() <= STAGED_BYTES / 2
    }

    /// Takes in what the learner reported; answers an offset when there is a new one to store.
    pub(super) fn take_reports(&mut self) -> Option<NextOffset> {
        loop {
            match self.progress.try_recv() {
                // A lane reports in order; were it not so, the highest would still be durable.
                Ok(next) => self.durable = self.durable.max(Some(NextOffset::new(next))),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.released = true;
                    break;
                }
            }
        }
        let fresh = self.durable.filter(|_| self.durable > self.stored);
        self.stored = self.durable;
        fresh
    }

    /// What the learner reported as durable, of all it ever did.
    pub(super) fn durable(&self) -> Option<NextOffset> {
        self.durable
    }

    /// Closes the lane after what it holds.
    pub(super) fn close(&self) {
        self.stop.cancel();
    }
}
