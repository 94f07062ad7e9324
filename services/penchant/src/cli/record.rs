//! `penchant record`: one event, from flags or JSON.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use penchant_proto::v1;
use penchant_proto::v1::event::Body;
use penchant_proto::v1::event_result::Outcome;

use super::client::{ClientArgs, refused};

/// Record one event.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("body").required(true))]
pub(crate) struct Record {
    #[command(flatten)]
    client: ClientArgs,
    /// Whose event it is
    #[arg(long, required_unless_present = "json")]
    user: Option<String>,
    /// The event's id; a resend with the same id takes effect once (default: made by the service)
    #[arg(long)]
    id: Option<String>,
    /// The conversation it belongs to
    #[arg(long)]
    session: Option<String>,
    /// What is being done: summarize, email, …
    #[arg(long)]
    task: Option<String>,
    /// The situation it happened in, as text
    #[arg(long)]
    context: Option<String>,
    /// The user's chat message
    #[arg(long, group = "body", value_name = "TEXT")]
    message: Option<String>,
    /// The assistant's turn that the message answers
    #[arg(long, requires = "message", value_name = "TEXT")]
    reply_to: Option<String>,
    /// What the user wants remembered
    #[arg(long, group = "body", value_name = "TEXT")]
    statement: Option<String>,
    /// A draft and what the user made of it; @FILE reads a file
    #[arg(long, group = "body", num_args = 2, value_names = ["DRAFT", "REVISED"])]
    edit: Option<Vec<String>>,
    /// A rating from -1 to 1
    #[arg(long, group = "body", allow_negative_numbers = true)]
    rating: Option<f32>,
    /// Words to go with the rating
    #[arg(long, requires = "rating")]
    comment: Option<String>,
    /// Behaviour towards an item: view, click, skip, like, dislike, save, share, purchase, …
    #[arg(long, group = "body", value_name = "ACTION")]
    action: Option<String>,
    /// An attribute of the item (repeatable)
    #[arg(long, requires = "action", value_name = "NAME=VALUE")]
    attribute: Vec<String>,
    /// The whole event as JSON, as in POST /v1/events
    #[arg(long, group = "body", value_name = "JSON")]
    json: Option<String>,
}

impl Record {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let event = self.event()?;
        let request = v1::RecordEventsRequest { events: vec![event] };
        let mut client = self.client.events().await?;
        let answer = client.record_events(request).await.map_err(|s| refused(&s))?.into_inner();
        match answer.results.into_iter().next().and_then(|result| result.outcome) {
            Some(Outcome::Accepted(accepted)) => {
                let position = accepted.position.unwrap_or_default();
                println!(
                    "accepted {} at {}:{}",
                    accepted.event_id, position.partition, position.offset
                );
                Ok(ExitCode::SUCCESS)
            }
            Some(Outcome::Rejected(rejected)) => {
                bail!("rejected: {}: {}", rejected.field, rejected.reason)
            }
            Some(Outcome::Failed(failed)) => bail!("not recorded: {}", failed.reason),
            None => bail!("the service gave no outcome"),
        }
    }

    fn event(&self) -> Result<v1::Event> {
        if let Some(json) = &self.json {
            let mut event: v1::Event = serde_json::from_str(json).context("--json")?;
            if let Some(user) = &self.user {
                event.user_id.clone_from(user);
            }
            return Ok(event);
        }
        Ok(v1::Event {
            id: self.id.clone().unwrap_or_default(),
            user_id: self.user.clone().unwrap_or_default(),
            session_id: self.session.clone().unwrap_or_default(),
            context: Some(v1::Context {
                text: self.context.clone().unwrap_or_default(),
                task: self.task.clone().unwrap_or_default(),
                attributes: BTreeMap::default(),
            }),
            body: Some(self.body()?),
            ..v1::Event::default()
        })
    }

    fn body(&self) -> Result<Body> {
        if let Some(text) = &self.message {
            return Ok(Body::Message(v1::Message {
                role: v1::Role::User.into(),
                text: text.clone(),
                reply_to: self.reply_to.clone(),
            }));
        }
        if let Some(text) = &self.statement {
            return Ok(Body::Statement(v1::Statement { text: text.clone() }));
        }
        if let Some([draft, revised]) = self.edit.as_deref() {
            return Ok(Body::Edit(v1::Edit { draft: text_of(draft)?, revised: text_of(revised)? }));
        }
        if let Some(rating) = self.rating {
            return Ok(Body::Feedback(v1::Feedback {
                target: String::new(),
                rating,
                comment: self.comment.clone().unwrap_or_default(),
            }));
        }
        if let Some(action) = &self.action {
            let name = format!("ACTION_{}", action.to_ascii_uppercase());
            let action = v1::Action::from_str_name(&name)
                .with_context(|| format!("--action {action}: no such action"))?;
            let attributes =
                self.attribute.iter().map(|pair| named(pair)).collect::<Result<_>>()?;
            return Ok(Body::Interaction(v1::Interaction {
                item: Some(v1::Item { attributes, ..v1::Item::default() }),
                action: action.into(),
                ..v1::Interaction::default()
            }));
        }
        bail!("say what happened: --message, --statement, --edit, --rating, --action or --json")
    }
}

fn named(pair: &str) -> Result<(String, String)> {
    let (name, value) =
        pair.split_once('=').with_context(|| format!("{pair:?} is no NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The text itself, or the content of the file behind an `@`.
fn text_of(argument: &str) -> Result<String> {
    match argument.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {path}")),
        None => Ok(argument.to_owned()),
    }
}
