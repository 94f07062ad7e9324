//! What a run stands on: a log and a store that nobody else uses. Part of the service's wiring.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::config::{Config, EmbedderKind, LogKind, Span, StoreKind};
use crate::parts::{self, Parts};

/// How long a topic made for a run keeps its events.
const RETENTION: Duration = Duration::from_secs(24 * 3600);

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
        let name = format!("penchant-bench-{}", uuid::Uuid::now_v7().simple());
        let mut config = config.clone();
        config.embedder.kind = embedder;
        (config.log.kind, config.store.kind) = (LogKind::Embedded, StoreKind::Embedded);
        if let Some(brokers) = &place.brokers {
            config.log.kind = LogKind::Kafka;
            let kafka = &mut config.log.kafka;
            kafka.brokers.clone_from(brokers);
            kafka.topic = format!("{name}.events");
            kafka.dead_letter_topic = format!("{name}.dead-letters");
            kafka.group.clone_from(&name);
            kafka.partitions = place.partitions;
            kafka.retention = Span(RETENTION);
        }
        if let Some(url) = &place.store_url {
            config.store.kind = StoreKind::Qdrant;
            config.store.qdrant.url.clone_from(url);
            config.store.qdrant.collection.clone_from(&name);
        }
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
        Parts::open(&config).await
    }

    /// Reads the log from beginning to end by consumers that only decode: records, bytes if they
    /// are known, and time.
    pub(crate) async fn bare(
        &self,
        parts: &Parts,
        consumers: usize,
    ) -> Result<(u64, Option<u64>, Duration)> {
        if self.place.brokers.is_some() {
            let drained = parts::log::kafka(&self.config).await?.drain(consumers).await?;
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
