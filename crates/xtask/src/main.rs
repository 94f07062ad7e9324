//! The project's own chores: `cargo xtask --help`.

mod affinity;
mod check;
mod edits;
mod evolution;
mod r#gen;
mod history;
mod sim;
mod train;
mod words;

use std::path::Path;

use clap::Parser;

/// House rules, code generation, training and measuring.
#[derive(Parser)]
enum Task {
    /// Checks layering and file sizes.
    Check,
    /// Trains the heads that read messages, and prints held-out figures.
    Train(train::Options),
    /// Trains the describer that puts wishes down as notes, and prints held-out figures.
    Describer(train::describer::Options),
    /// Trains the adapter that compares questions with notes, and prints held-out figures.
    Relevance(train::relevance::Options),
    /// Reads labelled messages and says how well.
    Words(words::Options),
    /// Generates the code of penchant-proto from proto/.
    Gen,
    /// Measures how well preferences are learnt from edits.
    Edits(edits::Args),
    /// Measures how well memories follow changing users.
    Evolution(evolution::Arguments),
    /// Measures how well likings are learnt from noisy behaviour, and draws it.
    Affinity(affinity::Args),
    /// Measures what an event costs as a user's history grows.
    History(history::Args),
    /// Runs the seeded simulation of trouble; with --long also the chaos suite, both at length.
    Sim(sim::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Check => check::run(),
        Task::Train(options) => block_on(train::run(&options)),
        Task::Describer(options) => block_on(train::describer::run(&options)),
        Task::Relevance(options) => block_on(train::relevance::run(&options)),
        Task::Words(options) => block_on(words::run(&options)),
        Task::Gen => r#gen::run(Path::new(".")),
        Task::Edits(args) => edits::run(&args),
        Task::Evolution(arguments) => evolution::run(&arguments),
        Task::Affinity(args) => affinity::run(&args),
        Task::History(args) => block_on(history::run(&args)),
        Task::Sim(arguments) => sim::run(&arguments),
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
