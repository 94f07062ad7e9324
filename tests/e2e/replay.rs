//! The store built anew from the log while everything goes on: Kafka and Qdrant, and the service's
//! own processes.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use penchant_core::{
    CheckpointDelta, Partition, Preference, TenantId, Timestamp, UserCommit, UserId, UserKey,
    UserState,
};
use penchant_embed::Lexical;
use penchant_kafka::{KafkaConfig, KafkaLog};
use penchant_ports::{
    CommitBatch, Embedder as _, EventLog as _, Generations as _, PreferenceStore as _,
};
use penchant_proto::v1;
use penchant_qdrant::{QdrantConfig, QdrantStore};
use penchant_testkit::builders;
use penchant_tests::app::{App, binary};
use penchant_tests::events::event;
use penchant_tests::kafka::Kafka;
use penchant_tests::llm::Llm;
use penchant_tests::oracle;
use penchant_tests::qdrant::Qdrant;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::split::{configuration, position, start};

const PARTITIONS: u32 = 3;
const PATIENCE: Duration = Duration::from_secs(90);
const CANARY: &str = "zanzibarine";

/// A log and a store of one test's own, and what an observer sees of them.
struct Stage {
    folder: tempfile::TempDir,
    config: PathBuf,
    log: KafkaLog,
    store: QdrantStore,
    embedder: Lexical,
}

fn user(name: &str) -> UserKey {
    UserKey::new(TenantId::try_new("default").unwrap(), UserId::try_new(name).unwrap())
}

impl Stage {
    async fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = configuration(folder.path(), name);
        let name = format!("{name}-{}", std::process::id());
        let kafka = KafkaConfig {
            dead_letter_topic: format!("{name}.dead"),
            group: name.clone(),
            partitions: PARTITIONS,
            ..KafkaConfig::new(Kafka::shared().address()).with_topic(format!("{name}.events"))
        };
        let log = KafkaLog::connect(kafka).await.unwrap();
        let embedder = Lexical::default();
        let qdrant = QdrantConfig {
            collection: name,
            allow_old_server: true,
            timeout: Duration::from_secs(20),
            ..QdrantConfig::new(Qdrant::shared().url())
        };
        let store = QdrantStore::connect(qdrant, embedder.info()).await.unwrap();
        Self { folder, config, log, store, embedder }
    }

    fn start(&self, role: &str) -> App {
        start(self.folder.path(), &self.config, role)
    }

    /// `penchant replay`, in small batches, so that it can be met half-way.
    fn replay(&self, arguments: &[&str]) -> Child {
        Command::new(binary())
            .arg("replay")
            .args(arguments)
            .args(["--embedder", "lexical", "--config", self.config.to_str().unwrap()])
            .env("PENCHANT__LEARNER__MAX_BATCH", "20")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// The same, waited for: exit code and report.
    fn replayed(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.replay(&[arguments, &["--json"]].concat()).wait_with_output().unwrap();
        report(&output)
    }

    async fn reached(&self) -> bool {
        let ends = self.log.ends().await.unwrap();
        let stored = self.store.checkpoint().await.unwrap();
        ends.iter().all(|(partition, end)| stored.next_offset(*partition) >= *end)
    }

    /// Waits until all that is on the log has taken effect in the serving generation.
    async fn learnt(&self) {
        let until = Instant::now() + PATIENCE;
        while !self.reached().await {
            assert!(Instant::now() < until, "not learnt within {PATIENCE:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn state(&self, name: &str) -> UserState {
        self.store.load(&[user(name)]).await.unwrap().remove(0)
    }

    /// Whether the serving generation is what the reference fold makes of the log: each event once.
    async fn judge(&self) -> usize {
        let mut records = Vec::new();
        for n in 0..PARTITIONS {
            let end = self.log.ends().await.unwrap()[&Partition(n)];
            let mut next = 0;
            while next < end {
                let read = self.log.read(Partition(n), next, 1_000).await.unwrap();
                next = read.last().unwrap().position.next_offset();
                records.extend(read);
            }
        }
        let expected = oracle::reference(&records, &self.embedder).await;
        for (user, wanted) in &expected {
            let stored = self.store.load(std::slice::from_ref(user)).await.unwrap().remove(0);
            oracle::assert_same(user, &stored.preferences, &wanted.preferences);
            oracle::assert_same_head(user, &stored.head, &wanted.head);
        }
        records.len()
    }

    /// Puts a preference into the serving generation that nobody has expressed.
    async fn tamper(&self, name: &str) {
        let partition = self.log.partition_of(&user(name));
        let epoch = self.store.fence(partition).await.unwrap();
        let mut head = self.state(name).await.head;
        let base_revision = head.revision;
        head.revision += 1;
        head.epoch = epoch;
        let words = format!("prefers {CANARY}");
        let vector = self.embedder.embed(std::slice::from_ref(&words)).await.unwrap().remove(0);
        // Nothing older than an erasure would be taken.
        let since = head.erased.map_or(0, |erased| erased.at.as_millis() + 1);
        let preference = Preference {
            description: words,
            valid_from: Timestamp::from_millis(since),
            updated_at: Timestamp::from_millis(since),
            context: vector.clone(),
            content: vector,
            evidence: Vec::new(),
            ..builders::preference("tampered")
        };
        let next_offset = self.store.checkpoint().await.unwrap().next_offset(partition);
        // At what the user did last: nothing may cite what has not taken effect.
        let offset = head.checkpoint.next_offset(partition) - 1;
        let at = penchant_core::Position { partition, offset };
        let commit = UserCommit {
            user: user(name),
            base_revision,
            head,
            revisions: vec![builders::revision(&preference, at)],
            preferences: vec![preference],
            erase: false,
        };
        let checkpoint = CheckpointDelta { partition, next_offset };
        self.store.commit(CommitBatch { epoch, checkpoint, users: vec![commit] }).await.unwrap();
    }
}

fn report(output: &Output) -> (i32, Value) {
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or(-1);
    let report = serde_json::from_slice(&output.stdout);
    (code, report.unwrap_or_else(|error| panic!("{error}, exit code {code}: {said}")))
}

/// Seeded events of eight users.
struct Told {
    dice: ChaCha8Rng,
    next: usize,
}

impl Told {
    fn new(seed: u64) -> Self {
        Self { dice: ChaCha8Rng::seed_from_u64(seed), next: 0 }
    }

    async fn tell(&mut self, app: &App, count: usize) {
        let events = (0..count).map(|n| event(&mut self.dice, self.next + n, 8)).collect();
        self.next += count;
        let request = v1::RecordEventsRequest { events };
        let answer = app.events().await.record_events(request).await.unwrap().into_inner();
        for result in answer.results {
            let outcome = result.outcome.unwrap();
            assert!(matches!(outcome, v1::event_result::Outcome::Accepted(_)), "{outcome:?}");
        }
    }
}

/// One read, which must answer whatever goes on.
async fn read(app: &App, number: usize) {
    let request = v1::RetrieveRequest {
        user_id: format!("user-{}", number % 8),
        context: Some(v1::Context { text: "seats and milk".into(), ..v1::Context::default() }),
        ..v1::RetrieveRequest::default()
    };
    let answer = app.preferences().await.retrieve(request).await;
    assert!(answer.is_ok(), "read {number}: {answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_serves_and_learns_all_along_and_loses_nothing() {
    let stage = Stage::new("rebuild").await;
    let (gateway, learner) = (stage.start("gateway"), stage.start("learner"));
    let mut told = Told::new(7);
    told.tell(&gateway, 200).await;
    stage.learnt().await;
    let mut replaying = stage.replay(&["--json"]);
    let mut meanwhile = 0;
    while replaying.try_wait().unwrap().is_none() {
        told.tell(&gateway, 1).await;
        read(&gateway, meanwhile).await;
        meanwhile += 1;
    }
    let (code, report) = report(&replaying.wait_with_output().unwrap());
    assert_eq!((code, &report["switched"], &report["different"]), (0, &true.into(), &0.into()));
    assert_eq!((&report["equal"], &report["generation"]), (&8.into(), &1.into()), "{report}");
    assert!(meanwhile > 3, "{meanwhile} events and reads during the rebuild: too few to tell");
    assert_eq!(stage.store.serving().await.unwrap(), 1);
    // No process was started anew; the learner goes on in the new generation.
    stage.learnt().await;
    told.tell(&gateway, 20).await;
    stage.learnt().await;
    assert_eq!(stage.judge().await, 220 + meanwhile);
    assert!(learner.metric("penchant_learn_restarts_total{reason=\"fenced\"}").await >= 1.0);

    // Nothing happens meanwhile: each rebuild gives the same memory, to the digest.
    let (_, one) = stage.replayed(&["--discard-old"]);
    let (_, other) = stage.replayed(&["--discard-old"]);
    assert_eq!(one["digest"], other["digest"]);
    println!(
        "{meanwhile} events and reads during a rebuild of {} s; {} records in peace: {} s",
        report["seconds"], other["records"], other["seconds"]
    );
    assert_eq!((&other["generation"], &other["discarded"]), (&3.into(), &true.into()), "{other}");
    assert_eq!(stage.store.list().await.unwrap(), [0, 3]);
    stage.judge().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_was_killed_goes_on_where_it_stood() {
    let stage = Stage::new("killed").await;
    let (gateway, learner) = (stage.start("gateway"), stage.start("learner"));
    Told::new(8).tell(&gateway, 300).await;
    stage.learnt().await;
    let mut replaying = stage.replay(&[]);
    let mut lines = BufReader::new(replaying.stderr.take().unwrap()).lines();
    let learnt = loop {
        let line = lines.next().expect("it says how far it is").unwrap();
        let Some((done, _)) = line.split_once(" of 300 records learnt") else { continue };
        let done: u64 = done.parse().unwrap();
        if done > 0 {
            break done;
        }
    };
    replaying.kill().unwrap();
    replaying.wait().unwrap();
    assert!(learnt < 300, "killed too late to tell");
    assert_eq!(stage.store.serving().await.unwrap(), 0);

    let mut replaying = stage.replay(&[]);
    let (mut said, mut progress) = (String::new(), String::new());
    replaying.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    replaying.stderr.take().unwrap().read_to_string(&mut progress).unwrap();
    assert!(replaying.wait().unwrap().success(), "{said}{progress}");
    assert!(progress.contains("going on with generation 1 while 0 serves"), "{progress}");
    let before = said.split_once(" learnt before").expect(&said).0.rsplit('(').next().unwrap();
    let before: u64 = before.parse().unwrap();
    assert!(before >= learnt && before < 300, "{said}");
    assert!(said.contains("memories: 8 equal, 0 different"), "{said}");
    assert!(said.contains("generation 1 serves; 0 is kept"), "{said}");
    assert_eq!(stage.judge().await, 300);
    assert_eq!(learner.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_not_switched_to_and_nobody_who_was_erased_returns() {
    let stage = Stage::new("erased").await;
    let (gateway, learner) = (stage.start("gateway"), stage.start("learner"));
    for name in ["ada", "bob", "cleo"] {
        let words = format!("I prefer {CANARY} wallpaper.");
        gateway.said(&["record", "--user", name, "--statement", &words]);
    }
    gateway.said(&["erase", "--user", "ada", "--yes"]);
    stage.learnt().await;
    assert_eq!(learner.stop(), Some(0));
    // Nobody learns that bob is gone, too; what the store holds of ada is a lie.
    gateway.said(&["erase", "--user", "bob", "--yes"]);
    stage.tamper("ada").await;

    let (code, report) = stage.replayed(&[]);
    assert_eq!((code, &report["switched"], &report["different"]), (3, &false.into(), &1.into()));
    assert_eq!((&report["equal"], &report["pending"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(&report["erased_users"], &2, "{report}");
    let named = &report["differences"][0];
    assert_eq!(named["user"], "ada", "{report}");
    assert_eq!(named["differences"][0]["preference"], "tampered", "{report}");
    assert!(!report.to_string().contains(CANARY), "{report}");
    assert_eq!(stage.store.serving().await.unwrap(), 0);

    // bob is not in the new generation, though his erasure lies beyond what was rebuilt.
    let built = stage.store.open(1).await.unwrap();
    let states = built.store.load(&[user("ada"), user("bob"), user("cleo")]).await.unwrap();
    let held: Vec<usize> = states.iter().map(|state| state.preferences.len()).collect();
    assert_eq!(held, [0, 0, 1]);
    assert_eq!(states[1], UserState::default());

    let output = stage.replay(&["--accept-differences"]).wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("tampered: only in the serving generation"), "{said}");
    assert_eq!(stage.store.serving().await.unwrap(), 1);
    let _learner = stage.start("learner");
    stage.learnt().await;
    stage.judge().await;
    for (name, held) in [("ada", 0), ("bob", 0), ("cleo", 1)] {
        assert_eq!(stage.state(name).await.preferences.len(), held, "{name}");
    }

    // What is left over is listed, gone back to, and removed.
    let config = ["--embedder", "lexical", "--config", stage.config.to_str().unwrap()];
    let command = |arguments: &[&str]| {
        Command::new(binary()).arg("replay").args(arguments).args(config).output().unwrap()
    };
    let listed = String::from_utf8(command(&["list"]).stdout).unwrap();
    assert!(listed.contains("1      serves, reflects"), "{listed}");
    assert!(!command(&["discard", "1"]).status.success(), "it serves");
    assert!(command(&["discard", "0"]).status.success());
    assert_eq!(stage.store.list().await.unwrap(), [1]);
    let refused = command(&["switch", "0"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no generation 0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_proposed_is_rebuilt_with_the_model_down() {
    let stage = Stage::new("proposed").await;
    let script = tempfile::NamedTempFile::new().unwrap();
    let line = r#"{"match": "seat", "reply": {"operations": [{"operation": "add", "turn": 1, "description": "prefers aisle seats", "polarity": "prefer", "scope": "always", "occasion": ""}]}}"#;
    std::fs::write(script.path(), line).unwrap();
    let llm = Llm::start("ok", &["--script", script.path().to_str().unwrap()]);
    let settings = format!(
        "[llm]\nbase_url = \"{}\"\nmodel = \"scripted\"\ntimeout = \"20s\"\npatience = \"20s\"\n",
        llm.base_url()
    );
    let mut config = std::fs::read_to_string(&stage.config).unwrap();
    config.push_str(&settings);
    std::fs::write(&stage.config, config).unwrap();
    let (gateway, learner) = (stage.start("gateway"), stage.start("learner"));
    let wish = "On long flights an aisle seat is what I go for.";
    let said = gateway.said(&["record", "--user", "ada", "--statement", wish]);
    gateway.said(&["retrieve", "--user", "ada", "--min-position", &position(&said)]);
    assert_eq!(learner.stop(), Some(0));
    assert_eq!(llm.requests().await, 1);
    drop(llm);

    let (code, report) = stage.replayed(&["--discard-old"]);
    assert_eq!((code, &report["equal"]), (0, &1.into()), "{report}");
    let all = gateway.said(&["preferences", "list", "--user", "ada", "--all"]);
    assert_eq!(all.matches("prefers aisle seats").count(), 1, "{all}");
    // Also of what was itself rebuilt.
    let (code, again) = stage.replayed(&[]);
    assert_eq!((code, &again["digest"]), (0, &report["digest"]), "{again}");
}

#[test]
fn an_embedded_store_says_how_it_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(binary())
        .args(["replay", "--embedder", "lexical"])
        .env("PENCHANT__DATA__FOLDER", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("stop the service and move") && said.contains("store.sqlite"), "{said}");
}
