//! The store of all simulated processes: it refuses, forgets, answers late or not at all, and now
//! and then stops half-way through a batch, as a store without transactions does.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use penchant_core::{Checkpoint, CheckpointDelta, Partition, UserKey, UserState};
use penchant_ports::memory::MemoryStore;
use penchant_ports::{CommitBatch, Epoch, PortError, PortErrorKind, PreferenceStore};
use penchant_testkit::faulty::{FaultPlan, FaultyStore};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// How often a batch of several users ends half-way.
const TORN: f64 = 0.1;

/// Wraps the faulty store.
pub(crate) struct SimStore {
    pub(crate) faulty: FaultyStore<MemoryStore>,
    dice: Mutex<ChaCha8Rng>,
    calm: AtomicBool,
    pub(crate) torn: AtomicU64,
    pub(crate) fenced: AtomicU64,
}

impl SimStore {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            faulty: FaultyStore::new(MemoryStore::new(), FaultPlan::rough(seed)),
            dice: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            calm: AtomicBool::new(false),
            torn: AtomicU64::new(0),
            fenced: AtomicU64::new(0),
        }
    }

    /// Stops breaking things.
    pub(crate) fn calm(&self) {
        self.faulty.faults().calm();
        self.calm.store(true, Ordering::SeqCst);
    }

    /// How far the log is reflected, without faults.
    pub(crate) async fn durable(&self) -> Checkpoint {
        self.faulty.inner().checkpoint().await.unwrap()
    }

    /// After how many of `users` a batch ends half-way, if it does.
    fn cut(&self, users: usize) -> Option<usize> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let torn = dice.random_bool(TORN) && !self.calm.load(Ordering::SeqCst);
        (torn && users > 1).then(|| dice.random_range(1..users))
    }

    async fn tear(&self, mut batch: CommitBatch, users: usize) -> Result<(), PortError> {
        let inner = self.faulty.inner();
        let partition = batch.checkpoint.partition;
        batch.users.truncate(users);
        // The checkpoint is the last thing of a batch: it has not moved.
        let next_offset = inner.checkpoint().await?.next_offset(partition);
        batch.checkpoint = CheckpointDelta { partition, next_offset };
        inner.commit(batch).await?;
        self.torn.fetch_add(1, Ordering::Relaxed);
        Err(PortError::new(PortErrorKind::Unavailable, "injected: torn").indeterminate())
    }
}

#[async_trait]
impl PreferenceStore for SimStore {
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError> {
        self.faulty.fence(partition).await
    }

    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        self.faulty.load(users).await
    }

    async fn commit(&self, batch: CommitBatch) -> Result<(), PortError> {
        let outcome = match self.cut(batch.users.len()) {
            Some(users) => self.tear(batch, users).await,
            None => self.faulty.commit(batch).await,
        };
        if outcome.as_ref().is_err_and(|error| error.kind == PortErrorKind::Fenced) {
            self.fenced.fetch_add(1, Ordering::Relaxed);
        }
        outcome
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        self.faulty.checkpoint().await
    }
}
