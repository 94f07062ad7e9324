//! A log, a store and a learner in memory, and a language model that says what it is told to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::{
    Checkpoint, CheckpointDelta, Event, Position, Status, TenantId, Timestamp, UserKey, UserState,
    Vector, telling,
};
use penchant_learn::lane::{Learner, LearnerConfig, LearnerStatus};
use penchant_learn::stage_llm::{Calls, Proposals, Recorded, StageConfig};
use penchant_ports::memory::{MemoryLog, MemoryStore};
use penchant_ports::{
    Embedder, EmbedderInfo, EventLog, Inferrer, InferrerTally, ManualClock, PortError,
    PortErrorKind, PreferenceReader, PreferenceStore, ProposalOperation, ProposalRequest,
};
use penchant_testkit::builders;
use tokio_util::sync::CancellationToken;

/// Texts with common words lie close.
pub(crate) struct Words(EmbedderInfo);

impl Words {
    pub(crate) fn new() -> Self {
        Self(EmbedderInfo { model: "words".to_owned(), dimension: 64, lexical_fallback: true })
    }
}

#[async_trait]
impl Embedder for Words {
    fn info(&self) -> &EmbedderInfo {
        &self.0
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        let one = |text: &String| {
            let mut values = vec![0.0_f32; 64];
            for word in telling::telling(text) {
                values[(penchant_core::head::fnv1a(word.as_bytes()) % 64) as usize] += 1.0;
            }
            Vector::normalized(values)
        };
        Ok(texts.iter().map(one).collect())
    }
}

type Answer = Result<Vec<ProposalOperation>, PortErrorKind>;

type Script = Box<dyn Fn(&ProposalRequest) -> Answer + Send + Sync>;

/// Answers by the script, after a while.
pub(crate) struct Model {
    script: Script,
    takes: Option<Duration>,
    asked: Mutex<Vec<ProposalRequest>>,
    under_way: AtomicUsize,
    pub(crate) most: AtomicUsize,
}

impl Model {
    pub(crate) fn saying(
        script: impl Fn(&ProposalRequest) -> Answer + Send + Sync + 'static,
        takes: Duration,
    ) -> Arc<Self> {
        Self::made(Box::new(script), Some(takes))
    }

    /// Never answers.
    pub(crate) fn hanging() -> Arc<Self> {
        Self::made(Box::new(|_| Ok(Vec::new())), None)
    }

    fn made(script: Script, takes: Option<Duration>) -> Arc<Self> {
        Arc::new(Self {
            script,
            takes,
            asked: Mutex::default(),
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        })
    }

    pub(crate) fn asked(&self) -> Vec<ProposalRequest> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Inferrer for Model {
    fn version(&self) -> &str {
        "scripted+v1"
    }

    async fn propose(
        &self,
        request: &ProposalRequest,
    ) -> Result<Vec<ProposalOperation>, PortError> {
        self.asked.lock().unwrap().push(request.clone());
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        match self.takes {
            Some(takes) => tokio::time::sleep(takes).await,
            None => std::future::pending().await,
        }
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        (self.script)(request).map_err(|kind| PortError::new(kind, "scripted"))
    }

    fn tally(&self) -> InferrerTally {
        let calls = self.asked.lock().unwrap().len() as u64;
        InferrerTally { calls, ..InferrerTally::default() }
    }
}

/// What to propose about the turn of this number.
type Propose = fn(turn: usize, request: &ProposalRequest) -> ProposalOperation;

/// Another one's operations by what the user says: `(in the words, operation)`.
pub(crate) fn script(
    lines: Vec<(&'static str, Propose)>,
) -> impl Fn(&ProposalRequest) -> Answer + Send + Sync + 'static {
    move |request| {
        let mut said = Vec::new();
        for (at, turn) in request.turns.iter().enumerate() {
            let hits = lines.iter().filter(|(words, _)| turn.user.contains(words));
            said.extend(hits.map(|(_, operation)| operation(at + 1, request)));
        }
        Ok(said)
    }
}

pub(crate) fn add(turn: usize, description: &str, polarity: &str) -> ProposalOperation {
    ProposalOperation::Add {
        turn,
        description: description.to_owned(),
        polarity: polarity.to_owned(),
        scope: "always".to_owned(),
        occasion: String::new(),
    }
}

/// The number under which a request shows a description.
pub(crate) fn number(request: &ProposalRequest, description: &str) -> usize {
    request.nearby.iter().position(|note| note.description == description).map_or(999, |at| at + 1)
}

pub(crate) struct World {
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) config: LearnerConfig,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_partitions(1)
    }

    pub(crate) fn with_partitions(partitions: u32) -> Self {
        let clock = Arc::new(ManualClock::new(builders::at(60)));
        Self {
            log: Arc::new(MemoryLog::with_partitions(clock, partitions)),
            store: Arc::new(MemoryStore::new()),
            config: LearnerConfig { linger: Duration::ZERO, ..LearnerConfig::default() },
        }
    }

    pub(crate) async fn tell(&self, events: Vec<Event>) -> Position {
        self.log.append(events).await.pop().unwrap().unwrap()
    }

    /// Learns everything on the log into `store`.
    pub(crate) async fn learn_into(
        &self,
        store: Arc<dyn PreferenceStore>,
        proposals: Option<Arc<dyn Proposals>>,
    ) -> LearnerStatus {
        let log: Arc<dyn EventLog> = Arc::<MemoryLog>::clone(&self.log);
        let embedder = Arc::new(Words::new());
        let learner = Learner::with_proposals(log, store, embedder, proposals, self.config.clone());
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let (learner, stop) = (learner.clone(), stop.clone());
            async move { learner.run(stop).await }
        });
        let mut end = Checkpoint::default();
        for (partition, next_offset) in self.log.ends().await.unwrap() {
            end.advance(CheckpointDelta { partition, next_offset }).unwrap();
        }
        let mut progress = learner.progress();
        let reached = progress
            .wait_for(|now| end.iter().all(|(partition, next)| now.next_offset(partition) >= next));
        tokio::time::timeout(Duration::from_secs(60), reached).await.unwrap().unwrap();
        stop.cancel();
        running.await.unwrap().unwrap();
        learner.status()
    }

    pub(crate) async fn learn(&self, model: Option<&Arc<Model>>) -> LearnerStatus {
        let proposals = model.map(|model| calls(model, 8));
        self.learn_into(Arc::<MemoryStore>::clone(&self.store), proposals).await
    }

    /// A new store with what the log says, and the model's part taken from the old one.
    pub(crate) async fn rebuilt(&self) -> Self {
        let reader: Arc<dyn PreferenceReader> = Arc::<MemoryStore>::clone(&self.store);
        let new = Self {
            log: Arc::clone(&self.log),
            store: Arc::new(MemoryStore::new()),
            config: LearnerConfig { max_batch: 2, ..self.config.clone() },
        };
        let recorded: Arc<dyn Proposals> = Arc::new(Recorded::new(reader));
        new.learn_into(Arc::<MemoryStore>::clone(&new.store), Some(recorded)).await;
        new
    }

    /// A user's memory; what belongs to the commits and not to the memory is left out.
    pub(crate) async fn memory(&self, user: &UserKey) -> UserState {
        let mut state = self.store.load(std::slice::from_ref(user)).await.unwrap().remove(0);
        state.head.revision = 0;
        state.head.epoch = 0;
        state
    }

    /// Current descriptions, in alphabetical order.
    pub(crate) async fn current(&self, user: &UserKey) -> Vec<String> {
        let preferences = self.memory(user).await.preferences;
        let mut current: Vec<String> = preferences
            .into_iter()
            .filter(|p| p.status == Status::Active)
            .map(|p| p.description)
            .collect();
        current.sort();
        current
    }

    /// By position, what the revisions of a user recorded.
    pub(crate) async fn recorded(&self, user: &UserKey) -> BTreeMap<Position, String> {
        let mut recorded = BTreeMap::new();
        for preference in self.memory(user).await.preferences {
            let (_, history) = self.store.get(user, &preference.id).await.unwrap();
            recorded.extend(history.into_iter().filter_map(|r| Some((r.position, r.proposal?))));
        }
        recorded
    }
}

pub(crate) fn calls(model: &Arc<Model>, side_by_side: usize) -> Arc<dyn Proposals> {
    let inferrer: Arc<dyn Inferrer> = Arc::<Model>::clone(model);
    Arc::new(Calls::new(inferrer, side_by_side, StageConfig::default()))
}

pub(crate) fn ada() -> UserKey {
    builders::user_of("acme", "ada")
}

pub(crate) fn tenant() -> TenantId {
    ada().tenant
}

pub(crate) fn in_context(mut event: Event, text: &str, at: Timestamp) -> Event {
    event.context.text = text.to_owned();
    event.occurred_at = at;
    event
}
