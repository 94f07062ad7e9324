//! `penchant check`: configuration and connections, without serving.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::ConfigArgs;
use crate::config::DEFAULTS;
use crate::parts::Parts;

/// Check configuration and connections.
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
            let in_force = toml::to_string_pretty(&config)?;
            in_force.lines().for_each(|line| println!("# {line}"));
            return Ok(ExitCode::SUCCESS);
        }
        println!("configuration: fine");
        let parts = Parts::open(&config).await?;
        let mut well = true;
        let mut say = |what: &str, outcome: Result<(), penchant_ports::PortError>| match outcome {
            Ok(()) => println!("{what}: reachable"),
            Err(error) => {
                well = false;
                println!("{what}: {error}");
            }
        };
        say(&format!("log ({})", parts.log_name), parts.log.check().await);
        say(&format!("store ({})", parts.store_name), parts.reader.check().await);
        if let Some(model) = &parts.model {
            say(&format!("language model ({})", model.name), model.inferrer.check().await);
            model.notes.iter().for_each(|note| println!("note: {note}"));
        }
        println!("embedder: {}", parts.embedder.info().model);
        parts.warnings.iter().for_each(|warning| println!("warning: {warning}"));
        Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
