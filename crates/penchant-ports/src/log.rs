//! The event log: the truth that everything else is a view of (INV-1).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use penchant_core::{Checkpoint, Event, Partition, Position, Timestamp, UserKey};
use tokio::sync::mpsc;

use crate::error::PortError;

/// Deliveries that a lane holds at most before its log stops reading.
pub const LANE_CAPACITY: usize = 1024;

/// A record of the log as handed to the learner.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Where it stands.
    pub position: Position,
    /// When the log took it in (log time; the clock of the broker or of the embedded log).
    pub logged_at: Timestamp,
    /// The event, or why it is none.
    pub payload: Payload,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// An event that passed `penchant_core::validate`.
    Event(Box<Event>),
    /// Something else. The log has already put it aside as a dead letter, durably, before
    /// delivering this; the learner only moves its checkpoint past it (INV-5).
    DeadLetter(Undecodable),
    /// A record whose content was erased; nothing to learn, the checkpoint moves on.
    Erased,
}

/// Why a record was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    /// A short machine-readable reason: `null-key`, `key-mismatch`, `oversized`, `malformed`.
    pub reason: String,
    /// For people.
    pub detail: String,
}

/// This process's right to write a partition. Cancelled *before* the revocation is answered, so
/// that no commit of a lost assignment can land (INV-4).
#[derive(Debug, Clone, Default)]
pub struct Fence(Arc<AtomicBool>);

impl Fence {
    /// A fence that still stands.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the right to write.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether the right to write has ended.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// One partition's deliveries, in order, for as long as this process owns it.
#[derive(Debug)]
pub struct Lane {
    /// The partition.
    pub partition: Partition,
    /// The right to write it.
    pub fence: Fence,
    /// Its records in offset order. Closed when the partition is revoked or the log closes.
    /// Bounded: the log stops reading a partition whose lane is full.
    pub deliveries: mpsc::Receiver<Delivery>,
    /// Where the learner reports the next offset after each durable commit.
    pub progress: mpsc::UnboundedSender<u64>,
}

/// Yields the partitions that this process is to work on.
#[async_trait]
pub trait LogConsumer: Send {
    /// The next lane assigned to this process; `None` once the log was closed.
    ///
    /// # Errors
    /// [`PortError`] when consuming cannot go on; the process should stop.
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError>;

    /// Stops intake: lanes close after what they already hold.
    async fn close(&mut self);
}

/// An append-only, partitioned log of events.
///
/// # Obligations
/// - `append` answers only once the events are durable, with one position per event, in order.
///   All events of one user go to one partition; later calls get higher offsets there.
/// - An event that does not pass `penchant_core::validate` is refused as `Invalid`.
/// - The same event (same user and id) may be appended twice; the fold makes it one effect. A
///   log that can tell (the embedded one) answers the first position again and stores nothing;
///   when the content differs it answers an `Invalid` error whose message starts with
///   `duplicate id`.
/// - A failed `append` says whether it may have happened ([`crate::Certainty`]).
/// - `consume` delivers every record from `from` on at least once, per partition in order.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Appends durably. One outcome per event, in order.
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>>;

    /// The partition that holds a user's events.
    fn partition_of(&self, user: &UserKey) -> Partition;

    /// Starts consuming. `from` tells, per partition, the offset to read next (from the store's
    /// checkpoint); a log with its own committed offsets may start earlier, never later.
    ///
    /// # Errors
    /// [`PortError`] when the log cannot be read.
    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError>;

    /// Reads a bounded range for rebuilding: records of `partition` from `offset`, at most
    /// `limit`, no group, no side effects. Empty at the end.
    ///
    /// # Errors
    /// [`PortError`] when the log cannot be read.
    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, PortError>;

    /// Per partition, the offset that the next record will get: the end of the log now.
    ///
    /// # Errors
    /// [`PortError`] when the log cannot be asked.
    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError>;

    /// Removes the content of a user's records up to and including `upto` (INV-9). Positions
    /// stay; later reads deliver [`Payload::Erased`]. Records of `EventBody::Erase` are still
    /// delivered, without session and context: a rebuild must erase again, or events that were
    /// late for the erasure would come back. Idempotent. A log that cannot remove single
    /// records (Kafka) records the erasure in its ledger and delivers `Erased` from then on.
    ///
    /// # Errors
    /// [`PortError`]; the caller tries again.
    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError>;

    /// Whether the log can be reached now.
    ///
    /// # Errors
    /// [`PortError`] saying why not.
    async fn check(&self) -> Result<(), PortError>;
}
