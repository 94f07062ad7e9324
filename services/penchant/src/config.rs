//! Configuration: typed, strict, and complained about all at once.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

mod check;
mod llm;

pub use llm::AnswerFormat;

/// The commented defaults, as printed by `penchant check --print-config`.
pub const DEFAULTS: &str = include_str!("default.toml");

/// A duration written `"5s"`, `"200ms"`, `"60d"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_span(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}ms", self.0.as_millis()))
    }
}

/// Days are not a unit of exact durations for jiff; here they are 24 hours.
fn parse_span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration; write 200ms, 5s, 10m, 2h or 60d");
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let millis = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    number.checked_mul(millis).map(Duration::from_millis).ok_or_else(wrong)
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes events and answers retrievals.
    Gateway,
    /// Learns.
    Learner,
    /// Serves pages for people, on the HTTP address.
    Console,
}

impl Role {
    /// Its name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Learner => "learner",
            Self::Console => "console",
        }
    }
}

/// Where the log lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// SQLite in the data folder.
    Embedded,
    /// Apache Kafka.
    Kafka,
}

/// Where the store lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// SQLite in the data folder.
    Embedded,
    /// Qdrant.
    Qdrant,
}

/// Which embedder runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum EmbedderKind {
    /// MiniLM when its files are there, else lexical with a warning.
    Auto,
    /// MiniLM, or no start.
    Minilm,
    /// Words only, no model.
    Lexical,
    /// A remote OpenAI-compatible endpoint.
    Remote,
}

/// How lines of output look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident : $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty,)* }
    };
}

section! {
    /// Everything. Each field's meaning stands in `default.toml`.
    #[allow(missing_docs)]
    Config {
        server: Server, data: Data, log: Log, store: Store, embedder: Embedder, learner: Learner,
        memory: Memory, retrieve: Retrieve, llm: Llm, auth: Auth, output: Output,
    }
}
section! {
    /// `[server]`
    #[allow(missing_docs)]
    Server {
        roles: Vec<Role>, grpc: SocketAddr, http: SocketAddr, grace: Span,
        allowed_hosts: Vec<String>, max_concurrent: usize,
    }
}
section! {
    /// `[data]`
    #[allow(missing_docs)]
    Data { folder: PathBuf }
}
section! {
    /// `[log]`
    #[allow(missing_docs)]
    Log { kind: LogKind, kafka: Kafka }
}
section! {
    /// `[log.kafka]`
    #[allow(missing_docs)]
    Kafka {
        brokers: String, topic: String, dead_letter_topic: String, group: String,
        partitions: u32, replication: u32, retention: Span, settings: BTreeMap<String, String>,
    }
}
section! {
    /// `[store]`
    #[allow(missing_docs)]
    Store { kind: StoreKind, qdrant: Qdrant }
}
section! {
    /// `[store.qdrant]`
    #[allow(missing_docs)]
    Qdrant {
        url: String, api_key_env: String, collection: String, timeout: Span,
        allow_old_server: bool,
    }
}
section! {
    /// `[embedder]`
    #[allow(missing_docs)]
    Embedder { kind: EmbedderKind, model_dir: PathBuf, cache_mib: u64, remote: RemoteEmbedder }
}
section! {
    /// `[embedder.remote]`
    #[allow(missing_docs)]
    RemoteEmbedder {
        base_url: String, model: String, dimension: usize, api_key_env: String, timeout: Span,
    }
}
section! {
    /// `[learner]`
    #[allow(missing_docs)]
    Learner { max_batch: usize, linger: Span, cached_users: usize }
}
section! {
    /// `[memory]`
    #[allow(missing_docs)]
    Memory { max_live: usize, inferred_half_life: Span, stated_half_life: Span }
}
section! {
    /// `[retrieve]`
    #[allow(missing_docs)]
    Retrieve { k: u32, max_tokens: u32, population_users: usize, population_every: Span }
}
section! {
    /// `[llm]`
    #[allow(missing_docs)]
    Llm {
        base_url: String, model: String, api_key_env: String, timeout: Span, patience: Span,
        budget_per_minute: u32, response_format: AnswerFormat, temperature: f32, max_tokens: u32,
        record: PathBuf, replay: PathBuf,
    }
}
section! {
    /// `[auth]`
    #[allow(missing_docs)]
    Auth { tokens: Vec<Token> }
}
section! {
    /// One accepted token.
    #[allow(missing_docs)]
    Token { sha256: String, tenant: String }
}
section! {
    /// `[output]`
    #[allow(missing_docs)]
    Output { format: OutputFormat, filter: String }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the configuration cannot be used:")?;
        self.0.iter().try_for_each(|problem| writeln!(f, "  - {problem}"))
    }
}

impl std::error::Error for Problems {}

/// Flags that override the configuration, as `section.key` and value.
pub type Overrides = Vec<(&'static str, figment::value::Value)>;

impl Config {
    /// Defaults, then `file`, then the environment, then flags; checked as a whole.
    ///
    /// # Errors
    /// [`Problems`]: all of them, not just the first.
    pub fn load(file: Option<&Path>, overrides: Overrides) -> Result<Self, Problems> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = file {
            if !path.is_file() {
                return Err(Problems(vec![format!("--config {}: no such file", path.display())]));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        figment = figment.merge(Env::prefixed("PENCHANT__").split("__"));
        for (key, value) in overrides {
            figment = figment.merge(Serialized::default(key, value));
        }
        let config: Self = figment
            .extract()
            .map_err(|errors| Problems(errors.into_iter().map(|e| e.to_string()).collect()))?;
        let problems = check::problems(&config);
        if problems.is_empty() { Ok(config) } else { Err(Problems(problems)) }
    }

    /// The same, with what is secret left out: for showing.
    #[must_use]
    pub fn shown(&self) -> Self {
        let mut shown = self.clone();
        for (name, value) in &mut shown.log.kafka.settings {
            if ["password", "secret", "token", "pem", "sasl.jaas"].iter().any(|s| name.contains(s))
            {
                *value = "(not shown)".to_owned();
            }
        }
        shown
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_is_a_valid_configuration() {
        let config = Config::load(None, Vec::new()).unwrap();
        assert_eq!(config.server.grpc.port(), 7600);
        assert_eq!(config.memory.inferred_half_life.0, Duration::from_secs(60 * 86_400));
    }

    #[test]
    fn all_problems_are_reported_at_once_and_unknown_keys_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bad.toml");
        std::fs::write(&file, "[server]\ngrpc = \"0.0.0.0:1\"\n[learner]\nmax_batch = 0\n")
            .unwrap();
        let Problems(problems) = Config::load(Some(&file), Vec::new()).unwrap_err();
        assert_eq!(problems.len(), 2, "{problems:?}");

        let llm = "[llm]\nbase_url = \"http://169.254.169.254/v1\"\nbudget_per_minute = 0\n\
                   record = \"a\"\nreplay = \"b\"\n";
        std::fs::write(&file, llm).unwrap();
        let Problems(problems) = Config::load(Some(&file), Vec::new()).unwrap_err();
        for key in ["llm.base_url: ", "llm.model: ", "llm.budget_per_minute: ", "llm.record, "] {
            assert!(problems.iter().any(|p| p.starts_with(key)), "{key} in {problems:?}");
        }
        assert_eq!(problems.len(), 4, "{problems:?}");

        std::fs::write(&file, "[server]\ngprc = \"127.0.0.1:1\"\n").unwrap();
        let Problems(problems) = Config::load(Some(&file), Vec::new()).unwrap_err();
        assert!(problems[0].contains("gprc"), "{problems:?}");
    }

    fn problems_of(toml: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some.toml");
        std::fs::write(&file, toml).unwrap();
        Config::load(Some(&file), Vec::new()).map_or_else(|Problems(found)| found, |_| Vec::new())
    }

    #[test]
    fn log_and_store_say_everything_that_they_lack() {
        let problems = problems_of(
            "[log]\nkind = \"kafka\"\n[log.kafka]\npartitions = 0\nreplication = 0\n\
             dead_letter_topic = \"penchant.events\"\n\
             settings = { \"acks\" = \"0\" }\n\
             [store]\nkind = \"qdrant\"\n[store.qdrant]\ncollection = \"\"\ntimeout = \"0s\"\n",
        );
        for key in [
            "log.kafka.brokers",
            "partitions must",
            "replication must",
            "topics of their own",
            "acks",
            "store.qdrant.url",
            "store.qdrant.collection",
            "store.qdrant.timeout",
        ] {
            assert!(problems.iter().any(|p| p.contains(key)), "{key} in {problems:?}");
        }
        assert_eq!(problems.len(), 8, "{problems:?}");
    }

    #[test]
    fn what_lives_in_a_folder_is_not_shared_between_processes() {
        let kafka = "[log]\nkind = \"kafka\"\n[log.kafka]\nbrokers = \"127.0.0.1:9092\"\n";
        let qdrant =
            "[store]\nkind = \"qdrant\"\n[store.qdrant]\nurl = \"http://127.0.0.1:6334\"\n";
        let split = "[server]\nroles = [\"gateway\"]\n";
        assert!(problems_of(kafka).is_empty(), "both roles in one process may use the folder");
        assert!(problems_of(&format!("{kafka}{qdrant}{split}")).is_empty());
        let store = problems_of(&format!("{kafka}{split}"));
        assert!(store.len() == 1 && store[0].contains("store.kind"), "{store:?}");
        let log = problems_of(&format!("{qdrant}{split}"));
        assert!(log.len() == 1 && log[0].contains("log.kind"), "{log:?}");
    }

    #[test]
    fn passwords_are_not_shown() {
        let mut config = Config::load(None, Vec::new()).unwrap();
        config.log.kafka.settings.insert("sasl.password".to_owned(), "hunter2".to_owned());
        config.log.kafka.settings.insert("sasl.username".to_owned(), "ada".to_owned());
        let shown = toml::to_string(&config.shown()).unwrap();
        assert!(shown.contains("ada") && !shown.contains("hunter2"), "{shown}");
    }
}
