//! Concurrent callers' texts run together.
//!
//! While one batch runs, what arrives is gathered for the next. An idle embedder starts at once,
//! so batching never adds a wait, and under load the batches grow by themselves.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use penchant_core::Vector;
use penchant_ports::{Embedder, EmbedderInfo, Look, Marked, Note, PortError, PortErrorKind, Wish};
use penchant_telemetry::{TextsEmbedded, WishesDescribed};
use tokio::sync::oneshot;

/// How large batches get and how many run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Most texts in one batch, at least 1.
    pub texts: usize,
    /// Most bytes of text in one batch (one longer text runs alone). Time grows with length, and
    /// everybody who comes later waits for the batch that is running.
    pub bytes: usize,
    /// Batches that run at once, at least 1: several for a remote service, or for a model whose
    /// passes run side by side.
    pub in_flight: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        Self { texts: 64, bytes: 16 * 1024, in_flight: 1 }
    }
}

/// Texts of one caller taken into one batch before the next caller has a turn, so that a caller
/// with a thousand texts does not keep one with a single text waiting.
const TURN: usize = 16;

/// An embedder that gathers the texts of concurrent callers.
pub struct Batching<E> {
    shared: Arc<Shared<E>>,
}

impl<E: std::fmt::Debug> std::fmt::Debug for Batching<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batching").field("inner", &self.shared.inner).finish_non_exhaustive()
    }
}

struct Shared<E> {
    inner: E,
    limits: BatchLimits,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Caller>,
    /// Tasks that are emptying the queue.
    runners: usize,
}

/// One call of `embed`.
struct Caller {
    texts: Vec<String>,
    /// The vectors so far, in order of `texts`.
    done: Vec<Vector>,
    answer: oneshot::Sender<Result<Vec<Vector>, PortError>>,
}

impl<E: Embedder + 'static> Batching<E> {
    /// Gathers up to `limits` in front of `inner`.
    #[must_use]
    pub fn new(inner: E, limits: BatchLimits) -> Self {
        Self { shared: Arc::new(Shared { inner, limits, queue: Mutex::default() }) }
    }
}

#[async_trait]
impl<E: Embedder + 'static> Embedder for Batching<E> {
    fn info(&self) -> &EmbedderInfo {
        self.shared.inner.info()
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, answered) = oneshot::channel();
        let done = Vec::with_capacity(texts.len());
        let caller = Caller { texts: texts.to_vec(), done, answer };
        let start = self.shared.with_queue(|queue| {
            queue.waiting.push_back(caller);
            let start = queue.runners < self.shared.limits.in_flight.max(1);
            queue.runners += usize::from(start);
            start
        });
        if start {
            // A task of its own: a caller that gives up must not take the others' batch with it.
            let runner = Runner { shared: Arc::clone(&self.shared), left: false };
            tokio::spawn(runner.empty_queue());
        }
        answered.await.unwrap_or_else(|_| {
            Err(PortError::new(PortErrorKind::Unavailable, "the embedder stopped"))
        })
    }

    /// Whoever looks into passages brings a batch of events at once; the model takes turns itself.
    async fn look(&self, texts: &[Marked]) -> Result<Vec<Look>, PortError> {
        let started = Instant::now();
        let looks = self.shared.inner.look(texts).await?;
        let seconds = started.elapsed().as_secs_f64();
        TextsEmbedded { texts: texts.len() as u64, seconds }.emit();
        Ok(looks)
    }

    async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
        let started = Instant::now();
        let notes = self.shared.inner.describe(wishes).await?;
        let written = notes.iter().flatten().filter(|note| note.text.is_some()).count() as u64;
        let seconds = started.elapsed().as_secs_f64();
        WishesDescribed { written, unsure: notes.len() as u64 - written, seconds }.emit();
        Ok(notes)
    }

    async fn fit(
        &self,
        text: &str,
        task: &str,
        notes: &[String],
    ) -> Result<Option<Vec<f32>>, PortError> {
        self.shared.inner.fit(text, task, notes).await
    }
}

impl<E> Shared<E> {
    fn with_queue<T>(&self, act: impl FnOnce(&mut Queue) -> T) -> T {
        act(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The right to run batches.
struct Runner<E> {
    shared: Arc<Shared<E>>,
    /// Whether it was given back already.
    left: bool,
}

impl<E> Drop for Runner<E> {
    /// When the runtime stops or the embedder panics the task ends early: then nobody may be left
    /// waiting, and the next caller starts anew.
    fn drop(&mut self) {
        if self.left {
            return;
        }
        self.shared.with_queue(|queue| {
            queue.runners -= 1;
            if queue.runners == 0 {
                // Dropping a caller tells it that no answer will come.
                queue.waiting.clear();
            }
        });
    }
}

impl<E: Embedder> Runner<E> {
    async fn empty_queue(mut self) {
        loop {
            // Tasks that are ready now may still add their texts to this batch.
            tokio::task::yield_now().await;
            let batch = self.shared.with_queue(|queue| {
                let batch = take_batch(&mut queue.waiting, self.shared.limits);
                if batch.is_empty() {
                    // Under the same lock as the look: a caller that comes now starts a runner.
                    queue.runners -= 1;
                    self.left = true;
                }
                batch
            });
            if batch.is_empty() {
                return;
            }
            let unfinished = run(&self.shared.inner, batch).await;
            self.shared.with_queue(|queue| queue.waiting.extend(unfinished));
        }
    }
}

/// A caller's part of a batch: its next `count` texts.
struct Share {
    caller: Caller,
    count: usize,
}

impl Share {
    fn texts(&self) -> impl Iterator<Item = &String> {
        self.caller.texts.iter().skip(self.caller.done.len()).take(self.count)
    }
}

/// What may still be added to a batch.
struct Room {
    texts: usize,
    bytes: usize,
    empty: bool,
}

impl Room {
    /// Gives the share up to `most` more texts.
    fn give(&mut self, share: &mut Share, most: usize) {
        let Share { caller, count } = share;
        for text in caller.texts.iter().skip(caller.done.len() + *count).take(most) {
            let fits = self.texts > 0 && text.len() <= self.bytes;
            if !fits && !self.empty {
                return;
            }
            self.empty = false;
            self.texts = self.texts.saturating_sub(1);
            self.bytes = self.bytes.saturating_sub(text.len());
            *count += 1;
        }
    }
}

/// The next batch: a turn for each caller in order of arrival, then the rest of the room to the
/// same callers. Callers that gave up are let go.
fn take_batch(waiting: &mut VecDeque<Caller>, limits: BatchLimits) -> Vec<Share> {
    let mut room = Room { texts: limits.texts, bytes: limits.bytes, empty: true };
    let mut batch = Vec::new();
    while let Some(caller) = waiting.pop_front() {
        if caller.answer.is_closed() {
            continue;
        }
        let mut share = Share { caller, count: 0 };
        room.give(&mut share, TURN);
        if share.count == 0 {
            waiting.push_front(share.caller);
            break;
        }
        batch.push(share);
    }
    for share in &mut batch {
        room.give(share, usize::MAX);
    }
    batch
}

/// Runs a batch, answers the callers that are finished with it and returns the others.
async fn run<E: Embedder>(inner: &E, batch: Vec<Share>) -> Vec<Caller> {
    match embed_unique(inner, &batch).await {
        Ok(vectors) => hand_out(batch, vectors),
        // One caller's bad text must not fail the others: each is tried alone.
        Err(e) if !e.transient() && batch.len() > 1 => {
            let mut unfinished = Vec::new();
            for share in batch {
                let alone = vec![share];
                match embed_unique(inner, &alone).await {
                    Ok(vectors) => unfinished.extend(hand_out(alone, vectors)),
                    Err(e) => fail(alone, &e),
                }
            }
            unfinished
        }
        Err(e) => {
            fail(batch, &e);
            Vec::new()
        }
    }
}

/// The vectors of all texts of the batch in order; the same text is embedded once.
async fn embed_unique<E: Embedder>(inner: &E, batch: &[Share]) -> Result<Vec<Vector>, PortError> {
    let mut unique: Vec<String> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let order: Vec<usize> = batch
        .iter()
        .flat_map(Share::texts)
        .map(|text| {
            *places.entry(text).or_insert_with(|| {
                unique.push(text.clone());
                unique.len() - 1
            })
        })
        .collect();
    let start = Instant::now();
    let vectors = inner.embed(&unique).await?;
    TextsEmbedded { texts: unique.len() as u64, seconds: start.elapsed().as_secs_f64() }.emit();
    if vectors.len() != unique.len() {
        return Err(PortError::new(
            PortErrorKind::Invariant,
            format!("the embedder answered {} vectors for {} texts", vectors.len(), unique.len()),
        ));
    }
    Ok(order.into_iter().filter_map(|at| vectors.get(at).cloned()).collect())
}

fn hand_out(batch: Vec<Share>, vectors: Vec<Vector>) -> Vec<Caller> {
    let mut vectors = vectors.into_iter();
    let mut unfinished = Vec::new();
    for Share { mut caller, count } in batch {
        caller.done.extend(vectors.by_ref().take(count));
        if caller.done.len() < caller.texts.len() {
            unfinished.push(caller);
        } else {
            // Unheard when the caller gave up.
            let _unheard = caller.answer.send(Ok(caller.done));
        }
    }
    unfinished
}

fn fail(batch: Vec<Share>, error: &PortError) {
    for share in batch {
        let copy = PortError {
            kind: error.kind,
            certainty: error.certainty,
            retry_after: error.retry_after,
            message: error.message.clone(),
            // The cause cannot be shared among callers; its words can.
            source: error.source.as_ref().map(|source| source.to_string().into()),
        };
        let _unheard = share.caller.answer.send(Err(copy));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fake::Fake;
    use tokio::task::JoinHandle;

    type Embedding = JoinHandle<Result<Vec<Vector>, PortError>>;

    fn texts(prefix: &str, count: usize) -> Vec<String> {
        (0..count).map(|at| format!("{prefix}{at}")).collect()
    }

    fn batching(inner: Fake) -> Arc<Batching<Fake>> {
        let limits = BatchLimits { texts: 32, bytes: 10_000, in_flight: 1 };
        Arc::new(Batching::new(inner, limits))
    }

    fn ask(batching: &Arc<Batching<Fake>>, texts: Vec<String>) -> Embedding {
        let batching = Arc::clone(batching);
        tokio::spawn(async move { batching.embed(&texts).await })
    }

    /// Lets every task go as far as it can.
    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn what_arrives_while_a_batch_runs_is_one_batch() {
        let batching = batching(Fake::new("m").gated());
        let first = ask(&batching, texts("first", 1));
        settle().await;
        let others: Vec<Embedding> =
            (0..5).map(|at| ask(&batching, texts(&format!("{at}-"), 2))).collect();
        settle().await;
        batching.shared.inner.gate.add_permits(2);
        assert_eq!(first.await.unwrap().unwrap(), [Fake::vector("first0")]);
        for (at, other) in others.into_iter().enumerate() {
            let expected = [Fake::vector(&format!("{at}-0")), Fake::vector(&format!("{at}-1"))];
            assert_eq!(other.await.unwrap().unwrap(), expected);
        }
        let sizes: Vec<usize> = batching.shared.inner.calls().iter().map(Vec::len).collect();
        assert_eq!(sizes, [1, 10]);
    }

    #[tokio::test]
    async fn a_large_request_is_split_and_does_not_hold_up_a_small_one() {
        let batching = batching(Fake::new("m").gated());
        let large = ask(&batching, texts("large", 100));
        settle().await;
        let small = ask(&batching, texts("small", 1));
        settle().await;
        batching.shared.inner.gate.add_permits(2);
        assert_eq!(small.await.unwrap().unwrap(), [Fake::vector("small0")]);
        assert!(!large.is_finished());
        batching.shared.inner.gate.add_permits(10);
        let vectors = large.await.unwrap().unwrap();
        assert_eq!(vectors.len(), 100);
        assert!(vectors.iter().zip(texts("large", 100)).all(|(v, t)| *v == Fake::vector(&t)));
        assert!(batching.shared.inner.calls().iter().all(|call| call.len() <= 32));
    }

    #[tokio::test]
    async fn a_batch_is_bounded_in_bytes_and_a_longer_text_runs_alone() {
        let batching = batching(Fake::new("m"));
        let long: Vec<String> = ["a", "b", "c"].iter().map(|c| c.repeat(6_000)).collect();
        let mut asked = long.clone();
        asked.push("d".repeat(20_000));
        assert_eq!(batching.embed(&asked).await.unwrap().len(), 4);
        assert!(batching.shared.inner.calls().iter().all(|call| call.len() == 1));
    }

    #[tokio::test]
    async fn the_same_text_of_several_callers_is_embedded_once() {
        let batching = batching(Fake::new("m"));
        let (one, other) = (ask(&batching, texts("same", 2)), ask(&batching, texts("same", 2)));
        assert_eq!(one.await.unwrap().unwrap(), other.await.unwrap().unwrap());
        assert_eq!(batching.shared.inner.calls(), [texts("same", 2)]);
    }

    #[tokio::test]
    async fn a_bad_text_fails_its_own_caller_only() {
        let batching = batching(Fake::new("m").poisoned_by("bad0"));
        let (bad, good) = (ask(&batching, texts("bad", 1)), ask(&batching, texts("good", 1)));
        assert_eq!(bad.await.unwrap().unwrap_err().kind, PortErrorKind::Invalid);
        assert_eq!(good.await.unwrap().unwrap(), [Fake::vector("good0")]);
    }

    #[tokio::test]
    async fn an_outage_reaches_every_caller_once_and_then_passes() {
        let batching = batching(Fake::new("m"));
        batching.shared.inner.fail_next(PortErrorKind::Unavailable);
        let (one, other) = (ask(&batching, texts("a", 1)), ask(&batching, texts("b", 1)));
        assert!(one.await.unwrap().unwrap_err().transient());
        assert!(other.await.unwrap().unwrap_err().transient());
        assert_eq!(batching.shared.inner.calls().len(), 1, "no second try of a failing service");
        assert!(batching.embed(&texts("a", 1)).await.is_ok());
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_takes_nobody_along() {
        let batching = batching(Fake::new("m").gated());
        let first = ask(&batching, texts("first", 1));
        settle().await;
        let (gone, stays) = (ask(&batching, texts("gone", 1)), ask(&batching, texts("stays", 1)));
        settle().await;
        first.abort();
        gone.abort();
        settle().await;
        batching.shared.inner.gate.add_permits(10);
        assert_eq!(stays.await.unwrap().unwrap(), [Fake::vector("stays0")]);
        assert_eq!(batching.shared.inner.calls(), [texts("first", 1), texts("stays", 1)]);
    }

    #[test]
    fn a_runtime_that_stops_leaves_the_next_one_working() {
        let batching = batching(Fake::new("m").gated());
        let start = || tokio::runtime::Builder::new_current_thread().build().unwrap();
        let first = start();
        first.block_on(async {
            let _running = ask(&batching, texts("a", 1));
            settle().await;
        });
        drop(first);
        batching.shared.inner.gate.add_permits(10);
        let vectors = start().block_on(batching.embed(&texts("b", 1))).unwrap();
        assert_eq!(vectors, [Fake::vector("b0")]);
    }
}
