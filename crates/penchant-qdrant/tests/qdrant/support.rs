//! Stores of their own per test.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use penchant_qdrant::{QdrantConfig, QdrantStore};
use penchant_testkit::builders::embedder_info;

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
