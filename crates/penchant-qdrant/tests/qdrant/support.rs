//! Stores of their own per test, and patience.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use penchant_core::{Partition, Position, Preference, UserCommit, UserKey};
use penchant_ports::{CommitBatch, Epoch, PortError, PreferenceStore as _};
use penchant_qdrant::{QdrantConfig, QdrantStore};
use penchant_testkit::builders::{PATIENCE, batch, commit, embedder_info};
use qdrant_client::Qdrant as Raw;
use qdrant_client::qdrant::{Condition, CountPointsBuilder, Filter};
use tokio::sync::{Mutex, MutexGuard};

use crate::server::Qdrant;

/// A configuration whose collection no other test uses.
pub(crate) fn config(server: &Qdrant) -> QdrantConfig {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    // A given server keeps the collections of earlier runs.
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut config = QdrantConfig::new(server.url());
    config.collection = format!("test-{}-{count}", std::process::id());
    config.timeout = Duration::from_secs(20);
    config
}

pub(crate) async fn connect(config: &QdrantConfig) -> Arc<QdrantStore> {
    Arc::new(QdrantStore::connect(config.clone(), &embedder_info()).await.unwrap())
}

/// The scripts' server, for one test at a time: it does as it is told.
pub(crate) async fn faulty() -> (MutexGuard<'static, ()>, &'static Qdrant) {
    static TURN: Mutex<()> = Mutex::const_new(());
    static SERVER: OnceLock<Qdrant> = OnceLock::new();
    let turn = TURN.lock().await;
    let server = SERVER.get_or_init(|| Qdrant::scripted(&[]));
    server.faults("");
    (turn, server)
}

/// Waits until `holds`; for what has no event of its own to wait for.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "not within {PATIENCE:?}: {what}");
}

/// Waits until the server holds `more` delayed calls than the `before` it had held: these are past
/// the point where they could be lost, and before the point where they do anything.
pub(crate) async fn begun(server: &Qdrant, before: u64, more: u64) {
    until("delayed calls", || server.count("faults.latency") >= before + more).await;
}

/// The next commit of each of `users`, all caused by the record at `offset`.
pub(crate) async fn prepare(
    store: &QdrantStore,
    users: &[UserKey],
    epoch: Epoch,
    offset: u64,
    preferences: impl Fn(&UserKey) -> Vec<Preference>,
) -> Result<CommitBatch, PortError> {
    let states = store.load(users).await?;
    let position = Position::new(0, offset);
    let commits = users.iter().zip(states);
    let commits: Vec<UserCommit> = commits
        .map(|(user, state)| commit(user, &state.head, epoch, position, preferences(user)))
        .collect();
    Ok(batch(epoch, position.next_offset(), commits))
}

/// Commits until it is done; every failure on the way must be one that passes.
pub(crate) async fn insist(store: &QdrantStore, batch: &CommitBatch) -> u32 {
    let mut failures = 0;
    loop {
        match store.commit(batch.clone()).await {
            Ok(()) => return failures,
            Err(error) => {
                assert!(error.transient(), "{:?}: {error}", error.kind);
                failures += 1;
                assert!(failures < 500, "it does not pass: {error}");
            }
        }
    }
}

pub(crate) async fn next_offset(store: &QdrantStore) -> u64 {
    store.checkpoint().await.unwrap().next_offset(Partition(0))
}

/// How many points of `kind` the server holds for a user, in any generation that the name leads to.
pub(crate) async fn stored(config: &QdrantConfig, user: &UserKey, kind: &str) -> u64 {
    let raw = Raw::from_url(&config.url).skip_compatibility_check().build().unwrap();
    let filter = Filter::must([
        Condition::matches("owner", format!("{}#{}", user.tenant, user.user)),
        Condition::matches("kind", kind.to_owned()),
    ]);
    let count = CountPointsBuilder::new(&config.collection).filter(filter).exact(true);
    raw.count(count).await.unwrap().result.unwrap().count
}
