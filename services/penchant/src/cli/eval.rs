//! `penchant eval`: measure on a directory of evaluation data.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;

use super::ConfigArgs;
use crate::config::Overrides;
use crate::eval::{Settings, Suite, run};

/// Measure learning and retrieval.
#[derive(Debug, Args)]
pub(crate) struct Eval {
    #[command(flatten)]
    config: ConfigArgs,
    /// Which suite
    #[arg(value_enum)]
    suite: Suite,
    /// The folder with the suite's files (edits.jsonl, feedback.jsonl, …)
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// First seed, where order matters
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seeds to average over, where order matters
    #[arg(long, default_value_t = 10)]
    seeds: u64,
    /// Print one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Write every wrong case here, for reading
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Record the language model's answers to this file: overrides llm.record
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    record: Option<PathBuf>,
    /// Take the language model's answers from this file only: overrides llm.replay
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

impl Eval {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let path = |file: &PathBuf| file.display().to_string().into();
        let mut overrides: Overrides = Vec::new();
        overrides.extend(self.record.as_ref().map(|file| ("llm.record", path(file))));
        overrides.extend(self.replay.as_ref().map(|file| ("llm.replay", path(file))));
        let config = self.config.load(overrides)?;
        let settings = Settings { suite: self.suite, seed: self.seed, seeds: self.seeds };
        let report = run(&settings, &self.data, &config).await?;
        if let Some(path) = &self.errors {
            let mut file = std::fs::File::create(path)
                .with_context(|| format!("cannot write {}", path.display()))?;
            for wrong in &report.wrong {
                writeln!(
                    file,
                    "{}\n  expected {}\n  found    {}",
                    wrong.id, wrong.expected, wrong.found
                )?;
            }
        }
        for figure in ["llm_over_budget", "llm_left_alone"] {
            let missed =
                report.figures.iter().find(|(key, missed)| *key == figure && *missed > 0.0);
            if let Some((key, missed)) = missed {
                eprintln!(
                    "warning: {missed} calls of the language model were not made ({key}); what was measured is partly without it"
                );
            }
        }
        if self.json {
            println!("{}", report.json());
        } else {
            print!("{}", report.table());
        }
        Ok(ExitCode::SUCCESS)
    }
}
