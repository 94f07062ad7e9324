//! The store, as configured.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use penchant_ports::{EmbedderInfo, Generations, PreferenceReader, PreferenceStore};
use penchant_qdrant::{ApiKey, QdrantConfig, QdrantStore};
use penchant_sqlite::SqliteStore;

use crate::config::{Config, StoreKind};

/// An opened store.
pub(crate) struct OpenedStore {
    pub(crate) store: Arc<dyn PreferenceStore>,
    pub(crate) reader: Arc<dyn PreferenceReader>,
    pub(crate) name: &'static str,
    pub(crate) warnings: Vec<String>,
}

/// Opens the store for vectors of this embedder.
pub(crate) async fn open(config: &Config, embedder: &EmbedderInfo) -> Result<OpenedStore> {
    match config.store.kind {
        StoreKind::Embedded => {
            let folder = &config.data.folder;
            std::fs::create_dir_all(folder)
                .with_context(|| format!("data folder {}", folder.display()))?;
            let store = SqliteStore::open(folder, embedder)
                .with_context(|| format!("embedded store in {}", folder.display()))?;
            let store = Arc::new(store);
            let reader = Arc::<SqliteStore>::clone(&store);
            Ok(OpenedStore { store, reader, name: "embedded", warnings: Vec::new() })
        }
        StoreKind::Qdrant => {
            let url = &config.store.qdrant.url;
            let store = QdrantStore::connect(qdrant_config(config), embedder)
                .await
                .with_context(|| format!("Qdrant at {url} (store.qdrant.url)"))?;
            let (warnings, store) = (store.warnings(), Arc::new(store));
            let reader = Arc::<QdrantStore>::clone(&store);
            Ok(OpenedStore { store, reader, name: "qdrant", warnings })
        }
    }
}

/// Opens the store in order to rebuild it for vectors of this embedder; the serving generation may
/// hold those of another.
pub(crate) async fn open_to_rebuild(
    config: &Config,
    embedder: &EmbedderInfo,
) -> Result<(OpenedStore, Arc<dyn Generations>)> {
    match config.store.kind {
        StoreKind::Embedded => {
            let file = config.data.folder.join(penchant_sqlite::STORE_FILE);
            bail!(
                "the embedded store (store.kind) has no generations. To rebuild it, stop the \
                 service and move {file} away, with {file}-wal and {file}-shm: the next start \
                 learns everything anew from the log. What a language model had proposed is \
                 recorded only in the file and is lost with it",
                file = file.display()
            )
        }
        StoreKind::Qdrant => {
            let url = &config.store.qdrant.url;
            let store = QdrantStore::connect_to_rebuild(qdrant_config(config), embedder)
                .await
                .with_context(|| format!("Qdrant at {url} (store.qdrant.url)"))?;
            let (warnings, store) = (store.warnings(), Arc::new(store));
            let generations = Arc::<QdrantStore>::clone(&store);
            let reader = Arc::<QdrantStore>::clone(&store);
            Ok((OpenedStore { store, reader, name: "qdrant", warnings }, generations))
        }
    }
}

/// The configuration as the store takes it.
fn qdrant_config(config: &Config) -> QdrantConfig {
    let qdrant = &config.store.qdrant;
    QdrantConfig {
        url: qdrant.url.clone(),
        api_key: super::secret(&qdrant.api_key_env).map(ApiKey::new),
        collection: qdrant.collection.clone(),
        timeout: qdrant.timeout.0,
        allow_old_server: qdrant.allow_old_server,
    }
}
