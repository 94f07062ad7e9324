//! `penchant demo`: a story in the terminal. Ada edits three drafts, states one preference, and
//! changes her mind; after each step stands the block that a chat backend would receive.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use penchant_core::event::{Edit, Statement};
use penchant_core::{Context, Event, EventBody, EventId, TenantId, Timestamp, UserId, UserKey};
use penchant_ports::Clock as _;
use serde::Deserialize;

use super::ConfigArgs;
use crate::eval::Instance;
use crate::gateway::{DEFAULT_MAX_TOKENS, Gateway as _, RetrieveQuery};

/// The story, with its own words for each step.
const STORY: &str = include_str!("demo.toml");

/// Watch a bundled story being learnt.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Deserialize)]
struct Story {
    steps: Vec<Step>,
}

/// One step: what is told, what happens, and what is asked afterwards.
#[derive(Debug, Deserialize)]
struct Step {
    tell: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    context: String,
    #[serde(default)]
    draft: String,
    #[serde(default)]
    revised: String,
    #[serde(default)]
    statement: String,
    ask_task: String,
    ask: String,
}

impl Demo {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let config = self.config.load(Vec::new())?;
        let story: Story = toml::from_str(STORY).context("the bundled story")?;
        let instance = Instance::start(&config).await?;
        println!("penchant demo: Ada and her assistant (embedder {})", instance.model());
        instance.warnings().iter().for_each(|warning| println!("warning: {warning}"));
        let tenant = TenantId::try_new("demo")?;
        let user = UserKey::new(tenant.clone(), UserId::try_new("ada")?);
        let start = penchant_ports::SystemClock.now();
        for (number, step) in story.steps.iter().enumerate() {
            println!("\n{}. {}", number + 1, step.tell);
            let body = if step.statement.is_empty() {
                println!("   draft    {}", folded(&step.draft));
                println!("   revised  {}", folded(&step.revised));
                EventBody::Edit(Edit { draft: step.draft.clone(), revised: step.revised.clone() })
            } else {
                println!("   she says “{}”", step.statement);
                EventBody::Statement(Statement { text: step.statement.clone() })
            };
            let minutes = i64::try_from(number).unwrap_or(0) * 60_000;
            let event = Event {
                id: EventId::try_new(format!("demo-{number}"))?,
                user: user.clone(),
                session: None,
                occurred_at: Timestamp::from_millis(start.as_millis() + minutes),
                imported: true,
                context: Context {
                    text: step.context.clone(),
                    task: step.task.clone(),
                    ..Context::default()
                },
                body,
            };
            let position = match instance.service().record(&tenant, vec![event]).await.pop() {
                Some(Ok(position)) => position,
                Some(Err(error)) => bail!("the event was not recorded: {error}"),
                None => bail!("the event got no outcome"),
            };
            let query = RetrieveQuery {
                user: user.clone(),
                context: Context {
                    text: step.ask.clone(),
                    task: step.ask_task.clone(),
                    ..Context::default()
                },
                k: config.retrieve.k,
                max_tokens: DEFAULT_MAX_TOKENS,
                min_confidence: None,
                facets: Vec::new(),
                as_of: None,
                min_position: Some(position),
                deadline: None,
                explain: false,
                session: None,
            };
            let answer = instance.service().retrieve(query).await?;
            println!("   the next prompt ({}: “{}”) gets:", step.ask_task, folded(&step.ask));
            if answer.summary.is_empty() {
                println!("     | (nothing yet)");
            }
            answer.summary.lines().for_each(|line| println!("     | {line}"));
            for conflict in &answer.conflicts {
                println!("     left out: {} ({})", conflict.dropped_description, conflict.reason);
            }
        }
        instance.stop().await?;
        println!("\nThat was all in memory of this process. `penchant run` starts the real thing.");
        Ok(ExitCode::SUCCESS)
    }
}

fn folded(text: &str) -> String {
    penchant_core::sanitize::one_line(text, 110)
}
