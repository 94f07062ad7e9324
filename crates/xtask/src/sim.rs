//! The seeded suites by hand: one history again, or many.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

/// What of it.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Lives through the history of this seed alone; with --long, what the chaos suite draws from
    #[arg(long)]
    seed: Option<u64>,
    /// Thousands of histories, and the chaos suite (real processes, real Kafka) ten times as long
    #[arg(long)]
    long: bool,
}

/// Builds and runs the suites; prints their figures.
///
/// # Errors
/// When one of them fails.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    // As the whole workspace, like every other build: other features would mean other builds.
    let mut command = cargo();
    command.args(["test", "--workspace", "--test", "sim"]);
    if arguments.long {
        let built = cargo().args(["build", "--workspace", "--bin", "penchant"]).status();
        ensure!(built.context("cargo build")?.success(), "the binary does not build");
        command.args(["--test", "chaos", "--no-fail-fast"]).env("PENCHANT_TEST_LONG", "1");
    }
    if let Some(seed) = arguments.seed {
        command.env("PENCHANT_TEST_SEED", seed.to_string());
    }
    command.args(["--", "--nocapture"]);
    ensure!(command.status().context("cargo test")?.success(), "a suite failed");
    Ok(())
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
