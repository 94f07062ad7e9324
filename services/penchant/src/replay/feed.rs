//! The log as a rebuild reads it: bounded, without a group, and with erasures applied first.
//!
//! A learner consumes it like any log. Its lanes end where they are told to; records of a user that
//! stand before an erasure of that user are delivered as erased, however far ahead the erasure is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use penchant_core::head::Erased;
use penchant_core::{Checkpoint, Event, EventBody, EventId, Partition, Position, UserKey};
use penchant_learn::fold::{Cause, mark_of_erasure};
use penchant_learn::lane::event_time;
use penchant_ports::log::LANE_CAPACITY;
use penchant_ports::{
    Delivery, EventLog, Fence, Lane, LogConsumer, Payload, PortError, PortErrorKind,
};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::patience::patiently;

/// Records read at once.
const CHUNK: usize = 1_000;
/// Partitions read at once: each holds a connection and what was fetched ahead.
const SIDE_BY_SIDE: usize = 4;

/// Who and what was seen on the log.
#[derive(Debug, Default)]
struct Seen {
    users: BTreeSet<UserKey>,
    /// Those of them that nobody asked about yet.
    fresh: BTreeSet<UserKey>,
    erasures: HashMap<UserKey, Erasures>,
}

/// A user's erasures, as far as they take anything away.
#[derive(Debug, Default)]
struct Erasures {
    /// What the last one left behind in the memory.
    mark: Option<Erased>,
    /// A resend erases nothing again.
    ids: HashSet<EventId>,
}

/// What the first pass over the log found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Surveyed {
    /// Records to be reflected.
    pub(super) records: u64,
    /// Of these, how many the generation being built reflects already.
    pub(super) done: u64,
}

/// See the module. Clones are one.
#[derive(Clone)]
pub(super) struct Feed(Arc<Inner>);

struct Inner {
    log: Arc<dyn EventLog>,
    seen: Mutex<Seen>,
    until: Mutex<BTreeMap<Partition, u64>>,
    left_out: AtomicU64,
}

impl Feed {
    pub(super) fn new(log: Arc<dyn EventLog>) -> Self {
        let (seen, until, left_out) = (Mutex::default(), Mutex::default(), AtomicU64::new(0));
        Self(Arc::new(Inner { log, seen, until, left_out }))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Each change is one insertion.
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads everything there is: all erasures, also those beyond `target`, and all users. Counts
    /// the records below `target`, and those below `built`.
    pub(super) async fn survey(
        &self,
        target: &Checkpoint,
        built: &Checkpoint,
        told: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<Surveyed, PortError> {
        let ends = patiently(|| self.0.log.ends()).await?;
        let (mut surveyed, mut read) = (Surveyed::default(), 0);
        for (partition, end) in ends {
            let (target, built) = (target.next_offset(partition), built.next_offset(partition));
            let mut next = 0;
            while next < end {
                let chunk = patiently(|| self.0.log.read(partition, next, CHUNK)).await?;
                let Some(last) = chunk.last() else { break };
                next = last.position.next_offset();
                let below = |end| chunk.iter().filter(|d| d.position.offset < end).count() as u64;
                surveyed.records += below(target);
                surveyed.done += below(target.min(built));
                read += chunk.len() as u64;
                let mut seen = self.seen();
                for delivery in &chunk {
                    if let Payload::Event(event) = &delivery.payload {
                        seen.note(event, delivery);
                    }
                }
                drop(seen);
                told(read);
            }
        }
        Ok(surveyed)
    }

    /// Where the next lanes end.
    pub(super) fn until(&self, bounds: BTreeMap<Partition, u64>) {
        *self.0.until.lock().unwrap_or_else(PoisonError::into_inner) = bounds;
    }

    /// Users seen since this was last asked.
    pub(super) fn fresh(&self) -> BTreeSet<UserKey> {
        std::mem::take(&mut self.seen().fresh)
    }

    /// How many users were seen.
    pub(super) fn users(&self) -> usize {
        self.seen().users.len()
    }

    /// How many of them were erased at least once.
    pub(super) fn erased_users(&self) -> usize {
        self.seen().erasures.len()
    }

    /// How many records were delivered as erased.
    pub(super) fn left_out(&self) -> u64 {
        self.0.left_out.load(Ordering::Relaxed)
    }

    /// The user's last erasure.
    pub(super) fn erasure(&self, user: &UserKey) -> Option<Position> {
        self.seen().erasures.get(user)?.mark.map(|erased| erased.position)
    }

    /// What a learner gets to see of these records.
    fn judge(&self, mut chunk: Vec<Delivery>) -> Vec<Delivery> {
        let mut seen = self.seen();
        for delivery in &mut chunk {
            let Payload::Event(event) = &delivery.payload else { continue };
            seen.note(event, delivery);
            let mark = seen.erasures.get(&event.user).and_then(|erasures| erasures.mark);
            let covered = mark.is_some_and(|erased| {
                let Position { partition, offset } = delivery.position;
                erased.position.partition == partition && offset < erased.position.offset
            });
            // Erasures themselves are learnt: they also cover what comes late.
            if covered && event.body != EventBody::Erase {
                delivery.payload = Payload::Erased;
            }
        }
        let erased = chunk.iter().filter(|d| d.payload == Payload::Erased).count();
        self.0.left_out.fetch_add(erased as u64, Ordering::Relaxed);
        chunk
    }
}

impl Seen {
    fn note(&mut self, event: &Event, delivery: &Delivery) {
        if !self.users.contains(&event.user) {
            self.users.insert(event.user.clone());
            self.fresh.insert(event.user.clone());
        }
        if event.body != EventBody::Erase {
            return;
        }
        let erasures = self.erasures.entry(event.user.clone()).or_default();
        if !erasures.ids.insert(event.id.clone()) {
            return;
        }
        let at = event_time(event, delivery.logged_at);
        let cause = Cause { event, position: delivery.position, at };
        if let Some(mark) = mark_of_erasure(erasures.mark, &cause) {
            erasures.mark = Some(mark);
        }
    }
}

#[async_trait]
impl EventLog for Feed {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        let refused = || PortError::new(PortErrorKind::Invalid, "a rebuild records nothing");
        events.iter().map(|_| Err(refused())).collect()
    }

    fn partition_of(&self, user: &UserKey) -> Partition {
        self.0.log.partition_of(user)
    }

    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        let until = self.0.until.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut run = Run { lanes: VecDeque::new(), readers: JoinSet::new() };
        let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        for (partition, until) in until {
            let from = from.next_offset(partition);
            if from >= until {
                continue;
            }
            let (deliver, deliveries) = mpsc::channel(LANE_CAPACITY);
            let (progress, reports) = mpsc::unbounded_channel();
            run.lanes.push_back(Lane { partition, fence: Fence::new(), deliveries, progress });
            let reader = Reader { feed: self.clone(), partition, until };
            run.readers.spawn(reader.run(from, deliver, reports, Arc::clone(&places)));
        }
        Ok(Box::new(run))
    }

    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, PortError> {
        self.0.log.read(partition, offset, limit).await
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        self.0.log.ends().await
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        self.0.log.erase(user, upto).await
    }

    async fn check(&self) -> Result<(), PortError> {
        self.0.log.check().await
    }
}

/// Fills one lane.
struct Reader {
    feed: Feed,
    partition: Partition,
    until: u64,
}

impl Reader {
    /// Ends once the learner has let go of the lane.
    async fn run(
        self,
        from: u64,
        deliver: mpsc::Sender<Delivery>,
        mut reports: mpsc::UnboundedReceiver<u64>,
        places: Arc<Semaphore>,
    ) -> Result<(), PortError> {
        {
            // Never closed; were it, all would be read at once.
            let _place = places.acquire().await.ok();
            self.fill(from, deliver).await?;
        }
        while reports.recv().await.is_some() {}
        Ok(())
    }

    async fn fill(&self, mut next: u64, deliver: mpsc::Sender<Delivery>) -> Result<(), PortError> {
        while next < self.until {
            let log = &self.feed.0.log;
            let mut chunk = patiently(|| log.read(self.partition, next, CHUNK)).await?;
            let Some(last) = chunk.last() else { break };
            next = last.position.next_offset();
            chunk.retain(|delivery| delivery.position.offset < self.until);
            for delivery in self.feed.judge(chunk) {
                if deliver.send(delivery).await.is_err() {
                    // The lane has ended, and says why itself.
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// One pass of a learner.
struct Run {
    lanes: VecDeque<Lane>,
    readers: JoinSet<Result<(), PortError>>,
}

#[async_trait]
impl LogConsumer for Run {
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError> {
        if let Some(lane) = self.lanes.pop_front() {
            return Ok(Some(lane));
        }
        // The end is told only once every lane has been let go of: what they hold must not run
        // into the grace period of a learner that stops.
        while let Some(ended) = self.readers.join_next().await {
            ended.map_err(|panic| {
                PortError::new(PortErrorKind::Invariant, "a reader of the log stopped")
                    .caused_by(panic)
            })??;
        }
        Ok(None)
    }

    async fn close(&mut self) {
        self.lanes.clear();
        // Lanes end after what they hold.
        self.readers.abort_all();
    }
}
