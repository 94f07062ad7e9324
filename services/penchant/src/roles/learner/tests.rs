//! What starts a learner anew, and what ends it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use penchant_core::event::{EventBody, Statement};
use penchant_core::invariants::{Invariant, Violation};
use penchant_core::posterior::HalfLives;
use penchant_core::{
    Checkpoint, Context, Event, EventId, Partition, Position, TenantId, UserId, UserKey,
};
use penchant_embed::Lexical;
use penchant_ports::memory::{MemoryGenerations, MemoryLog, MemoryStore};
use penchant_ports::{
    Clock as _, Delivery, EventLog, Generations as _, Lane, LogConsumer, PreferenceStore as _,
    SystemClock,
};

use super::*;

/// A log whose consumers fail as told, one failure each, and then work.
struct Troubled {
    log: MemoryLog,
    failures: Mutex<Vec<PortErrorKind>>,
    /// The next consumer begins at the log's end, whatever it is told.
    late: AtomicBool,
}

struct Failing(PortErrorKind);

#[async_trait]
impl LogConsumer for Failing {
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError> {
        Err(PortError::new(self.0, "the broker is away"))
    }

    async fn close(&mut self) {}
}

#[async_trait]
impl EventLog for Troubled {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        self.log.append(events).await
    }

    fn partition_of(&self, user: &UserKey) -> Partition {
        self.log.partition_of(user)
    }

    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        if let Some(kind) = self.failures.lock().unwrap().pop() {
            return Ok(Box::new(Failing(kind)));
        }
        if self.late.swap(false, Ordering::SeqCst) {
            let mut end = from;
            for (partition, next_offset) in self.log.ends().await? {
                let last = next_offset.saturating_sub(1);
                end.advance(penchant_core::CheckpointDelta { partition, next_offset: last })
                    .unwrap();
            }
            return self.log.consume(end).await;
        }
        self.log.consume(from).await
    }

    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, PortError> {
        self.log.read(partition, offset, limit).await
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        self.log.ends().await
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        self.log.erase(user, upto).await
    }

    async fn check(&self) -> Result<(), PortError> {
        self.log.check().await
    }
}

struct Stage {
    log: Arc<Troubled>,
    store: Arc<MemoryStore>,
    parts: Parts,
    learner: Learner,
}

fn stage(failures: Vec<PortErrorKind>) -> Stage {
    let log = Arc::new(Troubled {
        log: MemoryLog::new(Arc::new(SystemClock)),
        failures: Mutex::new(failures),
        late: AtomicBool::new(false),
    });
    let store = Arc::new(MemoryStore::new());
    let parts = Parts {
        log: Arc::<Troubled>::clone(&log),
        log_name: "memory",
        settle: None,
        dead_letters: None,
        store: Arc::<MemoryStore>::clone(&store),
        reader: Arc::<MemoryStore>::clone(&store),
        store_name: "memory",
        embedder: Arc::new(Lexical::default()),
        model: None,
        warnings: Vec::new(),
        clock: Arc::new(SystemClock),
        rates: HalfLives::default(),
    };
    let learner = build(&parts, &Config::load(None, Vec::new()).unwrap());
    Stage { log, store, parts, learner }
}

impl Stage {
    async fn tell(&self, id: &str) -> Position {
        let event = Event {
            id: EventId::try_new(id).unwrap(),
            user: UserKey::new(
                TenantId::try_new("default").unwrap(),
                UserId::try_new("ada").unwrap(),
            ),
            session: None,
            occurred_at: SystemClock.now(),
            imported: false,
            context: Context::default(),
            body: EventBody::Statement(Statement { text: format!("I prefer tea {id}.") }),
        };
        self.log.append(vec![event]).await.pop().unwrap().unwrap()
    }

    fn start(&self) -> (CancellationToken, tokio::task::JoinHandle<Result<()>>) {
        let stop = CancellationToken::new();
        (stop.clone(), tokio::spawn(run(self.learner.clone(), self.parts.clone(), stop)))
    }

    async fn learnt(&self, position: Position) {
        let mut progress = self.learner.progress();
        let wait = progress.wait_for(|checkpoint| checkpoint.reflects(position));
        tokio::time::timeout(Duration::from_secs(60), wait).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_log_that_is_away_for_a_while_starts_it_anew() {
    let stage = stage(vec![PortErrorKind::Unavailable; 3]);
    let position = stage.tell("a").await;
    let (stop, running) = stage.start();
    stage.learnt(position).await;
    assert_eq!(stage.learner.status().restarts, 3);
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_partition_taken_over_while_it_is_assigned_is_taken_back_from_the_checkpoint() {
    let stage = stage(Vec::new());
    let first = stage.tell("a").await;
    let (stop, running) = stage.start();
    stage.learnt(first).await;
    stage.store.fence(Partition(0)).await.unwrap();
    let second = stage.tell("b").await;
    stage.learnt(second).await;
    assert_eq!(stage.learner.status().restarts, 1);
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_lane_that_would_skip_records_is_opened_anew() {
    let stage = stage(Vec::new());
    for id in ["a", "b", "c"] {
        stage.tell(id).await;
    }
    stage.log.late.store(true, Ordering::SeqCst);
    let (stop, running) = stage.start();
    stage.learnt(Position::new(0, 2)).await;
    assert_eq!(stage.learner.status().restarts, 1);
    // All three, not only the one that the first lane began with.
    assert_eq!(stage.learner.status().records, 3);
    stop.cancel();
    running.await.unwrap().unwrap();
}

/// Nothing more happens on the log, so no commit is refused; and yet what the other generation does
/// not know is learnt.
#[tokio::test]
async fn an_idle_learner_notices_that_another_generation_serves() {
    let Stage { log, parts, .. } = stage(Vec::new());
    let generations = Arc::new(MemoryGenerations::new());
    let parts = Parts {
        store: Arc::<MemoryGenerations>::clone(&generations),
        reader: Arc::<MemoryGenerations>::clone(&generations),
        ..parts
    };
    let learner = build(&parts, &Config::load(None, Vec::new()).unwrap());
    let stage = Stage { log, store: Arc::default(), parts, learner };
    let last = stage.tell("a").await;
    let (stop, running) = stage.start();
    stage.learnt(last).await;
    let empty = generations.build().await.unwrap();
    generations.switch(empty.number).await.unwrap();
    let noticed = async {
        while !generations.checkpoint().await.unwrap().reflects(last) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), noticed).await.unwrap();
    assert_eq!(stage.learner.status().restarts, 1);
    stop.cancel();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_only_a_person_can_resolve_ends_it() {
    let stage = stage(vec![PortErrorKind::Invariant]);
    let (_stop, running) = stage.start();
    let ended = tokio::time::timeout(Duration::from_secs(60), running).await.unwrap().unwrap();
    assert!(format!("{:#}", ended.unwrap_err()).contains("the broker is away"));
    assert_eq!(stage.learner.status().restarts, 0);
    assert!(stage.learner.status().trouble.unwrap().contains("the broker is away"));
}

#[tokio::test]
async fn a_stop_is_heeded_while_it_waits_to_start_anew() {
    let stage = stage(vec![PortErrorKind::Unavailable; 100]);
    let (stop, running) = stage.start();
    while stage.learner.status().restarts < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(1), running).await.unwrap().unwrap().unwrap();
}

/// A store whose commits wait until they are let go, and then fail as told.
struct Held {
    store: Arc<MemoryStore>,
    begun: tokio::sync::Notify,
    go: tokio::sync::Notify,
    fails: fn() -> PortError,
}

#[async_trait]
impl penchant_ports::PreferenceStore for Held {
    async fn fence(&self, partition: Partition) -> Result<penchant_ports::Epoch, PortError> {
        self.store.fence(partition).await
    }

    async fn load(&self, users: &[UserKey]) -> Result<Vec<penchant_core::UserState>, PortError> {
        self.store.load(users).await
    }

    async fn commit(&self, _: penchant_ports::CommitBatch) -> Result<(), PortError> {
        self.begun.notify_one();
        self.go.notified().await;
        Err((self.fails)())
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        self.store.checkpoint().await
    }
}

/// How a run ends whose last commit fails like this after it was told to stop.
async fn ends_with(fails: fn() -> PortError) -> Result<()> {
    let Stage { store, parts, log, .. } = stage(Vec::new());
    let held = Arc::new(Held { store, begun: Default::default(), go: Default::default(), fails });
    let store: Arc<dyn PreferenceStore> = Arc::<Held>::clone(&held);
    let learner = over(&parts, &Config::load(None, Vec::new()).unwrap(), store, None);
    let stage = Stage { store: Arc::clone(&held.store), parts, log, learner };
    stage.tell("a").await;
    let (stop, running) = stage.start();
    held.begun.notified().await;
    stop.cancel();
    held.go.notify_one();
    tokio::time::timeout(Duration::from_secs(60), running).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_stop_ends_well_when_what_is_left_is_delivered_again() {
    ends_with(|| PortError::new(PortErrorKind::Fenced, "taken over")).await.unwrap();
    let broken = ends_with(|| PortError::new(PortErrorKind::Invariant, "refused")).await;
    assert!(broken.is_err(), "that is for a person");
}

#[tokio::test]
async fn a_commit_that_would_break_a_promise_is_counted_where_it_is_refused() {
    let metrics = penchant_telemetry::install_metrics().unwrap();
    // No other test here breaks this one.
    let series = "penchant_invariant_violations_total{invariant=\"INV-9\"}";
    assert!(metrics.render().contains(&format!("{series} 0")), "{}", metrics.render());
    let refused = || {
        let seen = "the erasure mark would be lost".to_owned();
        PortError::breaking(Violation { invariant: Invariant::ErasedIsErased, seen })
    };
    ends_with(refused).await.unwrap_err();
    assert!(metrics.render().contains(&format!("{series} 1")), "{}", metrics.render());
}
