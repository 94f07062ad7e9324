//! The suites notice adapters that break their obligations, and say which.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use penchant_core::{
    Checkpoint, Event, Partition, Position, Preference, PreferenceId, Revision, TenantId, UserId,
    UserKey, UserState,
};
use penchant_ports::memory::{MemoryLog, MemoryStore};
use penchant_ports::{
    CommitBatch, Cursor, Delivery, Epoch, EventLog, ListQuery, LogConsumer, ManualClock,
    NearestQuery, Neighbourhood, Page, PortError, PortErrorKind, PreferenceReader, PreferenceStore,
};
use penchant_testkit::builders::{at, user_of};
use penchant_testkit::{Store, Subject, conformance};

/// What a suite says about an adapter.
async fn report(suite: impl Future<Output = ()> + 'static) -> String {
    let run = async { tokio::task::spawn_local(suite).await };
    let run = tokio::task::LocalSet::new().run_until(run).await;
    let broken = run.expect_err("the suite passed a broken adapter");
    *broken.into_panic().downcast::<String>().unwrap()
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum LogBug {
    ErasesNothing,
    ErasesEveryone,
    LosesAnOutcome,
    EndsEarly,
}

struct BrokenLog(MemoryLog, LogBug);

#[async_trait]
impl EventLog for BrokenLog {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        let mut outcomes = self.0.append(events).await;
        if self.1 == LogBug::LosesAnOutcome {
            outcomes.pop();
        }
        outcomes
    }
    fn partition_of(&self, user: &UserKey) -> Partition {
        self.0.partition_of(user)
    }
    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        self.0.consume(from).await
    }
    async fn read(&self, p: Partition, from: u64, n: usize) -> Result<Vec<Delivery>, PortError> {
        self.0.read(p, from, n).await
    }
    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        let less = u64::from(self.1 == LogBug::EndsEarly);
        let ends = self.0.ends().await?;
        Ok(ends.into_iter().map(|(p, end)| (p, end.saturating_sub(less))).collect())
    }
    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        match self.1 {
            LogBug::ErasesNothing => Ok(()),
            LogBug::ErasesEveryone => {
                for record in self.0.read(upto.partition, 0, 100).await? {
                    if let penchant_ports::Payload::Event(event) = record.payload {
                        self.0.erase(&event.user, upto).await?;
                    }
                }
                self.0.erase(user, Position { offset: u64::MAX - 1, ..upto }).await
            }
            LogBug::LosesAnOutcome | LogBug::EndsEarly => self.0.erase(user, upto).await,
        }
    }
    async fn check(&self) -> Result<(), PortError> {
        self.0.check().await
    }
}

async fn log_report(bug: LogBug) -> String {
    report(async move {
        conformance::event_log(async || {
            let log = MemoryLog::new(Arc::new(ManualClock::new(at(1))));
            Subject::volatile(Arc::new(BrokenLog(log, bug)) as Arc<dyn EventLog>)
        })
        .await;
    })
    .await
}

#[tokio::test]
async fn the_log_suite_names_the_obligation_that_broke() {
    for (bug, obligation) in [
        (LogBug::ErasesNothing, "erased records stay as positions without content"),
        (LogBug::ErasesEveryone, "erasing touches no other user and nothing later"),
        (LogBug::LosesAnOutcome, "append answers one position per event, in order"),
        (LogBug::EndsEarly, "ends are the offsets of the next records"),
    ] {
        let report = log_report(bug).await;
        assert!(report.contains(obligation), "{bug:?}: {report}");
        assert!(report.starts_with("EventLog breaks "), "{report}");
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum StoreBug {
    IgnoresFences,
    LosesStaleSilently,
    ForgetsErase,
    CrossesTenants,
    CursorsUnchecked,
}

struct BrokenStore(MemoryStore, StoreBug, AtomicU64);

impl BrokenStore {
    fn key(&self, user: &UserKey) -> UserKey {
        match self.1 {
            StoreBug::CrossesTenants => user_of("everyone", user.user.as_str()),
            _ => user.clone(),
        }
    }
}

#[async_trait]
impl PreferenceStore for BrokenStore {
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError> {
        let epoch = self.0.fence(partition).await?;
        self.2.store(epoch, Ordering::SeqCst);
        Ok(epoch)
    }
    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        self.0.load(&users.iter().map(|user| self.key(user)).collect::<Vec<_>>()).await
    }
    async fn commit(&self, mut batch: CommitBatch) -> Result<(), PortError> {
        for commit in &mut batch.users {
            commit.user = self.key(&commit.user);
            if self.1 == StoreBug::ForgetsErase {
                commit.erase = false;
            }
        }
        if self.1 == StoreBug::IgnoresFences {
            batch.epoch = self.2.load(Ordering::SeqCst);
        }
        match self.0.commit(batch).await {
            Err(e) if e.kind == PortErrorKind::Stale && self.1 == StoreBug::LosesStaleSilently => {
                Ok(())
            }
            outcome => outcome,
        }
    }
    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        self.0.checkpoint().await
    }
}

#[async_trait]
impl PreferenceReader for BrokenStore {
    async fn nearest(&self, query: &NearestQuery) -> Result<Neighbourhood, PortError> {
        self.0.nearest(&NearestQuery { user: self.key(&query.user), ..query.clone() }).await
    }
    async fn list(&self, query: &ListQuery) -> Result<Page<Preference>, PortError> {
        let mut query = ListQuery { user: self.key(&query.user), ..query.clone() };
        match self.0.list(&query).await {
            Err(_) if self.1 == StoreBug::CursorsUnchecked => {
                query.cursor = None;
                self.0.list(&query).await
            }
            outcome => outcome,
        }
    }
    async fn get(
        &self,
        user: &UserKey,
        preference: &PreferenceId,
    ) -> Result<(Preference, Vec<Revision>), PortError> {
        self.0.get(&self.key(user), preference).await
    }
    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<UserId>, PortError> {
        self.0.users(tenant, limit, cursor).await
    }
    async fn check(&self) -> Result<(), PortError> {
        self.0.check().await
    }
}

async fn store_report(bug: StoreBug) -> String {
    report(async move {
        conformance::preference_store(async || {
            Subject::volatile(Arc::new(BrokenStore(MemoryStore::new(), bug, AtomicU64::default()))
                as Arc<dyn Store>)
        })
        .await;
    })
    .await
}

#[tokio::test]
async fn the_store_suite_names_the_obligation_that_broke() {
    for (bug, obligation) in [
        (StoreBug::IgnoresFences, "an epoch below the newest is refused as Fenced (INV-4)"),
        (StoreBug::LosesStaleSilently, "a commit from another revision is refused as Stale"),
        (StoreBug::ForgetsErase, "an erasing commit deletes first and keeps the mark"),
        (StoreBug::CrossesTenants, "no read crosses users or tenants (INV-6)"),
        (StoreBug::CursorsUnchecked, "a forged cursor of a list is refused"),
    ] {
        let report = store_report(bug).await;
        assert!(report.contains(obligation), "{bug:?}: {report}");
    }
}
