//! `penchant status`: how the service is.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use penchant_proto::v1;

use super::client::{ClientArgs, refused};
use super::show;

/// How the service is.
#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    client: ClientArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let mut client = self.client.admin().await?;
        let status =
            client.get_status(v1::GetStatusRequest {}).await.map_err(|s| refused(&s))?.into_inner();
        if self.json {
            show::json(&status)?;
        } else {
            println!(
                "penchant {}: {}",
                status.version,
                if status.ready { "ready" } else { "not ready" }
            );
            println!("  log       {}, {} records to learn from", status.log, status.lag);
            println!("  store     {}", status.store);
            match &status.learner {
                Some(learner) => println!("  learner   {}", working(learner)),
                None => println!("  learner   in another process"),
            }
            println!("  embedder  {}", status.embedder);
            let inferrer =
                if status.inferrer.is_empty() { "none" } else { status.inferrer.as_str() };
            println!("  inferrer  {inferrer}");
            if let Some(used) = &status.model_use {
                println!(
                    "            {} calls ({:.1} per 100 messages), {} failed, {} over budget, \
                     {} left alone, circuit {}",
                    used.calls,
                    used.calls_per_100_messages,
                    used.failures,
                    used.over_budget,
                    used.left_alone,
                    used.circuit
                );
            }
            status.problems.iter().for_each(|problem| println!("  problem   {problem}"));
            status.warnings.iter().for_each(|warning| println!("  warning   {warning}"));
        }
        Ok(if status.ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// One line: what the learner works on, and how fast.
fn working(learner: &v1::LearnerStatus) -> String {
    let lanes: Vec<String> = learner.lanes.iter().map(u32::to_string).collect();
    let lanes = if lanes.is_empty() { "none".to_owned() } else { lanes.join(" ") };
    let batches = learner.batches.max(1) as f64;
    let (size, commit) =
        (learner.records as f64 / batches, 1_000.0 * learner.commit_seconds / batches);
    let mut line = format!(
        "partitions {lanes}; {} batches of {size:.1} records, commit {commit:.1} ms each, {} \
         restarts",
        learner.batches, learner.restarts
    );
    if !learner.trouble.is_empty() {
        line.push_str(&format!("; {}", learner.trouble));
    }
    line
}
