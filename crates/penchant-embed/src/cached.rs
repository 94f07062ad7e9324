//! Texts seen before cost nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use moka::sync::Cache;
use penchant_core::Vector;
use penchant_ports::{Embedder, EmbedderInfo, Look, Marked, Note, PortError, PortErrorKind, Wish};
use sha2::{Digest, Sha256};

/// What one entry takes beside its numbers: key, counts and links of the cache, in bytes.
const ENTRY_OVERHEAD: u64 = 200;

/// The SHA-256 of model and text: the cache holds no user's words.
type Key = [u8; 32];

/// What the cache did so far. Shared; read it any time.
#[derive(Debug, Default)]
pub struct CacheCounters {
    hits: AtomicU64,
    misses: AtomicU64,
}

impl CacheCounters {
    /// Texts answered from the cache.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// Texts that the model had to embed. Blank texts are neither.
    #[must_use]
    pub fn misses(&self) -> u64 {
        self.misses.load(Ordering::Relaxed)
    }
}

/// An embedder that remembers, bounded by memory.
pub struct Cached<E> {
    inner: E,
    vectors: Cache<Key, Vector>,
    counters: Arc<CacheCounters>,
}

impl<E: std::fmt::Debug> std::fmt::Debug for Cached<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { inner, counters, .. } = self;
        f.debug_struct("Cached").field("inner", inner).field("counters", counters).finish()
    }
}

impl<E: Embedder> Cached<E> {
    /// Remembers at most `max_bytes` of vectors; 0 remembers nothing. A vector of 384 dimensions
    /// takes about 1.7 kB.
    #[must_use]
    pub fn new(inner: E, max_bytes: u64) -> Self {
        let vectors = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|_: &Key, vector: &Vector| {
                let bytes = ENTRY_OVERHEAD + 4 * vector.dimension() as u64;
                u32::try_from(bytes).unwrap_or(u32::MAX)
            })
            .build();
        Self { inner, vectors, counters: Arc::default() }
    }

    /// Hits and misses so far.
    #[must_use]
    pub fn counters(&self) -> Arc<CacheCounters> {
        Arc::clone(&self.counters)
    }

    fn key(&self, text: &str) -> Key {
        let mut hash = Sha256::new();
        hash.update(self.inner.info().model.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.finalize().into()
    }
}

#[async_trait]
impl<E: Embedder> Embedder for Cached<E> {
    fn info(&self) -> &EmbedderInfo {
        self.inner.info()
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        let mut vectors = vec![Vector::default(); texts.len()];
        let mut missing: Vec<(usize, Key)> = Vec::new();
        let mut asked: Vec<String> = Vec::new();
        for (at, (text, slot)) in texts.iter().zip(vectors.iter_mut()).enumerate() {
            if crate::text::is_blank(text) {
                continue;
            }
            let key = self.key(text);
            if let Some(known) = self.vectors.get(&key) {
                *slot = known;
            } else {
                missing.push((at, key));
                asked.push(text.clone());
            }
        }
        let known = texts.iter().filter(|text| !crate::text::is_blank(text)).count() - asked.len();
        self.counters.hits.fetch_add(known as u64, Ordering::Relaxed);
        self.counters.misses.fetch_add(asked.len() as u64, Ordering::Relaxed);
        if asked.is_empty() {
            return Ok(vectors);
        }
        let fresh = self.inner.embed(&asked).await?;
        if fresh.len() != asked.len() {
            return Err(PortError::new(
                PortErrorKind::Invariant,
                format!("the embedder answered {} vectors for {} texts", fresh.len(), asked.len()),
            ));
        }
        for ((at, key), vector) in missing.into_iter().zip(fresh) {
            self.vectors.insert(key, vector.clone());
            if let Some(slot) = vectors.get_mut(at) {
                *slot = vector;
            }
        }
        Ok(vectors)
    }

    /// Passages are looked into anew each time: their states are large, and a message comes once.
    async fn look(&self, texts: &[Marked]) -> Result<Vec<Look>, PortError> {
        let (marked, plain): (Vec<usize>, Vec<usize>) = (0..texts.len())
            .partition(|at| texts.get(*at).is_some_and(|text| !text.passages.is_empty()));
        let mut looks = vec![Look::default(); texts.len()];
        let mut put = |at: usize, look: Look| {
            if let Some(slot) = looks.get_mut(at) {
                *slot = look;
            }
        };
        let text = |at: &usize| texts.get(*at);
        let words: Vec<String> = plain.iter().filter_map(text).map(|m| m.text.clone()).collect();
        if !words.is_empty() {
            let vectors = self.embed(&words).await?;
            let look = |vector| Look { vector, passages: Vec::new() };
            plain.into_iter().zip(vectors).for_each(|(at, vector)| put(at, look(vector)));
        }
        let passages: Vec<Marked> = marked.iter().filter_map(text).cloned().collect();
        if !passages.is_empty() {
            self.counters.misses.fetch_add(passages.len() as u64, Ordering::Relaxed);
            let seen = self.inner.look(&passages).await?;
            marked.into_iter().zip(seen).for_each(|(at, look)| put(at, look));
        }
        Ok(looks)
    }

    async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
        let notes = self.inner.describe(wishes).await?;
        // What was noted is what will be embedded next.
        for (wish, note) in wishes.iter().zip(notes.iter().flatten()) {
            let text = note.text.as_ref().unwrap_or(&wish.told);
            if !note.meaning.is_empty() && !crate::text::is_blank(text) {
                self.vectors.insert(self.key(text), note.meaning.clone());
            }
        }
        Ok(notes)
    }

    async fn fit(
        &self,
        text: &str,
        task: &str,
        notes: &[String],
    ) -> Result<Option<Vec<f32>>, PortError> {
        self.inner.fit(text, task, notes).await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fake::Fake;

    fn texts(of: &[&str]) -> Vec<String> {
        of.iter().map(|text| (*text).to_owned()).collect()
    }

    #[tokio::test]
    async fn a_text_seen_before_is_not_embedded_again() {
        let cached = Cached::new(Fake::new("m"), 1 << 20);
        let first = cached.embed(&texts(&["a", "b"])).await.unwrap();
        let second = cached.embed(&texts(&["b", "", "c", "a"])).await.unwrap();
        assert_eq!(second[0], first[1]);
        assert!(second[1].is_empty());
        assert_eq!(second[3], first[0]);
        assert_eq!(cached.inner.calls(), [texts(&["a", "b"]), texts(&["c"])]);
        assert_eq!((cached.counters().hits(), cached.counters().misses()), (2, 3));
    }

    #[tokio::test]
    async fn memory_is_bounded() {
        let cached = Cached::new(Fake::new("m"), 10_000);
        for at in 0..500 {
            cached.embed(&[format!("text {at}")]).await.unwrap();
        }
        cached.vectors.run_pending_tasks();
        assert!(cached.vectors.weighted_size() <= 10_000);
        assert!(cached.vectors.entry_count() < 50);
    }

    #[tokio::test]
    async fn a_failure_is_not_remembered() {
        let cached = Cached::new(Fake::new("m"), 1 << 20);
        cached.inner.fail_next(PortErrorKind::Unavailable);
        assert!(cached.embed(&texts(&["a"])).await.unwrap_err().transient());
        assert!(!cached.embed(&texts(&["a"])).await.unwrap()[0].is_empty());
    }

    #[tokio::test]
    async fn what_was_noted_is_not_embedded_again() {
        let cached = Cached::new(Fake::new("m"), 1 << 20);
        let wish = |told: &str| Wish { told: told.to_owned(), ..Wish::default() };
        let notes = cached.describe(&[wish("tea, green"), wish("")]).await.unwrap();
        assert_eq!(notes.len(), 2);
        let vectors = cached.embed(&texts(&["tea, green"])).await.unwrap();
        assert_eq!(vectors, [Fake::vector("tea, green")]);
        assert!(cached.inner.calls().is_empty());
    }

    #[test]
    fn models_do_not_share_keys() {
        let key = |model| Cached::new(Fake::new(model), 1).key("same");
        assert_ne!(key("a"), key("b"));
    }
}
