//! `penchant check`: configuration and connections, without serving.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use penchant_ports::{Clock, SystemClock};

use super::ConfigArgs;
use crate::config::DEFAULTS;
use crate::{inferrer, parts};

/// Check configuration and connections. Topics and collections that are missing are created.
#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    config: ConfigArgs,
    /// Print the commented defaults, then the configuration in force, and stop
    #[arg(long)]
    print_config: bool,
}

impl Check {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let config = self.config.load(Vec::new())?;
        if self.print_config {
            println!("{DEFAULTS}");
            println!("# ---- in force ----");
            let in_force = toml::to_string_pretty(&config.shown())?;
            in_force.lines().for_each(|line| println!("# {line}"));
            return Ok(ExitCode::SUCCESS);
        }
        println!("configuration: fine");
        // Each by itself: one that is away must not hide what is wrong with the others.
        let mut report = Report { well: true };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        match parts::open_log(&config, &clock).await {
            Ok(opened) => {
                let outcome = opened.log.check().await;
                report.say(&format!("log ({})", opened.name), outcome.map_err(Into::into));
            }
            Err(error) => report.say("log", Err(error)),
        }
        match parts::open_embedder(&config) {
            Ok(embedder) => {
                let info = embedder.embedder.info();
                println!("embedder: {}", info.model);
                embedder.warning.iter().for_each(|warning| println!("warning: {warning}"));
                match parts::open_store(&config, info).await {
                    Ok(opened) => {
                        let outcome = opened.reader.check().await;
                        report
                            .say(&format!("store ({})", opened.name), outcome.map_err(Into::into));
                        opened.warnings.iter().for_each(|warning| println!("warning: {warning}"));
                    }
                    Err(error) => report.say("store", Err(error)),
                }
            }
            // The store keeps vectors; without an embedder it cannot be opened.
            Err(error) => report.say("embedder", Err(error)),
        }
        match inferrer::open(&config) {
            Ok(None) => {}
            Ok(Some(model)) => {
                let outcome = model.inferrer.check().await;
                report
                    .say(&format!("language model ({})", model.name), outcome.map_err(Into::into));
                model.notes.iter().for_each(|note| println!("note: {note}"));
            }
            Err(error) => report.say("language model", Err(error)),
        }
        Ok(if report.well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

struct Report {
    well: bool,
}

impl Report {
    fn say(&mut self, what: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => println!("{what}: reachable"),
            Err(error) => {
                self.well = false;
                println!("{what}: {error:#}");
            }
        }
    }
}
