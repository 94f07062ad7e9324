//! `penchant retrieve`: what a chat backend would receive.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use penchant_proto::v1;

use super::client::{ClientArgs, refused};
use super::show;

/// Ask what matters to a user in a context.
#[derive(Debug, Args)]
pub(crate) struct Retrieve {
    #[command(flatten)]
    client: ClientArgs,
    /// Whose preferences
    #[arg(long)]
    user: String,
    /// The situation a response is written for
    #[arg(long, default_value = "")]
    context: String,
    /// What is being done: summarize, email, …
    #[arg(long, default_value = "")]
    task: String,
    /// How many preferences at most
    #[arg(long, allow_negative_numbers = true)]
    k: Option<u32>,
    /// Token budget of the summary
    #[arg(long)]
    max_tokens: Option<u32>,
    /// Leave out what is less certain (0 to 1)
    #[arg(long)]
    min_confidence: Option<f32>,
    /// What was held at this instant (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// Answer only once the record at this position has taken effect
    #[arg(long, value_name = "PARTITION:OFFSET")]
    min_position: Option<penchant_core::Position>,
    /// The conversation it is for
    #[arg(long, default_value = "")]
    session: String,
    /// Say where each line comes from
    #[arg(long)]
    explain: bool,
    /// Print the whole answer as JSON
    #[arg(long)]
    json: bool,
}

impl Retrieve {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let as_of = match &self.as_of {
            Some(text) => {
                let at = penchant_core::Timestamp::parse(text)
                    .map_err(anyhow::Error::msg)
                    .context("--as-of")?
                    .as_millis();
                Some(pbjson_types::Timestamp {
                    seconds: at.div_euclid(1_000),
                    nanos: i32::try_from(at.rem_euclid(1_000)).unwrap_or(0) * 1_000_000,
                })
            }
            None => None,
        };
        let request = v1::RetrieveRequest {
            user_id: self.user.clone(),
            context: Some(v1::Context {
                text: self.context.clone(),
                task: self.task.clone(),
                ..v1::Context::default()
            }),
            k: self.k,
            max_tokens: self.max_tokens,
            min_confidence: self.min_confidence,
            as_of,
            min_position: self
                .min_position
                .map(|p| v1::Position { partition: p.partition.0, offset: p.offset }),
            explain: self.explain,
            session_id: self.session.clone(),
            ..v1::RetrieveRequest::default()
        };
        let mut client = self.client.preferences().await?;
        let answer = client.retrieve(request).await.map_err(|s| refused(&s))?.into_inner();
        if self.json {
            show::json(&answer)?;
            return Ok(ExitCode::SUCCESS);
        }
        if answer.summary.is_empty() {
            println!("(nothing is known that matters here)");
        } else {
            println!("{}", answer.summary);
        }
        if self.explain {
            explain(&answer);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn explain(answer: &v1::RetrieveResponse) {
    println!();
    for served in &answer.preferences {
        let support: u32 = served.support.iter().map(|support| support.count).sum();
        println!("{}  {}", show::plain(&served.id), show::plain(&served.description));
        println!(
            "    score {:.3}, context {:.2}, content {:.2}, words {:.2}, confidence {:.2}, {}, {}, {support} event{}",
            served.score,
            served.context_similarity,
            served.content_similarity,
            served.lexical,
            served.confidence,
            show::short(served.origin().as_str_name(), "ORIGIN_"),
            show::scope(served.scope.as_ref()),
            if support == 1 { "" } else { "s" },
        );
        if let Some(evidence) = &served.last_evidence {
            let at = evidence.position.unwrap_or_default();
            println!(
                "    from {} at {}:{}, {}: “{}”",
                show::plain(&evidence.event_id),
                at.partition,
                at.offset,
                show::time(evidence.occurred_at.as_ref()),
                show::plain(&evidence.snippet),
            );
        }
    }
    for conflict in &answer.conflicts {
        println!(
            "left out: {} ({})",
            show::plain(&conflict.dropped_description),
            show::plain(&conflict.reason)
        );
    }
    if let Some(explanation) = &answer.explanation {
        println!(
            "{} considered, embedder {}{}",
            explanation.considered,
            explanation.embedder,
            if answer.truncated { ", more was left out" } else { "" }
        );
        for warning in &explanation.warnings {
            println!("warning: {warning}");
        }
    }
}
