//! Choosing an embedder.

use std::path::Path;
use std::sync::Arc;

use penchant_ports::{Embedder, PortError};

use crate::model::ModelError;
use crate::{BatchLimits, Batching, CacheCounters, Cached, Lexical, MiniLm, Remote, RemoteConfig};

/// Which embedder to run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Choice {
    /// MiniLM when its files are there and right, else the lexical one with a warning.
    #[default]
    Auto,
    /// MiniLM or an error.
    MiniLm,
    /// The lexical one.
    Lexical,
    /// A remote service.
    Remote(RemoteConfig),
}

/// An embedder ready for use.
#[derive(Clone)]
pub struct Opened {
    /// The embedder, with cache and batching around it where they help.
    pub embedder: Arc<dyn Embedder>,
    /// What a person should be told, loudly, about the choice; saying and counting it is left to
    /// the caller.
    pub warning: Option<String>,
    /// What the cache does; `None` for an embedder that is faster than a cache.
    pub cache: Option<Arc<CacheCounters>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("model", &self.embedder.info().model)
            .field("warning", &self.warning)
            .finish_non_exhaustive()
    }
}

/// Why no embedder could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// MiniLM was demanded and cannot be had.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The remote service is not set up properly.
    #[error("the remote embedder is not set up: {0}")]
    Remote(#[source] PortError),
}

/// Vectors remembered by default, in bytes: some 37 000 of MiniLM's.
pub const DEFAULT_CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// Requests that a remote service gets at once.
const REMOTE_IN_FLIGHT: usize = 4;

/// Opens the chosen embedder. `cache_bytes` bounds what is remembered, usually
/// [`DEFAULT_CACHE_BYTES`]. MiniLM takes about half a second to verify and load: call this at
/// start-up or on a blocking thread.
///
/// # Errors
/// [`OpenError`] when the choice cannot be had. [`Choice::Auto`] never fails.
pub fn open(choice: &Choice, model_dir: &Path, cache_bytes: u64) -> Result<Opened, OpenError> {
    match choice {
        Choice::Auto => match MiniLm::load(model_dir) {
            Ok(model) => Ok(minilm(model, cache_bytes)),
            Err(e) => {
                let warning = format!(
                    "running with the lexical embedder, which knows words but not meaning: {e}"
                );
                Ok(Opened { warning: Some(warning), ..lexical() })
            }
        },
        Choice::MiniLm => Ok(minilm(MiniLm::load(model_dir)?, cache_bytes)),
        Choice::Lexical => Ok(lexical()),
        Choice::Remote(config) => {
            let remote = Remote::new(config.clone()).map_err(OpenError::Remote)?;
            let limits = BatchLimits {
                texts: config.batch,
                bytes: config.batch.saturating_mul(config.max_text_bytes),
                in_flight: REMOTE_IN_FLIGHT,
            };
            Ok(wrapped(Batching::new(remote, limits), cache_bytes))
        }
    }
}

fn minilm(model: MiniLm, cache_bytes: u64) -> Opened {
    let limits = BatchLimits { in_flight: model.passes_at_once(), ..BatchLimits::default() };
    wrapped(Batching::new(model, limits), cache_bytes)
}

fn lexical() -> Opened {
    Opened { embedder: Arc::new(Lexical::default()), warning: None, cache: None }
}

fn wrapped<E: Embedder + 'static>(embedder: E, cache_bytes: u64) -> Opened {
    let cached = Cached::new(embedder, cache_bytes);
    let cache = Some(cached.counters());
    Opened { embedder: Arc::new(cached), warning: None, cache }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn without_model_files_auto_falls_back_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(&Choice::Auto, dir.path(), DEFAULT_CACHE_BYTES).unwrap();
        assert!(opened.embedder.info().lexical_fallback);
        let warning = opened.warning.unwrap();
        assert!(warning.contains("model.safetensors is missing"), "{warning}");
        assert!(warning.contains("penchant model pull"), "{warning}");
    }

    #[test]
    fn without_model_files_a_demanded_minilm_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let error = open(&Choice::MiniLm, dir.path(), DEFAULT_CACHE_BYTES).unwrap_err();
        assert!(matches!(error, OpenError::Model(ModelError::Incomplete { .. })), "{error}");
    }

    #[test]
    fn lexical_comes_without_warning_and_remote_needs_settings() {
        let dir = Path::new("unused");
        assert_eq!(open(&Choice::Lexical, dir, 0).unwrap().warning, None);
        let error = open(&Choice::Remote(RemoteConfig::default()), dir, 0).unwrap_err();
        assert!(error.to_string().contains("not set up"), "{error}");
    }
}
