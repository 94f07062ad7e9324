//! `penchant preferences`: see and direct what is remembered.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use penchant_proto::v1;

use super::client::{ClientArgs, refused};
use super::show;

/// List, show and direct what is remembered about a user.
#[derive(Debug, Subcommand)]
pub(crate) enum Preferences {
    /// List preferences, newest first
    List(List),
    /// One preference with its history and evidence
    Show(One),
    /// "Yes, that is so"
    Confirm(One),
    /// Replace the description
    Edit(Edit),
    /// Stop using it; history stays
    Retract(One),
    /// Use it again
    Restore(One),
    /// Keep it at the top, untouched by inference
    Pin(One),
}

/// Which preferences.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    client: ClientArgs,
    /// Whose
    #[arg(long)]
    user: String,
    /// Also superseded, retracted, expired and quarantined ones
    #[arg(long)]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Which preference.
#[derive(Debug, Args)]
pub(crate) struct One {
    #[command(flatten)]
    client: ClientArgs,
    /// Whose
    #[arg(long)]
    user: String,
    /// Its id
    id: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Which preference, and the new words.
#[derive(Debug, Args)]
pub(crate) struct Edit {
    #[command(flatten)]
    one: One,
    /// The new description, one line
    description: String,
}

impl Preferences {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        use v1::DirectiveAction as Action;
        match self {
            Self::List(list) => list.execute().await,
            Self::Show(one) => one.show().await,
            Self::Confirm(one) => one.direct(Action::Confirm, String::new()).await,
            Self::Edit(edit) => edit.one.direct(Action::Edit, edit.description).await,
            Self::Retract(one) => one.direct(Action::Retract, String::new()).await,
            Self::Restore(one) => one.direct(Action::Restore, String::new()).await,
            Self::Pin(one) => one.direct(Action::Pin, String::new()).await,
        }
    }
}

impl List {
    async fn execute(self) -> Result<ExitCode> {
        let mut client = self.client.preferences().await?;
        let statuses = if self.all { Vec::new() } else { vec![i32::from(v1::Status::Active)] };
        let mut page_token = String::new();
        let mut shown = 0_u64;
        loop {
            let request = v1::ListPreferencesRequest {
                user_id: self.user.clone(),
                statuses: statuses.clone(),
                page_size: None,
                page_token,
            };
            let page =
                client.list_preferences(request).await.map_err(|s| refused(&s))?.into_inner();
            for preference in &page.preferences {
                shown += 1;
                if self.json {
                    show::json(preference)?;
                } else {
                    println!("{}", show::preference(preference));
                }
            }
            if page.next_page_token.is_empty() {
                if !self.json {
                    println!("{shown} of {}", page.total_size);
                }
                return Ok(ExitCode::SUCCESS);
            }
            page_token = page.next_page_token;
        }
    }
}

impl One {
    async fn show(self) -> Result<ExitCode> {
        let mut client = self.client.preferences().await?;
        let request = v1::GetPreferenceRequest { user_id: self.user, preference_id: self.id };
        let found = client.get_preference(request).await.map_err(|s| refused(&s))?.into_inner();
        if self.json {
            show::json(&found)?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(preference) = &found.preference {
            println!("{}", show::preference(preference));
        }
        if !found.story.is_empty() {
            println!("\n{}", found.story);
        }
        println!();
        for revision in &found.revisions {
            println!(
                "{}  v{} {}: {}",
                show::time(revision.at.as_ref()),
                revision.version,
                show::short(revision.kind().as_str_name(), "REVISION_KIND_"),
                show::plain(&revision.reason),
            );
            if let Some(evidence) = &revision.evidence {
                println!(
                    "    {} “{}”",
                    show::plain(&evidence.event_id),
                    show::plain(&evidence.snippet)
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn direct(self, action: v1::DirectiveAction, description: String) -> Result<ExitCode> {
        let mut client = self.client.preferences().await?;
        let request = v1::DirectPreferenceRequest {
            user_id: self.user,
            preference_id: self.id,
            action: action.into(),
            description,
            ..v1::DirectPreferenceRequest::default()
        };
        let done = client.direct_preference(request).await.map_err(|s| refused(&s))?.into_inner();
        let at = done.position.unwrap_or_default();
        println!("recorded {} at {}:{}", done.event_id, at.partition, at.offset);
        Ok(ExitCode::SUCCESS)
    }
}
