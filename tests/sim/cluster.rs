//! A log shared by several processes, as a consumer group sees it: partitions change hands at any
//! moment, reading starts again wherever the group's offsets point, and a process that was away
//! goes on for a while as if it still owned what it has lost.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use penchant_core::head::fnv1a;
use penchant_core::{
    Checkpoint, Context, Event, EventBody, Partition, Position, Timestamp, UserKey,
};
use penchant_ports::{
    Delivery, EventLog, Fence, Lane, LogConsumer, Payload, PortError, Undecodable,
};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::store::SimStore;

/// Deliveries that a lane of the simulation holds: few, so that it is often full.
const LANE: usize = 24;
/// Records handed on at a time.
const CHUNK: usize = 8;

/// Owns what a process left behind until the next rebalance.
const NOBODY: u64 = u64::MAX;

/// What a record holds; the content goes when it is erased.
#[derive(Clone)]
struct Record {
    logged_at: Timestamp,
    user: Option<UserKey>,
    payload: Payload,
}

struct Owner {
    process: u64,
    /// Which assignment this is.
    generation: u64,
    fence: Fence,
    stop: CancellationToken,
}

struct Member {
    lanes: mpsc::UnboundedSender<Lane>,
    from: Checkpoint,
}

struct State {
    dice: ChaCha8Rng,
    partitions: Vec<Vec<Record>>,
    members: BTreeMap<u64, Member>,
    owners: BTreeMap<Partition, Owner>,
    committed: BTreeMap<Partition, u64>,
    generation: u64,
    /// Of processes that have not noticed yet what they have lost.
    unnoticed: Vec<(Fence, CancellationToken)>,
    tally: Tally,
}

/// What happened to the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Partitions that changed hands.
    pub(crate) moved: u64,
    /// Of those, taken from a process that went on all the same.
    pub(crate) unnoticed: u64,
    /// Records delivered again although they had taken effect.
    pub(crate) redelivered: u64,
}

/// The log and its group.
pub(crate) struct Cluster {
    state: Mutex<State>,
    appended: watch::Sender<u64>,
    store: Arc<SimStore>,
}

impl Cluster {
    pub(crate) fn new(partitions: usize, dice: ChaCha8Rng, store: Arc<SimStore>) -> Arc<Self> {
        let state = State {
            dice,
            partitions: vec![Vec::new(); partitions],
            members: BTreeMap::new(),
            owners: BTreeMap::new(),
            committed: BTreeMap::new(),
            generation: 0,
            unnoticed: Vec::new(),
            tally: Tally::default(),
        };
        Arc::new(Self { state: Mutex::new(state), appended: watch::Sender::new(0), store })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tally(&self) -> Tally {
        self.lock().tally
    }

    /// Appends an event where its user's events stand. Nothing is told apart: a resend stands
    /// twice.
    pub(crate) fn push(&self, event: Event, logged_at: Timestamp) {
        let partition = self.place(&event.user);
        let user = Some(event.user.clone());
        self.append(
            partition,
            Record { logged_at, user, payload: Payload::Event(Box::new(event)) },
        );
    }

    /// Appends something that is no event.
    pub(crate) fn push_garbage(&self, partition: Partition, logged_at: Timestamp) {
        let why = Undecodable { reason: "malformed".to_owned(), detail: "simulated".to_owned() };
        self.append(partition, Record { logged_at, user: None, payload: Payload::DeadLetter(why) });
    }

    fn append(&self, partition: Partition, record: Record) {
        self.lock().partitions[partition.0 as usize].push(record);
        self.appended.send_modify(|n| *n += 1);
    }

    fn place(&self, user: &UserKey) -> Partition {
        let count = self.lock().partitions.len() as u64;
        let hash = fnv1a(format!("{}\0{}", user.tenant, user.user).as_bytes());
        Partition(u32::try_from(hash % count).unwrap())
    }

    fn range(&self, partition: Partition, offset: u64, limit: usize) -> Vec<Delivery> {
        let state = self.lock();
        let records = state.partitions[partition.0 as usize].iter().zip(0_u64..);
        records
            .skip(usize::try_from(offset).unwrap())
            .take(limit)
            .map(|(record, offset)| Delivery {
                position: Position { partition, offset },
                logged_at: record.logged_at,
                payload: record.payload.clone(),
            })
            .collect()
    }

    /// Every record, partition by partition.
    pub(crate) fn records(&self) -> Vec<Delivery> {
        let partitions = self.lock().partitions.len();
        (0..partitions)
            .flat_map(|n| self.range(Partition(u32::try_from(n).unwrap()), 0, usize::MAX))
            .collect()
    }

    pub(crate) fn ends(&self) -> BTreeMap<Partition, u64> {
        let state = self.lock();
        let end = |(n, records): (u32, &Vec<Record>)| (Partition(n), records.len() as u64);
        (0..).zip(&state.partitions).map(end).collect()
    }

    /// The process has died. Its partitions lie idle until the next rebalance.
    pub(crate) fn bury(&self, process: u64) {
        let mut state = self.lock();
        state.members.remove(&process);
        for owner in state.owners.values_mut().filter(|owner| owner.process == process) {
            owner.stop.cancel();
            // Should the same process join again, it does not own them for that.
            owner.process = NOBODY;
        }
    }

    /// Hands partitions around; with `unnoticed` whoever loses one goes on until [`Self::notice`].
    pub(crate) async fn rebalance(self: &Arc<Self>, unnoticed: bool) {
        let durable = self.store.durable().await;
        let mut state = self.lock();
        let members: Vec<u64> = state.members.keys().copied().collect();
        for partition in (0..u32::try_from(state.partitions.len()).unwrap()).map(Partition) {
            let owner = state.owners.get(&partition).map(|owner| owner.process);
            let alive = owner.is_some_and(|owner| state.members.contains_key(&owner));
            let stays = state.dice.random_bool(0.5);
            if members.is_empty() || (alive && stays) {
                continue;
            }
            let to = members[state.dice.random_range(0..members.len())];
            self.hand_over(&mut state, partition, to, unnoticed, &durable);
        }
    }

    fn hand_over(
        self: &Arc<Self>,
        state: &mut State,
        partition: Partition,
        to: u64,
        unnoticed: bool,
        durable: &Checkpoint,
    ) {
        if let Some(old) = state.owners.remove(&partition) {
            state.tally.moved += 1;
            if unnoticed {
                state.tally.unnoticed += 1;
                state.unnoticed.push((old.fence, old.stop));
            } else {
                old.fence.cancel();
                old.stop.cancel();
            }
        }
        let committed = state.committed.get(&partition).copied().unwrap_or(0);
        let from = state.members[&to].from.next_offset(partition);
        // A member believes the group's offset, or what the store said when it started.
        let start = if state.dice.random_bool(0.5) { committed.max(from) } else { from };
        state.tally.redelivered += durable.next_offset(partition).saturating_sub(start);
        state.generation += 1;
        let generation = state.generation;
        let (fence, stop) = (Fence::new(), CancellationToken::new());
        let (sender, deliveries) = mpsc::channel(LANE);
        let (progress, reports) = mpsc::unbounded_channel();
        let lane = Lane { partition, fence: fence.clone(), deliveries, progress };
        state
            .owners
            .insert(partition, Owner { process: to, generation, fence, stop: stop.clone() });
        state.members[&to].lanes.send(lane).ok();
        tokio::spawn(feed(Arc::clone(self), partition, start, sender, stop));
        tokio::spawn(Arc::clone(self).take_reports(partition, generation, reports));
    }

    /// Those who went on unawares learn what they have lost.
    pub(crate) fn notice(&self) {
        for (fence, stop) in self.lock().unnoticed.drain(..) {
            fence.cancel();
            stop.cancel();
        }
    }

    /// What a learner reports as durable becomes the group's offset, late and only while it owns
    /// the partition. It must be durable: committed is never ahead.
    async fn take_reports(
        self: Arc<Self>,
        partition: Partition,
        generation: u64,
        mut reports: mpsc::UnboundedReceiver<u64>,
    ) {
        while let Some(next) = reports.recv().await {
            let durable = self.store.durable().await.next_offset(partition);
            assert!(next <= durable, "{partition} was reported up to {next}, durable is {durable}");
            let late = self.lock().dice.random_range(0..20);
            for _ in 0..late {
                tokio::task::yield_now().await;
            }
            let mut state = self.lock();
            if state.owners.get(&partition).is_some_and(|owner| owner.generation == generation) {
                let committed = state.committed.entry(partition).or_default();
                *committed = (*committed).max(next);
            }
        }
    }
}

async fn feed(
    cluster: Arc<Cluster>,
    partition: Partition,
    mut next: u64,
    lane: mpsc::Sender<Delivery>,
    stop: CancellationToken,
) {
    let mut appended = cluster.appended.subscribe();
    let work = async {
        loop {
            appended.mark_unchanged();
            let records = cluster.range(partition, next, CHUNK);
            if records.is_empty() && appended.changed().await.is_err() {
                return;
            }
            for record in records {
                next = record.position.next_offset();
                if lane.send(record).await.is_err() {
                    return;
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = work => {}
    }
}

/// The log as one process holds it.
pub(crate) struct SimLog {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) process: u64,
}

#[async_trait]
impl EventLog for SimLog {
    async fn append(&self, _: Vec<Event>) -> Vec<Result<Position, PortError>> {
        panic!("a learner appends nothing");
    }

    fn partition_of(&self, user: &UserKey) -> Partition {
        self.cluster.place(user)
    }

    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        let (sender, lanes) = mpsc::unbounded_channel();
        self.cluster.lock().members.insert(self.process, Member { lanes: sender, from });
        // Joining calls for a rebalance.
        self.cluster.rebalance(false).await;
        let (cluster, process) = (Arc::clone(&self.cluster), self.process);
        Ok(Box::new(Consumer { cluster, process, lanes, closed: CancellationToken::new() }))
    }

    async fn read(&self, p: Partition, from: u64, n: usize) -> Result<Vec<Delivery>, PortError> {
        Ok(self.cluster.range(p, from, n))
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        Ok(self.cluster.ends())
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        let mut state = self.cluster.lock();
        let records = &mut state.partitions[upto.partition.0 as usize];
        let covered = usize::try_from(upto.next_offset()).unwrap();
        for record in records.iter_mut().take(covered) {
            if record.user.as_ref() != Some(user) {
                continue;
            }
            record.payload = match &record.payload {
                Payload::Event(event) if event.body == EventBody::Erase => {
                    let bare = (**event).clone();
                    let bare = Event { session: None, context: Context::default(), ..bare };
                    Payload::Event(Box::new(bare))
                }
                _ => Payload::Erased,
            };
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), PortError> {
        Ok(())
    }
}

struct Consumer {
    cluster: Arc<Cluster>,
    process: u64,
    lanes: mpsc::UnboundedReceiver<Lane>,
    closed: CancellationToken,
}

#[async_trait]
impl LogConsumer for Consumer {
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError> {
        tokio::select! {
            biased;
            () = self.closed.cancelled() => Ok(None),
            lane = self.lanes.recv() => Ok(lane),
        }
    }

    async fn close(&mut self) {
        self.closed.cancel();
        self.lanes.close();
        while self.lanes.try_recv().is_ok() {}
        // Lanes close after what they hold. The group is left at once; another member may have the
        // partition while this one drains, which its fence tells it.
        self.cluster.bury(self.process);
        self.cluster.rebalance(false).await;
    }
}
