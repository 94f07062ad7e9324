//! `penchant dead-letters`: records that hold no event, put aside with their reason.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use penchant_core::Position;
use serde_json::{Value, json};

use super::ConfigArgs;
use crate::parts::dead_letters::{DeadLetters as Letters, Letter, Which};

/// List, show and send again what could not become an event.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetters {
    /// List those that wait, oldest first: position, origin, time, reason
    List(List),
    /// Show one whole: headers, key and value too
    Show(Show),
    /// Put them on the log again as they were, for a reader that has been mended meanwhile
    Redrive(Redrive),
}

/// Options of `list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    config: ConfigArgs,
    /// At most this many (of Kafka's the newest)
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    config: ConfigArgs,
    /// Which, as `list` names it, for example 0:7
    position: Position,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `redrive`.
#[derive(Debug, Args)]
pub(crate) struct Redrive {
    #[command(flatten)]
    config: ConfigArgs,
    /// Which, as `list` names it, for example 0:7
    #[arg(conflicts_with = "all")]
    position: Option<Position>,
    /// All that wait
    #[arg(long)]
    all: bool,
}

impl DeadLetters {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        match self {
            Self::List(list) => list.execute().await,
            Self::Show(show) => show.execute().await,
            Self::Redrive(redrive) => redrive.execute().await,
        }
    }
}

impl List {
    async fn execute(self) -> Result<ExitCode> {
        let letters = Letters::open(&self.config.load(Vec::new())?).await?;
        let (shown, total) = letters.list(self.limit as usize).await?;
        if self.json {
            let all: Vec<Value> = shown.iter().map(summary).collect();
            println!("{}", json!({ "total": total, "dead_letters": all }));
            return Ok(ExitCode::SUCCESS);
        }
        for letter in &shown {
            println!(
                "{:<8} from {:<10} {}  {}: {}",
                letter.position.to_string(),
                letter.origin.to_string(),
                letter.at,
                letter.reason,
                line(&letter.detail),
            );
        }
        match total {
            0 => println!("no dead letters"),
            _ => println!("{} of {total} shown", shown.len()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    async fn execute(self) -> Result<ExitCode> {
        let letters = Letters::open(&self.config.load(Vec::new())?).await?;
        let letter = letters.show(self.position).await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if self.json {
            let mut whole = summary(&letter);
            let headers: Vec<Value> = letter
                .headers
                .iter()
                .map(|(name, value)| json!({ "name": name, "value": value.as_deref().map(text) }))
                .collect();
            whole["headers"] = json!(headers);
            whole["key"] = json!(letter.key.as_deref().map(text));
            whole["payload"] = json!(letter.payload.as_deref().map(text));
            whole["truncated_from"] = json!(letter.truncated_from);
            println!("{whole}");
            return Ok(ExitCode::SUCCESS);
        }
        println!("position  {}", letter.position);
        println!("origin    {}", letter.origin);
        println!("time      {}", letter.at);
        println!("reason    {}: {}", letter.reason, line(&letter.detail));
        println!("key       {}", letter.key.as_deref().map_or("none".to_owned(), quoted));
        for (name, value) in &letter.headers {
            println!(
                "header    {}: {}",
                line(name),
                value.as_deref().map_or("none".to_owned(), quoted)
            );
        }
        println!("value     {}", letter.payload.as_deref().map_or("none".to_owned(), quoted));
        if let Some(length) = letter.truncated_from {
            println!("          only the beginning was kept of {length} bytes");
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Redrive {
    async fn execute(self) -> Result<ExitCode> {
        let which = match (self.position, self.all) {
            (Some(position), _) => Which::One(position),
            (None, true) => Which::All,
            (None, false) => bail!("name a position, or give --all"),
        };
        let letters = Letters::open(&self.config.load(Vec::new())?).await?;
        let (count, skipped) = letters.redrive(which).await?;
        println!("{count} on the log again");
        if skipped > 0 {
            println!("{skipped} cannot be sent again: no key, or only the beginning was kept");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn summary(letter: &Letter) -> Value {
    json!({
        "position": letter.position.to_string(),
        "origin": letter.origin.to_string(),
        "time": letter.at.to_string(),
        "reason": letter.reason,
        "detail": letter.detail,
    })
}

/// Bytes that anybody may have sent, so that they cannot move a terminal's cursor.
fn quoted(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}

fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
