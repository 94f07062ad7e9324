//! The command line. `--help` is the manual.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod check;
mod client;
mod dead_letters;
mod demo;
mod erase;
mod eval;
mod export;
mod import;
mod model;
mod preferences;
mod record;
mod replay;
mod retrieve;
mod run;
mod show;
mod status;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, EmbedderKind, Overrides, Problems};

/// Exit code for a configuration that cannot be used (EX_USAGE).
const EXIT_USAGE: u8 = 64;

/// The streaming memory of what each user prefers.
///
/// Apps send what users do; chat backends ask for what matters here and now and put it in their
/// prompt. Start with `penchant demo` to see it, or `penchant run` to serve.
#[derive(Debug, Parser)]
#[command(name = "penchant", version, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve: gRPC, HTTP, the learner and the console, embedded unless configured otherwise
    Run(run::Run),
    /// Watch a bundled story being learnt, step by step, in this terminal
    Demo(demo::Demo),
    /// Record one event
    Record(record::Record),
    /// Record a file of events or chats, with a progress bar; resumable
    Import(import::Import),
    /// Ask what matters to a user in a context
    Retrieve(retrieve::Retrieve),
    /// List, show and direct what is remembered about a user
    #[command(subcommand)]
    Preferences(preferences::Preferences),
    /// Write out everything that is kept about a user, as JSON lines
    Export(export::Export),
    /// Forget a user, everywhere, for good
    Erase(erase::Erase),
    /// How the service is: readiness, lag, embedder
    Status(status::Status),
    /// List, show and send again what could not become an event
    #[command(subcommand)]
    DeadLetters(dead_letters::DeadLetters),
    /// Rebuild the store from the log while it serves, compare, and switch; resumable
    Replay(replay::Replay),
    /// Measure learning and retrieval on a directory of evaluation data
    Eval(eval::Eval),
    /// Measure speed, always as a ratio within one run
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Fetch or check the embedding model
    #[command(subcommand)]
    Model(model::Model),
    /// Check configuration and connections
    Check(check::Check),
}

/// Options of every command that opens parts itself.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConfigArgs {
    /// Configuration file (TOML); see `penchant check --print-config`
    #[arg(long, value_name = "FILE", env = "PENCHANT_CONFIG")]
    config: Option<std::path::PathBuf>,
    /// Embedder: overrides embedder.kind
    #[arg(long, value_enum)]
    embedder: Option<EmbedderKind>,
}

impl ConfigArgs {
    fn load(&self, mut overrides: Overrides) -> Result<Config, Problems> {
        if let Some(kind) = self.embedder {
            let name = match kind {
                EmbedderKind::Auto => "auto",
                EmbedderKind::Minilm => "minilm",
                EmbedderKind::Lexical => "lexical",
                EmbedderKind::Remote => "remote",
            };
            overrides.push(("embedder.kind", name.into()));
        }
        Config::load(self.config.as_deref(), overrides)
    }
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("penchant: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(cli.command.execute());
    // Whatever had to end in order has ended. A client library that still asks a server which is
    // away would otherwise hold the process up to its own time limit.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match outcome {
        Ok(code) => code,
        Err(error) if error.is::<Problems>() => {
            eprint!("penchant: {error}");
            ExitCode::from(EXIT_USAGE)
        }
        Err(error) => {
            eprintln!("penchant: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Command {
    async fn execute(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Run(command) => command.execute().await,
            Self::Demo(command) => command.execute().await,
            Self::Record(command) => command.execute().await,
            Self::Import(command) => command.execute().await,
            Self::Retrieve(command) => command.execute().await,
            Self::Preferences(command) => command.execute().await,
            Self::Export(command) => command.execute().await,
            Self::Erase(command) => command.execute().await,
            Self::Status(command) => command.execute().await,
            Self::DeadLetters(command) => command.execute().await,
            Self::Replay(command) => command.execute().await,
            Self::Eval(command) => command.execute().await,
            Self::Bench(command) => command.execute().await,
            Self::Model(command) => command.execute().await,
            Self::Check(command) => command.execute().await,
        }
    }
}
