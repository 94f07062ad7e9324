//! Measuring learning and retrieval on directories of evaluation data, through the real path:
//! events are recorded, the learner learns, retrieval answers.
//!
//! Each suite's protocol stands in its file; the data's formats and the meaning of each key in
//! the project's evaluation notes. Nothing here knows any particular data set.

mod attacks;
mod data;
mod edits;
mod evolution;
mod feedback;
mod instance;
mod report;
mod scorer;

use std::path::Path;

use anyhow::Result;

pub use instance::Instance;
pub use report::{Report, WrongCase};

use crate::config::Config;

/// Which suite to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Suite {
    /// PRELUDE's protocol: learn from edits, describe the right source's style.
    Edits,
    /// What single messages teach.
    Feedback,
    /// Preferences that change over weeks.
    Evolution,
    /// Hostile texts.
    Attacks,
}

/// How to run a suite.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which suite.
    pub suite: Suite,
    /// First seed.
    pub seed: u64,
    /// How many seeds are averaged, where order matters.
    pub seeds: u64,
}

/// Runs a suite on the files in `data`, on an embedded instance of its own.
///
/// # Errors
/// Files that are missing or not of the format, by name and line; an instance that cannot start.
pub async fn run(settings: &Settings, data: &Path, config: &Config) -> Result<Report> {
    let instance = Instance::start(config).await?;
    let mut report = match settings.suite {
        Suite::Edits => edits::run(&instance, data, settings).await?,
        Suite::Feedback => feedback::run(&instance, data).await?,
        Suite::Evolution => evolution::run(&instance, data).await?,
        Suite::Attacks => attacks::run(&instance, data).await?,
    };
    report.embedder = instance.embedder().info().model.clone();
    report.inferrer = instance.inferrer();
    if let Some(used) = instance.model_use() {
        report.figures.extend([
            ("llm_calls_per_100_messages", used.per_100),
            ("llm_failures", used.tally.failures as f64),
            ("llm_over_budget", used.tally.over_budget as f64),
            ("llm_left_alone", used.tally.left_alone as f64),
        ]);
    }
    instance.stop().await?;
    Ok(report)
}
