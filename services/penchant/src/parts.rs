//! The products behind the ports, opened as the configuration says.

pub(crate) mod dead_letters;
pub(crate) mod log;
mod store;
mod waiting;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use futures::future::BoxFuture;
use penchant_core::posterior::HalfLives;
use penchant_embed::{ApiKey, Choice, Opened, RemoteConfig};
use penchant_ports::{
    Clock, Embedder, EventLog, Generations, PreferenceReader, PreferenceStore, SystemClock,
};

pub(crate) use self::dead_letters::DeadLetters;
pub(crate) use self::log::{OpenedLog, kafka_config, open as open_log};
pub(crate) use self::store::{OpenedStore, open as open_store, open_to_rebuild};
pub use self::waiting::Told;
use self::waiting::{Pauses, until_there};
use crate::config::{Config, EmbedderKind, LogKind, StoreKind};
use crate::inferrer::{self, Model};

/// What a log wants to have done once its consumers have ended, within a time.
pub type Settle = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// Everything the roles are made of. Cheap to clone.
#[derive(Clone)]
pub struct Parts {
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// What the log is, for operators.
    pub log_name: &'static str,
    /// See [`Parts::settle`]; `None`: nothing.
    pub settle: Option<Settle>,
    /// What the log has put aside; `None`: it puts nothing aside.
    pub(crate) dead_letters: Option<DeadLetters>,
    /// The view, for writing.
    pub store: Arc<dyn PreferenceStore>,
    /// The view, for reading.
    pub reader: Arc<dyn PreferenceReader>,
    /// What the store is, for operators.
    pub store_name: &'static str,
    /// Text to vector.
    pub embedder: Arc<dyn Embedder>,
    /// What is worse than it could be, for operators.
    pub warnings: Vec<String>,
    /// The language model, if one is configured.
    pub model: Option<Model>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How fast evidence fades.
    pub rates: HalfLives,
}

impl Parts {
    /// Opens the log, the store and the models.
    ///
    /// # Errors
    /// When one of them cannot be opened; the message says which and what to do.
    pub async fn open(config: &Config) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let opened = open_embedder(config)?;
        let log = open_log(config, &clock).await?;
        let store = open_store(config, opened.embedder.info()).await?;
        Ok(Self::of(config, clock, opened, log, store, inferrer::open(config)?))
    }

    /// Opens the log, the store and the embedder in order to rebuild the store. No language model:
    /// a rebuild calls none.
    ///
    /// # Errors
    /// As [`Parts::open`], but the serving generation may be of another embedding model; and a
    /// store without generations, saying what to do instead.
    pub async fn open_to_rebuild(config: &Config) -> Result<(Self, Arc<dyn Generations>)> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let opened = open_embedder(config)?;
        // First, because it may refuse at once.
        let (store, generations) = open_to_rebuild(config, opened.embedder.info()).await?;
        let log = open_log(config, &clock).await?;
        Ok((Self::of(config, clock, opened, log, store, None), generations))
    }

    /// As [`Parts::open`], but a log or store on servers that are not up yet is waited for; each
    /// attempt is told. What is embedded is not: a folder that another process holds is a mistake.
    /// Dropping the future ends the wait.
    ///
    /// # Errors
    /// What waiting does not mend; the message says which and what to do.
    pub async fn open_when_there(config: &Config, told: Told<'_>) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let opened = open_embedder(config)?;
        let log = match config.log.kind {
            LogKind::Embedded => open_log(config, &clock).await?,
            LogKind::Kafka => {
                until_there("log", Pauses::USUAL, told, || open_log(config, &clock)).await?
            }
        };
        let info = opened.embedder.info().clone();
        let store = match config.store.kind {
            StoreKind::Embedded => open_store(config, &info).await?,
            StoreKind::Qdrant => {
                until_there("store", Pauses::USUAL, told, || open_store(config, &info)).await?
            }
        };
        Ok(Self::of(config, clock, opened, log, store, inferrer::open(config)?))
    }

    fn of(
        config: &Config,
        clock: Arc<dyn Clock>,
        opened: Opened,
        log: OpenedLog,
        store: OpenedStore,
        model: Option<Model>,
    ) -> Self {
        let mut warnings: Vec<String> = opened.warning.into_iter().collect();
        warnings.extend(store.warnings);
        Self {
            log: log.log,
            log_name: log.name,
            settle: log.settle,
            dead_letters: Some(log.dead_letters),
            reader: store.reader,
            store: store.store,
            store_name: store.name,
            embedder: opened.embedder,
            warnings,
            model,
            clock,
            rates: HalfLives {
                inferred: config.memory.inferred_half_life.0,
                stated: config.memory.stated_half_life.0,
            },
        }
    }

    /// Called once a learner has ended: lets its consumers leave the log in order, so that the
    /// next one need not see anything twice; at most `patience`.
    pub async fn settle(&self, patience: Duration) {
        if let Some(settle) = &self.settle {
            settle(patience).await;
        }
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

pub(crate) fn open_embedder(config: &Config) -> Result<Opened> {
    let choice = match config.embedder.kind {
        EmbedderKind::Auto => Choice::Auto,
        EmbedderKind::Minilm => Choice::MiniLm,
        EmbedderKind::Lexical => Choice::Lexical,
        EmbedderKind::Remote => Choice::Remote(remote(config)),
    };
    let cache_bytes = config.embedder.cache_mib.saturating_mul(1024 * 1024);
    let mut opened =
        penchant_embed::open(&choice, &model_dir(config), cache_bytes).context("embedder.kind")?;
    if choice == Choice::Lexical {
        opened.warning = Some(
            "running with the lexical embedder, as configured: it knows words but not meaning"
                .to_owned(),
        );
    }
    if let Some(reason) = &opened.warning {
        penchant_telemetry::EmbedderFellBack { reason }.emit();
    }
    Ok(opened)
}

fn remote(config: &Config) -> RemoteConfig {
    let remote = &config.embedder.remote;
    RemoteConfig {
        base_url: remote.base_url.clone(),
        model: remote.model.clone(),
        api_key: secret(&remote.api_key_env).map(ApiKey::new),
        dimension: remote.dimension,
        timeout_ms: u64::try_from(remote.timeout.0.as_millis()).unwrap_or(u64::MAX),
        ..RemoteConfig::default()
    }
}

/// A secret from the environment variable of this name; empty counts as not set.
fn secret(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
