//! One simulated history: several processes, one log, one store, and a schedule of trouble drawn
//! from a seed.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use penchant_core::Partition;
use penchant_embed::Lexical;
use penchant_learn::lane::{Learner, LearnerConfig};
use penchant_ports::{
    Embedder, ListQuery, PortError, PortErrorKind, PreferenceReader as _, PreferenceStore as _,
};
use penchant_testkit::faulty::Fault;
use penchant_tests::oracle;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::cluster::{Cluster, SimLog, Tally};
use crate::history::History;
use crate::store::SimStore;

const PARTITIONS: usize = 3;
const PROCESSES: usize = 3;
/// Turns of the whole world after which one that is left in peace must have caught up.
const PATIENCE: usize = 200_000;

/// What happened in one history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Figures {
    pub(crate) records: usize,
    pub(crate) resent: u64,
    pub(crate) erasures: u64,
    pub(crate) crashes: u64,
    pub(crate) group: Tally,
    pub(crate) refused: u64,
    pub(crate) lost_requests: u64,
    pub(crate) lost_replies: u64,
    pub(crate) delays: u64,
    pub(crate) torn: u64,
    pub(crate) fenced: u64,
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.records += other.records;
        self.resent += other.resent;
        self.erasures += other.erasures;
        self.crashes += other.crashes;
        self.group.moved += other.group.moved;
        self.group.unnoticed += other.group.unnoticed;
        self.group.redelivered += other.group.redelivered;
        self.refused += other.refused;
        self.lost_requests += other.lost_requests;
        self.lost_replies += other.lost_replies;
        self.delays += other.delays;
        self.torn += other.torn;
        self.fenced += other.fenced;
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { records, resent, erasures, crashes, group, torn, fenced, .. } = self;
        let Tally { moved, unnoticed, redelivered } = group;
        write!(
            f,
            "records {records}, resent {resent}, erasures {erasures}, crashes {crashes}, \
             partitions moved {moved} (unnoticed {unnoticed}), redelivered {redelivered}, commits \
             torn {torn}, fenced {fenced}; calls refused {}, lost {}, replies lost {}, delayed {}",
            self.refused, self.lost_requests, self.lost_replies, self.delays
        )
    }
}

impl Figures {
    /// A simulation in which nothing went wrong proves nothing.
    pub(crate) fn assert_everything_fired(&self) {
        let all = [
            self.resent,
            self.erasures,
            self.crashes,
            self.group.moved,
            self.group.unnoticed,
            self.group.redelivered,
            self.refused,
            self.lost_requests,
            self.lost_replies,
            self.delays,
            self.torn,
            self.fenced,
        ];
        assert!(all.iter().all(|fired| *fired > 0), "something never went wrong: {self}");
    }
}

struct Process {
    number: u64,
    task: JoinHandle<Result<(), PortError>>,
    stop: CancellationToken,
}

struct World {
    dice: ChaCha8Rng,
    store: Arc<SimStore>,
    cluster: Arc<Cluster>,
    embedder: Arc<dyn Embedder>,
    running: Vec<Process>,
    leaving: Vec<Process>,
    started: u64,
    crashes: u64,
}

fn passes(error: &PortError) -> bool {
    error.transient() || error.kind == PortErrorKind::Fenced
}

fn dice(seed: u64, of: u64) -> ChaCha8Rng {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    dice.set_stream(of);
    dice
}

/// Lives through the history of `seed` with `events` events.
///
/// # Panics
/// When the memory at its end is not the reference fold's, when a process ends by itself, or when
/// the learners do not catch up in peace.
pub(crate) async fn live(seed: u64, events: usize) -> Figures {
    let store = Arc::new(SimStore::new(seed));
    let mut world = World {
        dice: dice(seed, 1),
        cluster: Cluster::new(PARTITIONS, dice(seed, 2), Arc::clone(&store)),
        store,
        embedder: Arc::new(Lexical::default()),
        running: Vec::new(),
        leaving: Vec::new(),
        started: 0,
        crashes: 0,
    };
    let mut history = History::new(dice(seed, 3));
    let mut left = events;
    while left > 0 {
        left -= world.trouble(&mut history, left).await;
        for _ in 0..world.dice.random_range(0..30) {
            tokio::task::yield_now().await;
        }
        world.look_after().await;
    }
    world.settle().await;
    world.compare().await;
    let faults = world.store.faulty.faults();
    Figures {
        records: world.cluster.records().len(),
        resent: history.resent,
        erasures: history.erasures,
        crashes: world.crashes,
        group: world.cluster.tally(),
        refused: faults.fired(Fault::Fail),
        lost_requests: faults.fired(Fault::Drop),
        lost_replies: faults.fired(Fault::TimeOut),
        delays: faults.fired(Fault::Delay),
        torn: world.store.torn.load(Ordering::Relaxed),
        fenced: world.store.fenced.load(Ordering::Relaxed),
    }
}

impl World {
    /// One thing happens; how many events it appended.
    async fn trouble(&mut self, history: &mut History, left: usize) -> usize {
        match self.dice.random_range(0..100) {
            0..60 => {
                let count = self.dice.random_range(1..=6).min(left);
                for _ in 0..count {
                    let event = history.next();
                    self.cluster.push(event, history.now());
                }
                return count;
            }
            60..63 => {
                let partition = Partition(self.dice.random_range(0..PARTITIONS as u32));
                self.cluster.push_garbage(partition, history.now());
            }
            63..75 if self.running.len() < PROCESSES => self.start(),
            63..75 => {}
            75..80 => self.crash(),
            80..82 => {
                if let Some(process) = self.pick() {
                    process.stop.cancel();
                    self.leaving.push(process);
                }
            }
            82..88 => {
                let unnoticed = self.dice.random_bool(0.5);
                self.cluster.rebalance(unnoticed).await;
            }
            88..94 => self.cluster.notice(),
            _ => {}
        }
        0
    }

    fn start(&mut self) {
        let number = self.started;
        self.started += 1;
        let config = LearnerConfig {
            max_batch: self.dice.random_range(1..24),
            // Here time does not pass: other tasks run.
            linger: Duration::ZERO,
            min_backoff: Duration::ZERO,
            max_backoff: Duration::ZERO,
            cached_users: self.dice.random_range(1..8),
            ..LearnerConfig::default()
        };
        let log = Arc::new(SimLog { cluster: Arc::clone(&self.cluster), process: number });
        let store = Arc::<SimStore>::clone(&self.store);
        let learner = Learner::new(log, store, Arc::clone(&self.embedder), config);
        let stop = CancellationToken::new();
        let asked = stop.clone();
        let cluster = Arc::clone(&self.cluster);
        let task = tokio::spawn(async move {
            // As the service does: what passes by itself starts the learner anew.
            loop {
                match learner.run(asked.clone()).await {
                    // What passes is nobody's failure; a process that is to end just ends.
                    Err(error) if passes(&error) && asked.is_cancelled() => return Ok(()),
                    Err(error) if passes(&error) => cluster.bury(number),
                    outcome => return outcome,
                }
            }
        });
        self.running.push(Process { number, task, stop });
    }

    fn pick(&mut self) -> Option<Process> {
        if self.running.is_empty() {
            return None;
        }
        let index = self.dice.random_range(0..self.running.len());
        Some(self.running.swap_remove(index))
    }

    fn crash(&mut self) {
        let Some(process) = self.pick() else { return };
        process.task.abort();
        self.cluster.bury(process.number);
        self.crashes += 1;
    }

    /// Nobody ends who was not asked to, and who was asked ends well.
    async fn look_after(&mut self) {
        for process in &mut self.running {
            if process.task.is_finished() {
                let ended = (&mut process.task).await;
                panic!("process {} ended by itself: {ended:?}", process.number);
            }
        }
        for process in std::mem::take(&mut self.leaving) {
            if process.task.is_finished() {
                process.task.await.unwrap().expect("it stops in order");
            } else {
                self.leaving.push(process);
            }
        }
    }

    /// Peace: one process at least, nothing breaks any more. All that was appended takes effect.
    async fn settle(&mut self) {
        self.store.calm();
        self.cluster.notice();
        if self.running.is_empty() {
            self.start();
        }
        let ends = self.cluster.ends();
        for turn in 0..PATIENCE {
            // Whoever leaves or starts just now is waited for, then all partitions have owners.
            if turn % 1_000 == 500 && turn < 3_000 {
                self.cluster.rebalance(false).await;
            }
            tokio::task::yield_now().await;
            self.look_after().await;
            let durable = self.store.durable().await;
            if ends.iter().all(|(partition, end)| durable.next_offset(*partition) == *end) {
                return;
            }
        }
        let durable = self.store.durable().await;
        panic!("the learners stand still at {durable:?} of {ends:?}");
    }

    async fn compare(&self) {
        let expected = oracle::reference(&self.cluster.records(), &*self.embedder).await;
        let store = self.store.faulty.inner();
        for (user, wanted) in &expected {
            let stored = store.load(std::slice::from_ref(user)).await.unwrap().remove(0);
            let query =
                ListQuery { user: user.clone(), statuses: Vec::new(), limit: 10_000, cursor: None };
            let listed = store.list(&query).await.unwrap().items;
            oracle::assert_same(user, &listed, &wanted.preferences);
            oracle::assert_same_head(user, &stored.head, &wanted.head);
        }
    }
}
