//! How long a retrieval takes, against a raw nearest-neighbour query of the same store with the
//! same vectors.
//!
//! The vectors are computed beforehand and kept at hand for both sides, so that the model's time is
//! in neither; what a new question costs the model is told beside it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use hdrhistogram::Histogram;
use penchant_core::head::ContextCluster;
use penchant_core::preference::Support;
use penchant_core::{
    CheckpointDelta, Claim, Context, EventId, EvidenceRef, Head, Origin, Partition, Polarity,
    Position, Preference, PreferenceId, Revision, RevisionKind, Scope, SourceClass, Status,
    TenantId, Timestamp, UserCommit, UserId, UserKey, Vector,
};
use penchant_ports::{
    Clock as _, CommitBatch, Embedder, EmbedderInfo, NearestQuery, PortError, SystemClock,
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::bed::{Bed, Place};
use super::mix::Mix;
use super::{line, ratio};
use crate::config::{Config, EmbedderKind};
use crate::gateway::{Gateway as _, RetrieveQuery};
use crate::service::Service;

/// Distinct wishes, situations and questions that the memory and the run are made of.
const WISHES: usize = 300;
const SITUATIONS: usize = 8;
const QUESTIONS: usize = 200;
/// Neighbours that the read path fetches, see `penchant_retrieve`.
const FETCHED: usize = 128;
/// Users per commit while the memory is filled.
const CHUNK: usize = 50;

/// What to measure.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Users in the store.
    pub users: usize,
    /// Live preferences of each.
    pub preferences: usize,
    /// How many questions are asked.
    pub queries: usize,
    /// Which memory and which questions.
    pub seed: u64,
}

/// Percentiles of one kind of call, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Latency {
    /// Half are faster.
    pub p50_ms: f64,
    /// 99 of 100 are faster.
    pub p99_ms: f64,
}

/// What one run found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retrieved {
    /// What the store is.
    pub store: String,
    /// Which embedder.
    pub embedder: String,
    /// Users in the store.
    pub users: usize,
    /// Live preferences of each.
    pub preferences: usize,
    /// Questions asked.
    pub queries: usize,
    /// The store alone, asked for as many as are served.
    pub raw: Latency,
    /// The store alone, asked for as many as the read path ranks.
    pub raw_fetch: Latency,
    /// The whole read path.
    pub retrieve: Latency,
    /// Median of the read path over the median of the store alone (`raw`).
    pub ratio: f64,
    /// The same against `raw_fetch`.
    pub ratio_fetch: f64,
    /// The model's time for one new question: in neither side.
    pub embed: Latency,
}

impl Retrieved {
    /// For people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = format!("retrieve  (store {}, embedder {})\n", self.store, self.embedder);
        let (users, preferences) = (self.users, self.preferences);
        line(&mut table, "memory", &format!("{users} users, {preferences} preferences each"));
        line(&mut table, "questions", &self.queries.to_string());
        for (what, latency) in [
            ("store alone, as many as served", self.raw),
            ("store alone, as many as ranked", self.raw_fetch),
            ("retrieve", self.retrieve),
            ("model, per new question", self.embed),
        ] {
            let Latency { p50_ms, p99_ms } = latency;
            line(&mut table, what, &format!("p50 {p50_ms:.3} ms   p99 {p99_ms:.3} ms"));
        }
        line(&mut table, "ratio", &format!("{:.2}", self.ratio));
        line(&mut table, "ratio, as many as ranked", &format!("{:.2}", self.ratio_fetch));
        table
    }
}

/// Runs once, with one embedder.
///
/// # Errors
/// When a part cannot be opened or fails, or nothing is found where something is stored.
pub async fn run(
    config: &Config,
    place: &Place,
    embedder: EmbedderKind,
    asked: Settings,
) -> Result<Retrieved> {
    let bed = Bed::fresh(config, place, embedder)?;
    let mut parts = bed.open().await?;
    let (store_name, info) = (parts.store_name.to_owned(), parts.embedder.info().clone());
    let tenant = TenantId::try_new("measured")?;
    let mut mix = Mix::new(asked.seed, asked.users, tenant.clone(), SystemClock.now());

    let wishes: Vec<String> = (0..WISHES).map(|_| mix.wish()).collect();
    let contents = parts.embedder.embed(&wishes).await.context("embedding the wishes")?;
    let situations: Vec<String> = (0..SITUATIONS).map(|_| mix.request()).collect();
    let centroids = parts.embedder.embed(&situations).await.context("embedding the situations")?;
    let questions: Vec<String> = (0..QUESTIONS).map(|_| mix.request()).collect();
    let (vectors, embed) = at_hand(&*parts.embedder, &questions).await?;

    let epoch = parts.store.fence(Partition(0)).await?;
    let filling = Filling { wishes: &wishes, contents: &contents, centroids: &centroids, epoch };
    let users: Vec<UserKey> = (0..asked.users)
        .map(|n| Ok(UserKey::new(tenant.clone(), UserId::try_new(format!("user-{n}"))?)))
        .collect::<Result<_>>()?;
    let mut offset = 0;
    for chunk in users.chunks(CHUNK) {
        let commits: Result<Vec<UserCommit>> = chunk
            .iter()
            .map(|user| {
                offset += 1;
                filling.commit(user, Position::new(0, offset - 1), asked.preferences)
            })
            .collect();
        let checkpoint = CheckpointDelta { partition: Partition(0), next_offset: offset };
        let batch = CommitBatch { epoch, checkpoint, users: commits? };
        parts.store.commit(batch).await.context("filling the store")?;
    }

    let known = vectors.clone();
    parts.embedder = Arc::new(AtHand { info, known });
    let reader = Arc::clone(&parts.reader);
    let service = Service::new(parts, None);
    let k = bed.config.retrieve.k;
    let mut rng = ChaCha8Rng::seed_from_u64(asked.seed);
    let mut times: [Histogram<u64>; 3] = [new()?, new()?, new()?];
    let model = bed_model(&service).await;
    for _ in 0..asked.queries {
        let user = pick(&mut rng, &users)?;
        let text = pick(&mut rng, &questions)?;
        let nearest = |limit: usize| NearestQuery {
            user: user.clone(),
            context: vectors.get(text).cloned().unwrap_or_default(),
            limit,
            as_of: None,
        };
        let question = RetrieveQuery {
            user: user.clone(),
            context: Context { text: text.clone(), ..Context::default() },
            k,
            max_tokens: bed.config.retrieve.max_tokens,
            min_confidence: None,
            facets: Vec::new(),
            as_of: None,
            min_position: None,
            deadline: None,
            explain: false,
            session: None,
        };
        // Taking turns, so that whatever else the machine does hits all alike.
        let [raw, fetch, whole] = &mut times;
        let (few, many) = (nearest(k as usize), nearest(FETCHED));
        let found = clocked(raw, reader.nearest(&few)).await??;
        ensure!(!found.neighbours.is_empty(), "the store found nothing");
        clocked(fetch, reader.nearest(&many)).await??;
        let answer = clocked(whole, service.retrieve(question)).await??;
        ensure!(!answer.served.is_empty(), "the read path served nothing");
    }
    let [raw, raw_fetch, retrieve] = times.map(|histogram| latency(&histogram));
    Ok(Retrieved {
        store: store_name,
        embedder: model,
        users: asked.users,
        preferences: asked.preferences,
        queries: asked.queries,
        ratio: ratio(retrieve.p50_ms, raw.p50_ms),
        ratio_fetch: ratio(retrieve.p50_ms, raw_fetch.p50_ms),
        raw,
        raw_fetch,
        retrieve,
        embed,
    })
}

async fn bed_model(service: &Service) -> String {
    service.status().await.embedder.model
}

fn pick<'a, T>(rng: &mut ChaCha8Rng, all: &'a [T]) -> Result<&'a T> {
    ensure!(!all.is_empty(), "at least one user is needed");
    all.get(rng.random_range(0..all.len())).context("an index in range")
}

fn new() -> Result<Histogram<u64>> {
    Ok(Histogram::new(3)?)
}

fn latency(histogram: &Histogram<u64>) -> Latency {
    let ms = |quantile: f64| histogram.value_at_quantile(quantile) as f64 / 1e6;
    Latency { p50_ms: ms(0.5), p99_ms: ms(0.99) }
}

async fn clocked<T>(histogram: &mut Histogram<u64>, work: impl Future<Output = T>) -> Result<T> {
    let started = Instant::now();
    let value = work.await;
    let nanos = started.elapsed().min(Duration::from_secs(3_600)).as_nanos();
    histogram.record(u64::try_from(nanos).unwrap_or(u64::MAX))?;
    Ok(value)
}

/// Embeds each question by itself, as a retrieval would, and keeps the vector at hand.
async fn at_hand(
    embedder: &dyn Embedder,
    questions: &[String],
) -> Result<(HashMap<String, Vector>, Latency)> {
    let mut times = new()?;
    let mut known = HashMap::new();
    for question in questions {
        let text = [question.clone()];
        let mut vectors = clocked(&mut times, embedder.embed(&text)).await??;
        known.insert(question.clone(), vectors.pop().context("one vector for one text")?);
    }
    Ok((known, latency(&times)))
}

/// An embedder that looks vectors up: what it does not know is no vector.
struct AtHand {
    info: EmbedderInfo,
    known: HashMap<String, Vector>,
}

#[async_trait]
impl Embedder for AtHand {
    fn info(&self) -> &EmbedderInfo {
        &self.info
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        Ok(texts.iter().map(|text| self.known.get(text).cloned().unwrap_or_default()).collect())
    }
}

/// What memories are filled with.
struct Filling<'a> {
    wishes: &'a [String],
    contents: &'a [Vector],
    centroids: &'a [Vector],
    epoch: u64,
}

impl Filling<'_> {
    fn commit(&self, user: &UserKey, position: Position, preferences: usize) -> Result<UserCommit> {
        let now = SystemClock.now();
        let mut head = Head { revision: 1, epoch: self.epoch, ..Head::default() };
        head.checkpoint.advance(CheckpointDelta {
            partition: position.partition,
            next_offset: position.next_offset(),
        })?;
        head.contexts = (0_u32..)
            .zip(self.centroids)
            .map(|(id, centroid)| ContextCluster {
                id,
                centroid: centroid.clone(),
                cues: Default::default(),
                style: Default::default(),
                drift: Default::default(),
                count: 5,
                task: String::new(),
                last_at: now,
            })
            .collect::<Vec<_>>()
            .into();
        head.next_cluster = u32::try_from(self.centroids.len()).unwrap_or(u32::MAX);
        let preferences: Vec<Preference> =
            (0..preferences).map(|n| self.preference(n, position, now)).collect::<Result<_>>()?;
        let revisions = preferences
            .iter()
            .map(|one| {
                let cause = one.evidence.last().cloned();
                Revision::of(one, RevisionKind::Add, now, position, "measured".to_owned(), cause)
            })
            .collect();
        Ok(UserCommit {
            user: user.clone(),
            base_revision: 0,
            head,
            preferences,
            revisions,
            erase: false,
        })
    }

    fn preference(&self, n: usize, position: Position, now: Timestamp) -> Result<Preference> {
        // Every user differs: which wishes, in which situations.
        let at = position.offset as usize * 7 + n;
        let wish = self.wishes.get(at % self.wishes.len().max(1)).context("a wish")?;
        let content = self.contents.get(at % self.contents.len().max(1)).context("a vector")?;
        let cluster = at % self.centroids.len().max(1);
        let text = format!("{wish} ({n})");
        let mut support = Support::default();
        support.add(SourceClass::Statement);
        Ok(Preference {
            id: PreferenceId::try_new(format!("p-{n}"))?,
            kind: Claim::Statement { text: text.clone() },
            description: text,
            polarity: Polarity::Prefer,
            scope: Scope::Always,
            confidence: 0.75,
            log_odds: 1.1,
            support,
            origin: Origin::Stated,
            status: Status::Active,
            pinned: false,
            valid_from: now,
            valid_to: None,
            superseded_by: None,
            sets_aside: None,
            evidence: vec![EvidenceRef {
                event: EventId::try_new(format!("event-{at}"))?,
                position,
                occurred_at: now,
                source: SourceClass::Statement,
                snippet: wish.clone(),
            }],
            version: 1,
            updated_at: now,
            language: String::new(),
            cluster: u32::try_from(cluster).ok(),
            context: self.centroids.get(cluster).cloned().unwrap_or_default(),
            content: content.clone(),
        })
    }
}
