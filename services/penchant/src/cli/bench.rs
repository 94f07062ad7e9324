//! `penchant bench`: speed, as ratios.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::ConfigArgs;
use crate::bench::{Place, embedders, ingest, retrieve};
use crate::config::Config;
use crate::parts::model_dir;

/// Measure speed, always as a ratio within one run.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Learning against a bare consumer of the same log that only decodes
    ///
    /// Runs in a folder of its own, or on the given servers under names of its own. Without
    /// --embedder it runs once with the lexical embedder and, if the model is there, once with
    /// MiniLM.
    Ingest(Ingest),
    /// The whole read path against a raw query of the same store with the same vectors
    Retrieve(Retrieve),
}

/// What both have.
#[derive(Debug, Args)]
struct Common {
    #[command(flatten)]
    config: ConfigArgs,
    /// Which events, which memory
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Qdrant's gRPC address; without it the store is embedded. Its key: PENCHANT_QDRANT_API_KEY
    #[arg(long, value_name = "URL")]
    store_url: Option<String>,
    /// Print one JSON object instead of the tables
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ingest {
    #[command(flatten)]
    common: Common,
    /// How many events
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,
    /// Of how many users
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    users: u32,
    /// Kafka's bootstrap brokers; without them the log is embedded
    #[arg(long, value_name = "HOST:PORT")]
    brokers: Option<String>,
    /// Partitions of the topic made there
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    partitions: u32,
    /// Learners in one group; needs --brokers and --store-url, an embedded log has one
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    learners: u32,
}

#[derive(Debug, Args)]
pub(crate) struct Retrieve {
    #[command(flatten)]
    common: Common,
    /// Users in the store
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    users: u32,
    /// Live preferences of each
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    preferences: u32,
    /// How many questions
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    queries: u32,
}

/// All runs of one command.
#[derive(Serialize)]
struct Runs<T> {
    bench: &'static str,
    version: &'static str,
    profile: &'static str,
    runs: Vec<T>,
}

impl Bench {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        match self {
            Self::Ingest(command) => command.execute().await,
            Self::Retrieve(command) => command.execute().await,
        }
    }
}

impl Common {
    fn load(&self) -> Result<Config> {
        Ok(self.config.load(Vec::new())?)
    }

    fn model_is_there(config: &Config) -> bool {
        model_dir(config).join("model.safetensors").is_file()
    }

    fn tell<T: Serialize>(
        &self,
        bench: &'static str,
        runs: Vec<T>,
        table: fn(&T) -> String,
    ) -> Result<ExitCode> {
        let build = penchant_telemetry::BuildInfo::current();
        if self.json {
            let (version, profile) = (build.version, build.profile);
            println!("{}", serde_json::to_string_pretty(&Runs { bench, version, profile, runs })?);
        } else {
            runs.iter().for_each(|run| println!("{}", table(run)));
            if build.profile != "release" {
                println!("(built as {}: a release build is faster)", build.profile);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Ingest {
    async fn execute(self) -> Result<ExitCode> {
        let config = self.common.load()?;
        let asked = ingest::Settings {
            events: self.events as usize,
            users: self.users as usize,
            learners: self.learners as usize,
            seed: self.common.seed,
        };
        let place = Place {
            brokers: self.brokers.clone(),
            partitions: self.partitions,
            store_url: self.common.store_url.clone(),
        };
        let mut runs = Vec::new();
        for kind in embedders(config.embedder.kind, Common::model_is_there(&config)) {
            runs.push(ingest::run(&config, &place, kind, asked).await?);
        }
        self.common.tell("ingest", runs, ingest::Ingested::table)
    }
}

impl Retrieve {
    async fn execute(self) -> Result<ExitCode> {
        let config = self.common.load()?;
        let asked = retrieve::Settings {
            users: self.users as usize,
            preferences: self.preferences as usize,
            queries: self.queries as usize,
            seed: self.common.seed,
        };
        let place = Place { store_url: self.common.store_url.clone(), ..Place::default() };
        let mut runs = Vec::new();
        for kind in embedders(config.embedder.kind, Common::model_is_there(&config)) {
            runs.push(retrieve::run(&config, &place, kind, asked).await?);
        }
        self.common.tell("retrieve", runs, retrieve::Retrieved::table)
    }
}
