//! The life of one preference, and what a person may decide about it.

use axum::Extension;
use axum::extract::{Query, State};
use maud::{Markup, html};
use penchant_proto::v1;
use serde::Deserialize;

use super::people::status_of;
use super::{Frame, Trouble, told};
use crate::console::words::{count, moment, path, scope, short, step};
use crate::console::{Console, Visitor};
use crate::gateway::GatewayError;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::console) struct Asked {
    user: String,
    id: String,
    done: String,
    later: String,
}

pub(in crate::console) async fn preference(
    State(console): State<Console>,
    Extension(visitor): Visitor,
    Query(asked): Query<Asked>,
) -> Result<Markup, Trouble> {
    let Asked { user, id, done, later } = asked;
    let request = v1::GetPreferenceRequest { user_id: user.clone(), preference_id: id };
    let found = console.calls.get(&visitor.tenant, request).await?;
    let missing = || GatewayError::Internal("an answer without its preference".into());
    let one = found.preference.ok_or_else(missing)?;
    let frame = Frame {
        title: &one.description,
        here: "/console/users",
        visitor: Some(&visitor),
        refresh: None,
    };
    let events: u64 = one.support.iter().map(|support| u64::from(support.count)).sum();
    Ok(frame.around(html! {
        p.trail {
            a href="/console/users" { "Users" } " › "
            a href=(path("/console/user", &[("user", &user)])) { (user) }
        }
        h1 { (one.description) }
        (told(&done, &later))
        p.badges {
            (status_of(&one)) " "
            span.badge { (short(one.origin().as_str_name(), "ORIGIN_")) } " "
            span.badge { (scope(one.scope.as_ref())) } " "
            span.badge { "confidence " (format!("{:.2}", one.confidence)) } " "
            span.badge { (count(events, "event")) }
        }
        @if !found.story.is_empty() { p.story { (found.story) } }
        (decisions(&user, &one, &visitor.form_token))
        h2 { "History" }
        ol.history {
            @for revision in found.revisions.iter().rev() { (told_step(revision)) }
        }
        (evidence(&one))
        h2 { "Details" }
        dl.facts {
            dt { "Id" } dd.id { (one.id) }
            dt { "Version" } dd { (one.version) }
            dt { "Held from" } dd { (moment(one.valid_from.as_ref())) }
            @if one.valid_to.is_some() { dt { "Until" } dd { (moment(one.valid_to.as_ref())) } }
            @if !one.superseded_by.is_empty() {
                dt { "Took its place" }
                dd.id {
                    @let to = [("user", user.as_str()), ("id", &one.superseded_by)];
                    a href=(path("/console/preference", &to)) { (one.superseded_by) }
                }
            }
        }
    }))
}

/// One step of its life.
fn told_step(revision: &v1::Revision) -> Markup {
    let kind = step(revision.kind());
    html! {
        li {
            p.when { (moment(revision.at.as_ref())) " " span.badge { (kind) } }
            p { (revision.description) }
            p.hint {
                (revision.reason)
                @if let Some(position) = &revision.position {
                    " (log " (position.partition) ":" (position.offset) ")"
                }
            }
            @if let Some(evidence) = revision.evidence.as_ref().filter(|e| !e.snippet.is_empty()) {
                blockquote { (evidence.snippet) }
            }
        }
    }
}

fn evidence(one: &v1::Preference) -> Markup {
    html! {
        @if !one.evidence.is_empty() {
            h2 { "Latest evidence" }
            ul.history {
                @for piece in one.evidence.iter().rev() {
                    li {
                        p.when {
                            (moment(piece.occurred_at.as_ref())) " "
                            span.badge { (short(piece.source().as_str_name(), "SOURCE_CLASS_")) }
                        }
                        @if !piece.snippet.is_empty() { blockquote { (piece.snippet) } }
                        p.hint { "event " (piece.event_id) }
                    }
                }
            }
        }
    }
}

/// The decisions that make sense where it stands now.
fn decisions(user: &str, one: &v1::Preference, form_token: &str) -> Markup {
    let status = one.status();
    let current = status == v1::Status::Active;
    let open = current || status == v1::Status::Quarantined;
    let hidden = |action: &str| {
        html! {
            input type="hidden" name="form_token" value=(form_token);
            input type="hidden" name="user" value=(user);
            input type="hidden" name="id" value=(one.id);
            input type="hidden" name="version" value=(one.version);
            input type="hidden" name="action" value=(action);
        }
    };
    let button = |action: &str, name: &str, class: &str| {
        html! {
            form method="post" action="/console/preference" {
                (hidden(action))
                button class=(class) { (name) }
            }
        }
    };
    html! {
        div.decisions {
            @if open { (button("confirm", "Confirm", "")) }
            @if current && !one.pinned { (button("pin", "Pin", "quiet")) }
            @if open { (button("retract", "Withdraw", "quiet")) }
            @if !open { (button("restore", "Restore", "")) }
        }
        @if open {
            form.stacked.edit method="post" action="/console/preference" {
                (hidden("edit"))
                label for="description" { "In other words" }
                input #description name="description" required value=(one.description) autocomplete="off";
                button.quiet { "Reword" }
            }
        }
    }
}
