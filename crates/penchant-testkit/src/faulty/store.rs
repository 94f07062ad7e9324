//! A store that breaks.

use async_trait::async_trait;
use penchant_core::{
    Checkpoint, Partition, Preference, PreferenceId, Revision, TenantId, UserId, UserKey, UserState,
};
use penchant_ports::{
    CommitBatch, Cursor, Epoch, ListQuery, NearestQuery, Neighbourhood, Page, PortError,
    PreferenceReader, PreferenceStore,
};

use super::{FaultPlan, Faults};

/// Wraps a store; writes delay, fail, get lost, or time out after having been applied; reads
/// delay and fail.
#[derive(Debug)]
pub struct FaultyStore<S> {
    inner: S,
    faults: Faults,
}

impl<S> FaultyStore<S> {
    /// Breaks `inner` according to `plan`.
    #[must_use]
    pub fn new(inner: S, plan: FaultPlan) -> Self {
        Self { inner, faults: Faults::new(plan) }
    }

    /// The dice and the tally.
    #[must_use]
    pub const fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The store without faults.
    #[must_use]
    pub const fn inner(&self) -> &S {
        &self.inner
    }
}

#[async_trait]
impl<S: PreferenceStore> PreferenceStore for FaultyStore<S> {
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError> {
        self.faults.around(self.inner.fence(partition)).await
    }

    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        self.faults.read().await?;
        self.inner.load(users).await
    }

    async fn commit(&self, batch: CommitBatch) -> Result<(), PortError> {
        self.faults.around(self.inner.commit(batch)).await
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        self.faults.read().await?;
        self.inner.checkpoint().await
    }
}

#[async_trait]
impl<S: PreferenceReader> PreferenceReader for FaultyStore<S> {
    async fn nearest(&self, query: &NearestQuery) -> Result<Neighbourhood, PortError> {
        self.faults.read().await?;
        self.inner.nearest(query).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Preference>, PortError> {
        self.faults.read().await?;
        self.inner.list(query).await
    }

    async fn get(
        &self,
        user: &UserKey,
        preference: &PreferenceId,
    ) -> Result<(Preference, Vec<Revision>), PortError> {
        self.faults.read().await?;
        self.inner.get(user, preference).await
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<UserId>, PortError> {
        self.faults.read().await?;
        self.inner.users(tenant, limit, cursor).await
    }

    async fn check(&self) -> Result<(), PortError> {
        self.faults.read().await?;
        self.inner.check().await
    }
}
