//! The real parts of one scenario: topics, group and store that nobody else uses, and the
//! processes on them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use penchant_core::{Checkpoint, CheckpointDelta, Partition};
use penchant_embed::Lexical;
use penchant_kafka::{KafkaConfig, KafkaLog};
use penchant_ports::{Embedder, EventLog as _};
use penchant_proto::v1;
use penchant_proto::v1::admin_service_client::AdminServiceClient;
use penchant_qdrant::{QdrantConfig, QdrantStore};
use penchant_sqlite::SqliteStore;
use penchant_testkit::Store;
use penchant_tests::kafka::Kafka;
use penchant_tests::qdrant::Qdrant;
use tonic::transport::Channel;

use crate::process::Process;

const PARTITIONS: u32 = 6;
/// After how long without a heartbeat the group gives a member up.
const SESSION: Duration = Duration::from_secs(3);
/// After how long without a poll a member gives itself up.
pub(crate) const MAX_POLL: Duration = Duration::from_secs(10);
/// How long learners may take to catch up in peace.
const PATIENCE: Duration = Duration::from_secs(90);

/// Which roles a process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Gateway,
    Learner,
    Both,
}

/// Where a scenario's memory is.
#[derive(Clone)]
pub(crate) enum Memory {
    /// In the data folder of the one process that has all roles.
    Embedded,
    /// On a server that several processes share.
    Server(Arc<Qdrant>),
}

/// One scenario's parts.
pub(crate) struct Scene {
    pub(crate) kafka: KafkaConfig,
    pub(crate) log: KafkaLog,
    pub(crate) embedder: Arc<dyn Embedder>,
    memory: Memory,
    /// The memory as an observer sees it; of an embedded one only its process can be asked.
    store: Option<Arc<dyn Store>>,
    collection: String,
    folder: tempfile::TempDir,
    started: AtomicUsize,
    /// A process that can be asked.
    gateway: Mutex<Option<AdminServiceClient<Channel>>>,
}

impl Scene {
    /// On a broker and a store server that may be shared.
    pub(crate) async fn open(name: &str, kafka: &Kafka, memory: Memory) -> Arc<Self> {
        // A given broker keeps the topics of earlier runs.
        let prefix = format!("chaos-{}-{name}", std::process::id());
        let mut config = KafkaConfig::new(kafka.address()).with_topic(format!("{prefix}.events"));
        config.dead_letter_topic = format!("{prefix}.dead-letters");
        config.group = format!("{prefix}-learners");
        config.partitions = PARTITIONS;
        let settings = [
            ("session.timeout.ms", SESSION),
            ("heartbeat.interval.ms", SESSION / 6),
            ("max.poll.interval.ms", MAX_POLL),
        ];
        config.settings = settings
            .map(|(name, value)| (name.to_owned(), value.as_millis().to_string()))
            .into_iter()
            .collect();
        let log = KafkaLog::connect(config.clone()).await.unwrap();
        let embedder: Arc<dyn Embedder> = Arc::new(Lexical::default());
        let collection = format!("chaos-{name}");
        let store = match &memory {
            Memory::Embedded => None,
            Memory::Server(server) => Some(open_store(server, &collection, &*embedder).await),
        };
        Arc::new(Self {
            kafka: config,
            log,
            embedder,
            memory,
            store,
            collection,
            folder: tempfile::tempdir().unwrap(),
            started: AtomicUsize::new(0),
            gateway: Mutex::default(),
        })
    }

    /// Starts a process; does not wait until it is ready.
    pub(crate) fn spawn(&self, role: Role) -> Process {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}", format!("{role:?}").to_lowercase());
        let file = self.folder.path().join(format!("{name}.toml"));
        std::fs::write(&file, self.configuration(role)).unwrap();
        Process::spawn(&name, &file)
    }

    /// The same; waits until it serves.
    pub(crate) async fn start(&self, role: Role) -> Process {
        let mut process = self.spawn(role);
        process.ready().await;
        if role != Role::Learner {
            let client = AdminServiceClient::new(process.channel().await);
            *self.gateway.lock().unwrap() = Some(client);
        }
        process
    }

    fn configuration(&self, role: Role) -> String {
        let roles = match role {
            Role::Gateway => r#"["gateway"]"#,
            Role::Learner => r#"["learner"]"#,
            Role::Both => r#"["gateway", "learner"]"#,
        };
        let mut text = format!(
            r#"
            [server]
            roles = {roles}
            grpc = "127.0.0.1:0"
            http = "127.0.0.1:0"
            [embedder]
            kind = "lexical"
            [output]
            filter = "info"
            [log]
            kind = "kafka"
            [log.kafka]
            brokers = "{brokers}"
            topic = "{topic}"
            dead_letter_topic = "{dead}"
            group = "{group}"
            partitions = {PARTITIONS}
            [log.kafka.settings]
            "#,
            brokers = self.kafka.brokers,
            topic = self.kafka.topic,
            dead = self.kafka.dead_letter_topic,
            group = self.kafka.group,
        );
        for (name, value) in &self.kafka.settings {
            writeln!(text, "\"{name}\" = \"{value}\"").unwrap();
        }
        match &self.memory {
            Memory::Embedded => {
                writeln!(text, "[data]\nfolder = {:?}", self.data()).unwrap();
            }
            Memory::Server(server) => {
                let (url, collection) = (server.url(), &self.collection);
                writeln!(text, "[store]\nkind = \"qdrant\"\n[store.qdrant]").unwrap();
                writeln!(text, "url = \"{url}\"\ncollection = \"{collection}\"").unwrap();
                // The test server has one lock, and these tests share a small machine.
                writeln!(text, "timeout = \"20s\"").unwrap();
            }
        }
        text
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// How far the log is reflected; `None` while nobody can tell.
    pub(crate) async fn durable(&self) -> Option<Checkpoint> {
        if let Some(store) = &self.store {
            return store.checkpoint().await.ok();
        }
        let client = self.gateway.lock().unwrap().clone();
        let status = client?.get_status(v1::GetStatusRequest {}).await.ok()?.into_inner();
        let mut checkpoint = Checkpoint::default();
        for one in &status.partitions {
            let partition = Partition(one.partition);
            let next_offset = one.next_offset;
            checkpoint.advance(CheckpointDelta { partition, next_offset }).unwrap();
        }
        // Empty when the log or the store could not be asked.
        (!status.partitions.is_empty()).then_some(checkpoint)
    }

    /// Records that have taken effect, all partitions together.
    pub(crate) async fn reflected(&self) -> u64 {
        self.durable().await.map_or(0, |durable| durable.iter().map(|(_, next)| next).sum())
    }

    /// The ends of the log now.
    pub(crate) async fn ends(&self) -> BTreeMap<Partition, u64> {
        self.log.ends().await.unwrap()
    }

    /// Whether everything below these ends has taken effect.
    pub(crate) async fn reflects(&self, ends: &BTreeMap<Partition, u64>) -> bool {
        let durable = self.durable().await.unwrap_or_default();
        ends.iter().all(|(partition, end)| durable.next_offset(*partition) >= *end)
    }

    /// The memory, for looking through it once all processes have stopped.
    pub(crate) fn open_memory(&self) -> Arc<dyn Store> {
        match &self.store {
            Some(store) => Arc::clone(store),
            None => Arc::new(SqliteStore::open(self.data(), self.embedder.info()).unwrap()),
        }
    }

    /// Waits until everything on the log has taken effect; how long that took.
    pub(crate) async fn settle(&self, processes: &mut [&mut Process]) -> Duration {
        let begun = Instant::now();
        let ends = self.ends().await;
        loop {
            if self.reflects(&ends).await {
                return begun.elapsed();
            }
            processes.iter_mut().for_each(|process| process.assert_running());
            assert!(
                begun.elapsed() < PATIENCE,
                "the learners stand at {:?} of {ends:?}\n{}",
                self.durable().await,
                processes.iter().map(|p| p.said()).collect::<Vec<_>>().join("\n---\n")
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn open_store(qdrant: &Qdrant, collection: &str, embedder: &dyn Embedder) -> Arc<dyn Store> {
    let config =
        QdrantConfig { collection: collection.to_owned(), ..QdrantConfig::new(qdrant.url()) };
    Arc::new(QdrantStore::connect(config, embedder.info()).await.unwrap())
}

/// Runs what blocks without holding up the others of this thread.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// Fails the test when `holds` does not come true in time.
pub(crate) async fn until(what: &str, patience: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + patience;
    while !holds().await {
        assert!(Instant::now() < end, "not within {patience:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
