//! Older wishes whose place a newer one takes, though neither names the other.

use std::sync::Arc;

use penchant_core::contradiction::{Said, apart, compete};
use penchant_core::event::EventBody;
use penchant_core::{Claim, PreferenceId, Scope, Status, UserState};

use super::Cause;
use crate::heads::succession::{Side, Succession};
use crate::reading::ClaimReading;
use crate::words::shifts;

/// A wish that was just folded.
pub(super) struct Newer<'a> {
    pub(super) said: &'a Said,
    pub(super) scope: &'a Scope,
    pub(super) claim: &'a ClaimReading,
    /// The kind of situation it was said in.
    pub(super) cluster: Option<u32>,
    /// Where it is kept.
    pub(super) target: usize,
    /// The preferences that it may have to do with.
    pub(super) near: &'a [Near],
}

/// A preference near a statement, and what it says.
pub(super) type Near = (PreferenceId, Arc<Said>);

impl Newer<'_> {
    /// The places of the wishes it succeeds, as the trained head hears it.
    ///
    /// The head learnt in stories, where one wish in eight succeeds another; a memory holds
    /// hundreds. So it is asked only where there is ground for it: something explicitly said, not on
    /// top of what there is, either during the same task or sounding like a change of mind, and not
    /// about another occasion.
    pub(super) fn succeeds(&self, state: &UserState, cause: &Cause<'_>) -> Vec<usize> {
        if !self.claim.source.explicit() || shifts::adds(&self.claim.snippet) {
            return Vec::new();
        }
        let message = message(cause);
        let shift = shifts::replaces(&self.claim.snippet) || shifts::replaces(message);
        let new = Side {
            words: &self.said.words,
            polarity: self.claim.polarity,
            scope: self.scope,
            task: task_of(state, self.cluster),
        };
        self.near
            .iter()
            .filter_map(|(id, said)| {
                let index = state.find(id).filter(|index| *index != self.target)?;
                let old = state.preferences.get(index)?;
                let statement = matches!(old.kind, Claim::Statement { .. });
                if !statement || old.status != Status::Active || old.valid_from >= cause.at {
                    return None;
                }
                let task = task_of(state, old.cluster);
                let known = !task.is_empty() && !new.task.is_empty();
                let here = known && task == new.task;
                let ground = here || (shift && !known);
                if !ground
                    || apart(self.said, said)
                    || !compete(self.scope, self.said, &old.scope, said)
                {
                    return None;
                }
                let succession = Succession {
                    new,
                    old: Side {
                        words: &said.words,
                        polarity: old.polarity,
                        scope: &old.scope,
                        task,
                    },
                    cosine: old.content.cosine(&self.claim.content),
                    sentence: &self.claim.snippet,
                    message,
                };
                (succession.replaces() == Some(true)).then_some(index)
            })
            .collect()
    }
}

/// The task of a kind of situation; empty when not known.
pub(super) fn task_of(state: &UserState, cluster: Option<u32>) -> &str {
    let contexts = &state.head.contexts;
    let found = cluster.and_then(|id| contexts.iter().find(|c| c.id == id));
    found.map_or("", |c| c.task.as_str())
}

/// What the user said in an event.
fn message<'a>(cause: &Cause<'a>) -> &'a str {
    match &cause.event.body {
        EventBody::Message(message) => &message.text,
        EventBody::Statement(statement) => &statement.text,
        EventBody::Feedback(feedback) => &feedback.comment,
        _ => "",
    }
}
