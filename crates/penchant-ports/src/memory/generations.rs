//! Generations as a map of stores behind a lock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use penchant_core::{
    Checkpoint, Partition, Preference, PreferenceId, Revision, TenantId, UserId, UserKey, UserState,
};

use super::MemoryStore;
use crate::error::{PortError, PortErrorKind};
use crate::generations::{Building, EPOCH_BITS, Generation, Generations};
use crate::store::{
    CommitBatch, Cursor, Epoch, ListQuery, NearestQuery, Neighbourhood, Page, PreferenceReader,
    PreferenceStore,
};

#[derive(Debug)]
struct State {
    serving: u64,
    /// Each with whether it has served.
    all: BTreeMap<u64, (Arc<MemoryStore>, bool)>,
    /// Numbers are never used twice.
    next: u64,
}

/// A preference store in memory that can be rebuilt beside itself.
#[derive(Debug)]
pub struct MemoryGenerations(Mutex<State>);

impl Default for MemoryGenerations {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryGenerations {
    /// Generation 0, empty.
    #[must_use]
    pub fn new() -> Self {
        let first = (Arc::new(MemoryStore::of_generation(0)), true);
        Self(Mutex::new(State { serving: 0, all: [(0, first)].into(), next: 1 }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is one assignment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The serving generation's number and store.
    fn current(&self) -> (u64, Arc<MemoryStore>) {
        let state = self.lock();
        // The serving one cannot be discarded.
        let found = state.all.get(&state.serving).map(|(store, _)| Arc::clone(store));
        (state.serving, found.unwrap_or_default())
    }

    fn store(&self) -> Arc<MemoryStore> {
        self.current().1
    }
}

fn none(number: u64) -> PortError {
    PortError::new(PortErrorKind::NotFound, format!("there is no generation {number}"))
}

#[async_trait]
impl PreferenceStore for MemoryGenerations {
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError> {
        self.store().fence(partition).await
    }

    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        self.store().load(users).await
    }

    async fn commit(&self, batch: CommitBatch) -> Result<(), PortError> {
        let (serving, store) = self.current();
        if batch.epoch >> EPOCH_BITS != serving {
            return Err(PortError::new(
                PortErrorKind::Fenced,
                format!("generation {serving} is written, refuses epoch {}", batch.epoch),
            ));
        }
        store.commit(batch).await
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        self.store().checkpoint().await
    }
}

#[async_trait]
impl PreferenceReader for MemoryGenerations {
    async fn nearest(&self, query: &NearestQuery) -> Result<Neighbourhood, PortError> {
        self.store().nearest(query).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Preference>, PortError> {
        PreferenceReader::list(&*self.store(), query).await
    }

    async fn get(
        &self,
        user: &UserKey,
        preference: &PreferenceId,
    ) -> Result<(Preference, Vec<Revision>), PortError> {
        self.store().get(user, preference).await
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<UserId>, PortError> {
        self.store().users(tenant, limit, cursor).await
    }

    async fn check(&self) -> Result<(), PortError> {
        Ok(())
    }
}

#[async_trait]
impl Generations for MemoryGenerations {
    async fn serving(&self) -> Result<u64, PortError> {
        Ok(self.lock().serving)
    }

    async fn build(&self) -> Result<Building, PortError> {
        let mut state = self.lock();
        let serving = state.serving;
        let above = state.all.iter().filter(|(number, (_, served))| **number > serving && !served);
        let unfinished = above.map(|(number, (store, _))| (*number, Arc::clone(store))).next_back();
        let resumed = unfinished.is_some();
        let (number, store) = unfinished.unwrap_or_else(|| {
            let number = state.next;
            let store = Arc::new(MemoryStore::of_generation(number));
            state.next += 1;
            state.all.insert(number, (Arc::clone(&store), false));
            (number, store)
        });
        Ok(Building { number, resumed, store: Arc::clone(&store) as _, reader: store })
    }

    async fn open(&self, number: u64) -> Result<Generation, PortError> {
        let state = self.lock();
        let (store, _) = state.all.get(&number).ok_or_else(|| none(number))?;
        Ok(Generation { number, store: Arc::clone(store) as _, reader: Arc::clone(store) as _ })
    }

    async fn switch(&self, number: u64) -> Result<(), PortError> {
        let mut state = self.lock();
        let (_, served) = state.all.get_mut(&number).ok_or_else(|| none(number))?;
        *served = true;
        state.serving = number;
        Ok(())
    }

    async fn list(&self) -> Result<Vec<u64>, PortError> {
        Ok(self.lock().all.keys().copied().collect())
    }

    async fn discard(&self, number: u64) -> Result<(), PortError> {
        let mut state = self.lock();
        if state.serving == number {
            let what = format!("generation {number} serves; switch to another first");
            return Err(PortError::new(PortErrorKind::Invalid, what));
        }
        state.all.remove(&number);
        Ok(())
    }
}
