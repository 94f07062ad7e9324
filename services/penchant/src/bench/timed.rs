//! An embedder that counts its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use penchant_core::Vector;
use penchant_ports::{Embedder, EmbedderInfo, Look, Marked, Note, PortError, Wish};

/// What was counted, over all clones of an embedder.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    nanos: AtomicU64,
    texts: AtomicU64,
}

impl Counted {
    fn add(&self, started: Instant, texts: usize) {
        let nanos = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
        self.texts.fetch_add(texts as u64, Ordering::Relaxed);
    }

    /// Time that callers spent waiting for vectors, and texts asked for, cached ones included.
    pub(crate) fn so_far(&self) -> (Duration, u64) {
        let nanos = self.nanos.load(Ordering::Relaxed);
        (Duration::from_nanos(nanos), self.texts.load(Ordering::Relaxed))
    }
}

/// Counts into [`Counted`] what passes through.
pub(crate) struct Timed {
    inner: Arc<dyn Embedder>,
    counted: Arc<Counted>,
}

impl Timed {
    pub(crate) fn new(inner: Arc<dyn Embedder>, counted: Arc<Counted>) -> Self {
        Self { inner, counted }
    }
}

#[async_trait]
impl Embedder for Timed {
    fn info(&self) -> &EmbedderInfo {
        self.inner.info()
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        let started = Instant::now();
        let vectors = self.inner.embed(texts).await;
        self.counted.add(started, texts.len());
        vectors
    }

    async fn look(&self, texts: &[Marked]) -> Result<Vec<Look>, PortError> {
        let started = Instant::now();
        let looks = self.inner.look(texts).await;
        self.counted.add(started, texts.len());
        looks
    }

    async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
        let started = Instant::now();
        let notes = self.inner.describe(wishes).await;
        self.counted.add(started, wishes.len());
        notes
    }
}
