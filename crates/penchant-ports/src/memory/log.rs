//! The event log as vectors behind a lock.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use penchant_core::head::fnv1a;
use penchant_core::{
    Checkpoint, Context, Event, EventBody, EventId, Partition, Position, Timestamp, UserKey,
};
use tokio::sync::{mpsc, watch};

use crate::clock::Clock;
use crate::error::{PortError, PortErrorKind};
use crate::log::{Delivery, EventLog, Fence, LANE_CAPACITY, Lane, LogConsumer, Payload};

/// Records copied out under the lock at a time.
const CHUNK: usize = 64;

struct Record {
    logged_at: Timestamp,
    user: UserKey,
    /// `None` once erased.
    event: Option<Event>,
}

#[derive(Default)]
struct State {
    partitions: Vec<Vec<Record>>,
    first: HashMap<(UserKey, EventId), Position>,
}

struct Shared {
    state: Mutex<State>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held cannot leave a record half pushed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn range(&self, partition: Partition, offset: u64, limit: usize) -> Vec<Delivery> {
        let state = self.lock();
        let Some(records) = state.partitions.get(partition.0 as usize) else {
            return Vec::new();
        };
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        records
            .iter()
            .zip(0_u64..)
            .skip(skip)
            .take(limit)
            .map(|(record, offset)| Delivery {
                position: Position { partition, offset },
                logged_at: record.logged_at,
                payload: match &record.event {
                    Some(event) => Payload::Event(Box::new(event.clone())),
                    None => Payload::Erased,
                },
            })
            .collect()
    }
}

/// The consumer that owns the partitions now.
struct Owner {
    stop: Arc<watch::Sender<bool>>,
    fences: Vec<Fence>,
}

/// An event log in memory.
///
/// Like the embedded log it can tell a resend; two events are the same when all but their event
/// time is, which a gateway may have filled in. A new consumer takes all partitions over: the
/// previous one's fences are cancelled first (INV-4).
pub struct MemoryLog {
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    partitions: u32,
    /// Tells tails that something was appended; its end tells them that the log is gone.
    appended: watch::Sender<u64>,
    owner: Mutex<Option<Owner>>,
}

impl fmt::Debug for MemoryLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLog").field("partitions", &self.partitions).finish_non_exhaustive()
    }
}

impl MemoryLog {
    /// An empty log of one partition whose log time is `clock`'s.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_partitions(clock, 1)
    }

    /// An empty log of `partitions` partitions, at least one.
    #[must_use]
    pub fn with_partitions(clock: Arc<dyn Clock>, partitions: u32) -> Self {
        let partitions = partitions.max(1);
        let mut state = State::default();
        state.partitions.resize_with(partitions as usize, Vec::new);
        Self {
            shared: Arc::new(Shared { state: Mutex::new(state) }),
            clock,
            partitions,
            appended: watch::Sender::new(0),
            owner: Mutex::new(None),
        }
    }

    fn push(&self, event: Event) -> Result<Position, PortError> {
        penchant_core::validate::event(&event)
            .map_err(|e| PortError::new(PortErrorKind::Invalid, e.to_string()))?;
        let partition = self.partition_of(&event.user);
        let mut state = self.shared.lock();
        let key = (event.user.clone(), event.id.clone());
        if let Some(first) = state.first.get(&key).copied() {
            return same(&state, first, &event).then_some(first).ok_or_else(|| {
                PortError::new(
                    PortErrorKind::Invalid,
                    format!("duplicate id {}: other content stands at {first}", event.id),
                )
            });
        }
        let records = &mut state.partitions[partition.0 as usize];
        let position = Position { partition, offset: records.len() as u64 };
        records.push(Record {
            logged_at: self.clock.now(),
            user: event.user.clone(),
            event: Some(event),
        });
        state.first.insert(key, position);
        Ok(position)
    }
}

/// Whether `event` is the one at `first`. An erased one is believed to be: it must not return.
fn same(state: &State, first: Position, event: &Event) -> bool {
    let stored = usize::try_from(first.offset)
        .ok()
        .and_then(|offset| state.partitions.get(first.partition.0 as usize)?.get(offset))
        .and_then(|record| record.event.as_ref());
    stored
        .is_none_or(|stored| Event { occurred_at: stored.occurred_at, ..event.clone() } == *stored)
}

#[async_trait]
impl EventLog for MemoryLog {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        let outcomes = events.into_iter().map(|event| self.push(event)).collect();
        self.appended.send_modify(|n| *n += 1);
        outcomes
    }

    fn partition_of(&self, user: &UserKey) -> Partition {
        let hash = fnv1a(format!("{}\0{}", user.tenant, user.user).as_bytes());
        // The remainder of a u32 fits.
        Partition((hash % u64::from(self.partitions)) as u32)
    }

    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        let stop = Arc::new(watch::Sender::new(false));
        let mut lanes = VecDeque::new();
        let mut tails = Vec::new();
        for partition in (0..self.partitions).map(Partition) {
            let (sender, deliveries) = mpsc::channel(LANE_CAPACITY);
            let (progress, reported) = mpsc::unbounded_channel();
            tails.push(Tail {
                shared: Arc::clone(&self.shared),
                partition,
                next: from.next_offset(partition),
                sender,
                appended: self.appended.subscribe(),
                stopped: stop.subscribe(),
                reported,
            });
            lanes.push_back(Lane { partition, fence: Fence::new(), deliveries, progress });
        }
        let owner = Owner {
            stop: Arc::clone(&stop),
            fences: lanes.iter().map(|lane| lane.fence.clone()).collect(),
        };
        let previous = self.owner.lock().unwrap_or_else(PoisonError::into_inner).replace(owner);
        if let Some(previous) = previous {
            previous.fences.iter().for_each(Fence::cancel);
            previous.stop.send_replace(true);
        }
        for tail in tails {
            tokio::spawn(tail.run());
        }
        Ok(Box::new(Consumer { lanes, stop, log: self.appended.subscribe() }))
    }

    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, PortError> {
        Ok(self.shared.range(partition, offset, limit))
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        let state = self.shared.lock();
        Ok((0..).map(Partition).zip(state.partitions.iter().map(|p| p.len() as u64)).collect())
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        let mut state = self.shared.lock();
        let Some(records) = state.partitions.get_mut(upto.partition.0 as usize) else {
            return Ok(());
        };
        let count = usize::try_from(upto.next_offset()).unwrap_or(usize::MAX);
        for record in records.iter_mut().take(count).filter(|record| record.user == *user) {
            record.event = record
                .event
                .take()
                .filter(|e| e.body == EventBody::Erase)
                .map(|e| Event { session: None, context: Context::default(), ..e });
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), PortError> {
        Ok(())
    }
}

struct Consumer {
    lanes: VecDeque<Lane>,
    stop: Arc<watch::Sender<bool>>,
    log: watch::Receiver<u64>,
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

#[async_trait]
impl LogConsumer for Consumer {
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError> {
        let mut stopped = self.stop.subscribe();
        if *stopped.borrow() {
            return Ok(None);
        }
        if let Some(lane) = self.lanes.pop_front() {
            return Ok(Some(lane));
        }
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => {}
            // Never true: ends when the log is dropped.
            _ = self.log.wait_for(|_| false) => {}
        }
        Ok(None)
    }

    async fn close(&mut self) {
        self.stop.send_replace(true);
    }
}

/// Follows one partition.
struct Tail {
    shared: Arc<Shared>,
    partition: Partition,
    next: u64,
    sender: mpsc::Sender<Delivery>,
    appended: watch::Receiver<u64>,
    stopped: watch::Receiver<bool>,
    reported: mpsc::UnboundedReceiver<u64>,
}

impl Tail {
    async fn run(self) {
        let Self { shared, partition, mut next, sender, mut appended, mut stopped, mut reported } =
            self;
        // The store holds the checkpoint; what the learner reports needs no keeping.
        tokio::spawn(async move { while reported.recv().await.is_some() {} });
        let follow = async {
            loop {
                appended.mark_unchanged();
                let records = shared.range(partition, next, CHUNK);
                if records.is_empty() && appended.changed().await.is_err() {
                    return;
                }
                for record in records {
                    next = record.position.next_offset();
                    if sender.send(record).await.is_err() {
                        return;
                    }
                }
            }
        };
        tokio::select! {
            () = follow => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }
}
