//! What a run stands on: a log and a store that nobody else uses. Part of the service's wiring.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use penchant_kafka::{KafkaConfig, KafkaLog};
use penchant_ports::EmbedderInfo;
use penchant_qdrant::{ApiKey, QdrantConfig, QdrantStore};
use tempfile::TempDir;

use crate::config::{Config, EmbedderKind};
use crate::parts::Parts;
use crate::parts::log::OpenedLog;

/// How long a topic made for a run keeps its events.
const RETENTION: Duration = Duration::from_secs(24 * 3600);
/// Holds the Qdrant server's key, when it asks for one.
const API_KEY: &str = "PENCHANT_QDRANT_API_KEY";

/// Where log and store are, if they are not to be embedded in a folder of the run's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Kafka's bootstrap brokers.
    pub brokers: Option<String>,
    /// Partitions of the topic made there.
    pub partitions: u32,
    /// Qdrant's gRPC address.
    pub store_url: Option<String>,
}

/// Log, store and embedder of one run, under names of its own.
pub(crate) struct Bed {
    pub(crate) config: Config,
    place: Place,
    name: String,
    opened: AtomicU32,
    /// Removed with the bed.
    folder: TempDir,
}

impl Bed {
    /// Nothing in it, and with this embedder.
    pub(crate) fn fresh(config: &Config, place: &Place, embedder: EmbedderKind) -> Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the run")?;
        let mut config = config.clone();
        config.embedder.kind = embedder;
        let name = format!("penchant-bench-{}", uuid::Uuid::now_v7().simple());
        Ok(Self { config, place: place.clone(), name, opened: AtomicU32::new(0), folder })
    }

    /// Opens one process's worth of parts.
    pub(crate) async fn open(&self) -> Result<Parts> {
        let mut config = self.config.clone();
        config.data.folder = self.folder.path().to_owned();
        if self.shared() {
            // Nothing of it is used, and a folder belongs to one process.
            let number = self.opened.fetch_add(1, Ordering::Relaxed);
            config.data.folder.push(number.to_string());
        }
        let mut parts = Parts::open(&config).await?;
        if self.place.brokers.is_some() {
            let OpenedLog { log, name, settle } = OpenedLog::kafka(self.kafka().await?);
            (parts.log, parts.log_name, parts.settle) = (log, name, settle);
        }
        if let Some(url) = &self.place.store_url {
            let store = Arc::new(self.qdrant(url, parts.embedder.info()).await?);
            parts.reader = Arc::<QdrantStore>::clone(&store);
            parts.store = store;
            parts.store_name = "qdrant";
        }
        Ok(parts)
    }

    async fn kafka(&self) -> Result<KafkaLog> {
        let brokers = self.place.brokers.as_deref().unwrap_or_default();
        let config = KafkaConfig {
            dead_letter_topic: format!("{}.dead-letters", self.name),
            group: self.name.clone(),
            partitions: self.place.partitions,
            retention: Some(RETENTION),
            ..KafkaConfig::new(brokers).with_topic(format!("{}.events", self.name))
        };
        KafkaLog::connect(config).await.with_context(|| format!("Kafka at {brokers} (--brokers)"))
    }

    async fn qdrant(&self, url: &str, embedder: &EmbedderInfo) -> Result<QdrantStore> {
        let config = QdrantConfig {
            api_key: std::env::var(API_KEY).ok().filter(|key| !key.is_empty()).map(ApiKey::new),
            collection: self.name.clone(),
            ..QdrantConfig::new(url)
        };
        QdrantStore::connect(config, embedder)
            .await
            .with_context(|| format!("Qdrant at {url} (--store-url)"))
    }

    /// Reads the log from beginning to end by consumers that only decode: records, bytes if they
    /// are known, and time.
    pub(crate) async fn bare(
        &self,
        parts: &Parts,
        consumers: usize,
    ) -> Result<(u64, Option<u64>, Duration)> {
        if self.place.brokers.is_some() {
            let drained = self.kafka().await?.drain(consumers).await?;
            return Ok((drained.records, Some(drained.bytes), drained.elapsed));
        }
        let (records, elapsed) = super::ingest::read_all(&*parts.log).await?;
        Ok((records, None, elapsed))
    }

    /// Bytes in the folder, where both the log and the store are in it.
    pub(crate) fn bytes(&self) -> Option<u64> {
        if self.place.brokers.is_some() || self.place.store_url.is_some() {
            return None;
        }
        let files = std::fs::read_dir(self.folder.path()).ok()?;
        let sizes = files.filter_map(|file| file.ok()?.metadata().ok().map(|meta| meta.len()));
        Some(sizes.sum())
    }

    /// Whether several processes may work on it at once: what is embedded belongs to one.
    pub(crate) fn shared(&self) -> bool {
        self.place.brokers.is_some() && self.place.store_url.is_some()
    }

    /// What the run leaves on servers, by name.
    pub(crate) fn left_behind(&self) -> Option<&str> {
        let remote = self.place.brokers.is_some() || self.place.store_url.is_some();
        remote.then_some(self.name.as_str())
    }
}
