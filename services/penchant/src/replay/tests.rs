//! Rebuilding over ports in memory: what the black-box tests cannot make happen at will.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use penchant_core::event::{EventBody, Statement};
use penchant_core::posterior::HalfLives;
use penchant_core::{
    Context, Event, EventId, Position, TenantId, UserCommit, UserId, UserKey, UserState,
};
use penchant_embed::Lexical;
use penchant_ports::memory::{MemoryGenerations, MemoryLog, MemoryStore};
use penchant_ports::{Clock as _, CommitBatch, Payload, PreferenceStore as _, SystemClock};
use penchant_testkit::builders;

use super::memory::Memory;
use super::*;

const OPTIONS: Options =
    Options { from_start: false, accept_differences: false, discard_old: false, shown: 10 };

struct Stage {
    log: Arc<MemoryLog>,
    generations: Arc<MemoryGenerations>,
    parts: Parts,
    config: Config,
}

fn user(name: &str) -> UserKey {
    UserKey::new(TenantId::try_new("default").unwrap(), UserId::try_new(name).unwrap())
}

impl Stage {
    fn new() -> Self {
        let log = Arc::new(MemoryLog::with_partitions(Arc::new(SystemClock), 3));
        let generations = Arc::new(MemoryGenerations::new());
        let parts = Parts {
            log: Arc::<MemoryLog>::clone(&log),
            log_name: "memory",
            settle: None,
            dead_letters: None,
            store: Arc::<MemoryGenerations>::clone(&generations),
            reader: Arc::<MemoryGenerations>::clone(&generations),
            store_name: "memory",
            embedder: Arc::new(Lexical::default()),
            model: None,
            warnings: Vec::new(),
            clock: Arc::new(SystemClock),
            rates: HalfLives::default(),
        };
        let mut config = Config::load(None, Vec::new()).unwrap();
        config.learner.max_batch = 7;
        Self { log, generations, parts, config }
    }

    async fn tell(&self, name: &str, id: &str, body: EventBody) -> Position {
        let event = Event {
            id: EventId::try_new(id).unwrap(),
            user: user(name),
            session: None,
            occurred_at: SystemClock.now(),
            imported: false,
            context: Context::default(),
            body,
        };
        self.log.append(vec![event]).await.pop().unwrap().unwrap()
    }

    async fn say(&self, name: &str, id: &str, text: &str) -> Position {
        let text = format!("I prefer {text}.");
        self.tell(name, id, EventBody::Statement(Statement { text })).await
    }

    /// Five users' wishes, some of them changed.
    async fn story(&self) {
        for n in 0..60 {
            let thing = ["oat milk", "short answers", "window seats", "jazz"][n % 4];
            self.say(&format!("user-{}", n % 5), &format!("e{n}"), &format!("{thing} {n}")).await;
        }
    }

    async fn ends(&self) -> Checkpoint {
        let mut ends = Checkpoint::default();
        for (partition, next_offset) in self.log.ends().await.unwrap() {
            ends.advance(CheckpointDelta { partition, next_offset }).unwrap();
        }
        ends
    }

    /// Learns what there is into the serving generation.
    async fn learn(&self) {
        self.learn_into(Arc::<MemoryGenerations>::clone(&self.generations), &self.ends().await)
            .await;
    }

    async fn learn_into(&self, store: Arc<dyn PreferenceStore>, upto: &Checkpoint) {
        let feed = Feed::new(Arc::clone(&self.parts.log));
        let parts = Parts { log: Arc::new(feed.clone()), ..self.parts.clone() };
        feed.until(upto.iter().collect());
        let learner = roles::learner::over(&parts, &self.config, store, None);
        learner.run(CancellationToken::new()).await.unwrap();
    }

    fn replay(&self) -> Replay {
        let generations = Arc::<MemoryGenerations>::clone(&self.generations);
        Replay::over(self.config.clone(), self.parts.clone(), generations)
    }

    async fn rebuilt(&self, options: Options) -> Report {
        self.replay().run(options, &|_| {}).await.unwrap()
    }

    async fn state(&self, name: &str) -> UserState {
        self.generations.load(&[user(name)]).await.unwrap().remove(0)
    }

    /// Writes a state nobody learnt into the serving generation.
    async fn tamper(&self, name: &str, change: impl FnOnce(&mut UserState)) {
        let partition = self.log.partition_of(&user(name));
        let epoch = self.generations.fence(partition).await.unwrap();
        let mut state = self.state(name).await;
        let base_revision = state.head.revision;
        change(&mut state);
        state.head.revision += 1;
        state.head.epoch = epoch;
        let next_offset = self.generations.checkpoint().await.unwrap().next_offset(partition);
        let commit = UserCommit {
            user: user(name),
            base_revision,
            head: state.head,
            preferences: state.preferences,
            revisions: Vec::new(),
            erase: false,
        };
        let checkpoint = CheckpointDelta { partition, next_offset };
        let batch = CommitBatch { epoch, checkpoint, users: vec![commit] };
        self.generations.commit(batch).await.unwrap();
    }

    /// What the log means, learnt at once into a store of its own.
    async fn wanted(&self, name: &str) -> Memory {
        let store = Arc::new(MemoryStore::new());
        self.learn_into(Arc::<MemoryStore>::clone(&store), &self.ends().await).await;
        let state = store.load(&[user(name)]).await.unwrap().remove(0);
        Memory::of(state).unwrap()
    }
}

#[tokio::test]
async fn a_rebuilt_store_is_the_same_and_serves() {
    let stage = Stage::new();
    stage.story().await;
    stage.learn().await;
    let first = stage.rebuilt(OPTIONS).await;
    assert_eq!((first.switched, first.generation, first.previous), (true, 1, 0), "{first:?}");
    assert_eq!((first.equal, first.different, first.users), (5, 0, 5), "{first:?}");
    assert_eq!((first.records, first.records_before), (60, 0), "{first:?}");
    assert_eq!(stage.generations.serving().await.unwrap(), 1);
    for n in 0..5 {
        let name = format!("user-{n}");
        let rebuilt = Memory::of(stage.state(&name).await).unwrap();
        assert_eq!(stage.wanted(&name).await.differences(&rebuilt), [], "{name}");
    }
    let options = Options { discard_old: true, ..OPTIONS };
    let again = stage.rebuilt(options).await;
    assert_eq!(again.digest, first.digest, "the same log gives the same memory");
    assert!(again.discarded);
    assert_eq!(Generations::list(&*stage.generations).await.unwrap(), [0, 2]);
}

#[tokio::test]
async fn what_differs_is_named_and_not_switched_to_unless_accepted() {
    let stage = Stage::new();
    stage.story().await;
    stage.learn().await;
    stage
        .tamper("user-3", |state| state.preferences.push(builders::preference("zanzibarine")))
        .await;
    let report = stage.rebuilt(OPTIONS).await;
    assert_eq!((report.switched, report.equal, report.different), (false, 4, 1), "{report:?}");
    assert_eq!(stage.generations.serving().await.unwrap(), 0);
    let named = &report.differences[0];
    assert_eq!((named.user.as_str(), named.differences.len()), ("user-3", 1));
    let difference = named.differences[0].to_string();
    assert_eq!(difference, "zanzibarine: only in the serving generation");

    let options = Options { accept_differences: true, shown: 0, ..OPTIONS };
    let report = stage.rebuilt(options).await;
    assert_eq!((report.resumed, report.records_before), (true, 60), "nothing is learnt again");
    assert_eq!((report.switched, report.different), (true, 1), "{report:?}");
    assert!(report.differences.is_empty(), "{report:?}");
    assert_eq!(stage.generations.serving().await.unwrap(), 1);
    let ids: Vec<String> =
        stage.state("user-3").await.preferences.iter().map(|p| p.id.to_string()).collect();
    assert!(!ids.contains(&"zanzibarine".to_owned()), "{ids:?}");
}

#[tokio::test]
async fn an_interrupted_rebuild_goes_on_where_it_stood() {
    let stage = Stage::new();
    stage.story().await;
    stage.learn().await;
    let begun = stage.generations.build().await.unwrap();
    let half: Checkpoint = {
        let mut half = Checkpoint::default();
        for (partition, end) in stage.ends().await.iter() {
            half.advance(CheckpointDelta { partition, next_offset: end / 2 }).unwrap();
        }
        half
    };
    stage.learn_into(begun.store, &half).await;
    let done: u64 = half.iter().map(|(_, next)| next).sum();
    assert!(done > 0 && done < 60);
    let steps = Mutex::new(Vec::new());
    let told = |step| steps.lock().unwrap().push(step);
    let report = stage.replay().run(OPTIONS, &told).await.unwrap();
    assert_eq!((report.resumed, report.records_before), (true, done), "{report:?}");
    assert_eq!((report.switched, report.equal), (true, 5), "{report:?}");
    let steps = steps.into_inner().unwrap();
    assert_eq!(steps[0], Step::Building { number: 1, serving: 0, resumed: true });
    let learnt: Vec<u64> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Learning { done, .. } => Some(*done),
            _ => None,
        })
        .collect();
    assert!(learnt.first() >= Some(&done) && learnt.last() == Some(&60), "{learnt:?}");

    // What was begun can be given up for a beginning.
    let begun = stage.generations.build().await.unwrap();
    stage.learn_into(begun.store, &half).await;
    let options = Options { from_start: true, ..OPTIONS };
    let report = stage.rebuilt(options).await;
    assert_eq!((report.resumed, report.records_before), (false, 0), "{report:?}");
    assert!(report.switched && report.generation > begun.number, "{report:?}");
}

#[tokio::test]
async fn what_stands_before_an_erasure_is_not_learnt_even_for_a_moment() {
    let stage = Stage::new();
    stage.say("ada", "a1", "zanzibarine").await;
    stage.say("bob", "b1", "tea").await;
    let erase = stage.tell("ada", "a2", EventBody::Erase).await;
    stage.say("ada", "a3", "plain walls").await;
    // A resend of the erasure takes nothing more away.
    let again = stage.parts.log.read(erase.partition, erase.offset, 1).await.unwrap().remove(0);
    let Payload::Event(again) = again.payload else { panic!("{again:?}") };
    let feed = Feed::new(Arc::new(Resending(Arc::clone(&stage.log), *again)));
    feed.survey(&Checkpoint::default(), &Checkpoint::default(), &|_| {}).await.unwrap();
    let partition = stage.log.partition_of(&user("ada"));
    feed.until([(partition, u64::MAX)].into());
    let mut consumer = feed.consume(Checkpoint::default()).await.unwrap();
    let mut lane = consumer.next_lane().await.unwrap().unwrap();
    let mut adas = Vec::new();
    while let Some(delivery) = lane.deliveries.recv().await {
        match delivery.payload {
            Payload::Event(event) if event.user == user("ada") => adas.push(event.id.to_string()),
            Payload::Event(_) => {}
            other => adas.push(format!("{other:?}").to_lowercase()),
        }
    }
    assert_eq!(adas, ["erased", "a2", "a3", "a2"]);
    assert_eq!((feed.erased_users(), feed.left_out()), (1, 1));
}

/// A log on which an event was sent once more.
struct Resending(Arc<MemoryLog>, Event);

#[async_trait::async_trait]
impl EventLog for Resending {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        self.0.append(events).await
    }

    fn partition_of(&self, user: &UserKey) -> Partition {
        self.0.partition_of(user)
    }

    async fn consume(
        &self,
        from: Checkpoint,
    ) -> Result<Box<dyn penchant_ports::LogConsumer>, PortError> {
        self.0.consume(from).await
    }

    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<penchant_ports::Delivery>, PortError> {
        let mut found = self.0.read(partition, offset, limit).await?;
        let end = self.0.ends().await?.get(&partition).copied().unwrap_or(0);
        if partition == self.partition_of(&self.1.user) && offset <= end {
            found.push(penchant_ports::Delivery {
                position: Position { partition, offset: end },
                logged_at: self.1.occurred_at,
                payload: Payload::Event(Box::new(self.1.clone())),
            });
        }
        Ok(found)
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        let mut ends = self.0.ends().await?;
        *ends.entry(self.partition_of(&self.1.user)).or_default() += 1;
        Ok(ends)
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        self.0.erase(user, upto).await
    }

    async fn check(&self) -> Result<(), PortError> {
        Ok(())
    }
}

#[tokio::test]
async fn an_erasure_that_the_serving_generation_has_yet_to_learn_is_no_difference() {
    let stage = Stage::new();
    stage.story().await;
    stage.learn().await;
    let erased = stage.tell("user-2", "gone", EventBody::Erase).await;
    let report = stage.rebuilt(OPTIONS).await;
    assert_eq!((report.switched, report.equal, report.different), (true, 4, 0), "{report:?}");
    assert_eq!((report.pending, report.erased_users), (1, 1), "{report:?}");
    assert_eq!(report.erased_records, 12, "{report:?}");
    assert_eq!(stage.state("user-2").await, UserState::default());
    stage.learn().await;
    let after = stage.state("user-2").await;
    assert_eq!(after.head.erased.map(|erased| erased.position), Some(erased));
    assert!(after.preferences.is_empty());
}

#[tokio::test]
async fn an_empty_store_is_left_to_a_learner() {
    let stage = Stage::new();
    stage.story().await;
    let error = stage.replay().run(OPTIONS, &|_| {}).await.unwrap_err();
    assert!(error.to_string().contains("nothing to rebuild"), "{error}");
    assert_eq!(Generations::list(&*stage.generations).await.unwrap(), [0]);
}

#[tokio::test]
async fn only_earlier_generations_are_gone_back_to() {
    let stage = Stage::new();
    stage.story().await;
    stage.learn().await;
    stage.rebuilt(OPTIONS).await;
    let replay = stage.replay();
    let (all, end) = replay.list().await.unwrap();
    assert_eq!(end, 60);
    let expected = [(0, false, 60), (1, true, 60)];
    let listed: Vec<_> = all.iter().map(|one| (one.number, one.serving, one.reflects)).collect();
    assert_eq!(listed, expected);
    stage.generations.build().await.unwrap();
    assert!(replay.switch_back(2).await.is_err(), "half built");
    assert_eq!(replay.switch_back(0).await.unwrap(), 1);
    assert_eq!(stage.generations.serving().await.unwrap(), 0);
    assert!(replay.discard(0).await.is_err(), "it serves");
    replay.discard(2).await.unwrap();
    assert!(replay.discard(2).await.is_err(), "it is gone");
}

/// A learner goes on learning into the serving generation, one user never rests, and the switch
/// comes in the middle of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_while_everything_goes_on() {
    let stage = Arc::new(Stage::new());
    stage.story().await;
    let learner = roles::learner::build(&stage.parts, &stage.config);
    let stop = CancellationToken::new();
    let learning =
        tokio::spawn(roles::learner::run(learner.clone(), stage.parts.clone(), stop.clone()));
    let enough = Arc::new(AtomicBool::new(false));
    let telling = tokio::spawn({
        let (stage, enough) = (Arc::clone(&stage), Arc::clone(&enough));
        async move {
            let mut told = 0;
            while !enough.load(Ordering::SeqCst) {
                stage.say("hot", &format!("h{told}"), &format!("thing {}", told % 50)).await;
                told += 1;
                tokio::task::yield_now().await;
            }
            told
        }
    });
    let mut progress = learner.progress();
    let begun = progress.wait_for(|now| now.iter().map(|(_, next)| next).sum::<u64>() >= 60);
    tokio::time::timeout(Duration::from_secs(60), begun).await.unwrap().unwrap();
    let report = stage.rebuilt(OPTIONS).await;
    assert_eq!((report.switched, report.different, report.equal), (true, 0, 6), "{report:?}");
    enough.store(true, Ordering::SeqCst);
    assert!(telling.await.unwrap() > 0);
    // Idle partitions, too: nothing more is said, and the learner comes to the end all the same.
    let end = stage.ends().await;
    let all = async {
        while stage.generations.checkpoint().await.unwrap() != end {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.unwrap();
    stop.cancel();
    learning.await.unwrap().unwrap();
    for name in ["hot", "user-0", "user-1", "user-2", "user-3", "user-4"] {
        let rebuilt = Memory::of(stage.state(name).await).unwrap();
        assert_eq!(stage.wanted(name).await.differences(&rebuilt), [], "{name}");
    }
}
