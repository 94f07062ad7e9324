//! The products behind the ports, opened as the configuration says.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use penchant_ports::{
    Clock, Embedder, EventLog, Inferrer, PreferenceReader, PreferenceStore, SystemClock,
};

use crate::config::{Config, EmbedderKind, LogKind, StoreKind};

/// Everything the roles are made of. Cheap to clone.
#[derive(Clone)]
pub struct Parts {
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// `embedded` or `kafka`.
    pub log_name: &'static str,
    /// The view, for writing.
    pub store: Arc<dyn PreferenceStore>,
    /// The view, for reading.
    pub reader: Arc<dyn PreferenceReader>,
    /// `embedded` or `qdrant`.
    pub store_name: &'static str,
    /// Text to vector.
    pub embedder: Arc<dyn Embedder>,
    /// What is worse than it could be, for operators.
    pub warnings: Vec<String>,
    /// The language model, if one is configured.
    pub inferrer: Option<Arc<dyn Inferrer>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Parts {
    /// Opens the log, the store and the models.
    ///
    /// # Errors
    /// When one of them cannot be opened; the message says which and what to do.
    pub async fn open(config: &Config) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let opened = open_embedder(config)?;
        let info = opened.embedder.info().clone();
        let folder = &config.data.folder;
        if config.log.kind == LogKind::Embedded || config.store.kind == StoreKind::Embedded {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("data folder {}", folder.display()))?;
        }
        let (log, log_name): (Arc<dyn EventLog>, _) = match config.log.kind {
            LogKind::Embedded => {
                let log = penchant_sqlite::SqliteLog::open(folder, Arc::clone(&clock))
                    .with_context(|| format!("embedded log in {}", folder.display()))?;
                (Arc::new(log), "embedded")
            }
            LogKind::Kafka => anyhow::bail!("log.kind kafka is not built in yet"),
        };
        let (store, reader, store_name): (
            Arc<dyn PreferenceStore>,
            Arc<dyn PreferenceReader>,
            _,
        ) = match config.store.kind {
            StoreKind::Embedded => {
                let store = penchant_sqlite::SqliteStore::open(folder, &info)
                    .with_context(|| format!("embedded store in {}", folder.display()))?;
                let store = Arc::new(store);
                (Arc::<penchant_sqlite::SqliteStore>::clone(&store), store, "embedded")
            }
            StoreKind::Qdrant => anyhow::bail!("store.kind qdrant is not built in yet"),
        };
        Ok(Self {
            log,
            log_name,
            store,
            reader,
            store_name,
            embedder: opened.embedder,
            warnings: opened.warnings,
            inferrer: None,
            clock,
        })
    }
}

/// The model's folder: as configured, or the user's data directory.
#[must_use]
pub fn model_dir(config: &Config) -> PathBuf {
    if config.embedder.model_dir.as_os_str().is_empty() {
        penchant_embed::model::default_dir()
    } else {
        config.embedder.model_dir.clone()
    }
}

/// An embedder, and what its users should know.
struct OpenedEmbedder {
    embedder: Arc<dyn Embedder>,
    warnings: Vec<String>,
}

fn open_embedder(config: &Config) -> Result<OpenedEmbedder> {
    let _ = (model_dir(config), EmbedderKind::Auto);
    anyhow::bail!("wired once the embedders are there")
}
