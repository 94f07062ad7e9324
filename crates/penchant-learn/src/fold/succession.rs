//! Older wishes whose place a newer one takes, though neither names the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use penchant_core::contradiction::{Said, apart, compete};
use penchant_core::event::EventBody;
use penchant_core::{Claim, PreferenceId, Scope, Status, UserState};

use super::Cause;
use crate::heads::succession::{Side, Succession};
use crate::reading::ClaimReading;
use crate::words::shifts;

/// Log-odds from which a model's word is ground enough to ask the head.
const POSSIBLE: f32 = -2.0;
/// Log-odds from which it is believed although the words name different occasions; chosen by the
/// stories of `validation/`.
const CERTAIN: f32 = 0.5;

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
    /// Log-odds that older wishes are ended, by a model that has read the message.
    pub(super) ended: &'a BTreeMap<usize, f32>,
}

/// A preference near a statement, and what it says.
pub(super) type Near = (PreferenceId, Arc<Said>);

impl Newer<'_> {
    /// The places of the wishes it succeeds, as the trained head hears it.
    ///
    /// The head learnt in stories, where one wish in eight succeeds another; a memory holds
    /// hundreds. So it is asked only where there is ground for it: something explicitly said, not on
    /// top of what there is, not about another occasion by its words (unless the model is certain),
    /// and either said to end something like it by a model that has read the message, or during the
    /// same task, or sounding like a change of mind.
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
        let near =
            self.near.iter().filter_map(|(id, said)| Some((state.find(id)?, Arc::clone(said))));
        let mut candidates: BTreeMap<usize, Arc<Said>> = near.collect();
        for (index, _) in self.ended.iter().filter(|(_, odds)| **odds >= POSSIBLE) {
            let Some(old) = state.preferences.get(*index) else { continue };
            let said = || Said::of(&old.description, old.polarity, &old.scope);
            candidates.entry(*index).or_insert_with(|| Arc::new(said()));
        }
        candidates
            .into_iter()
            .filter_map(|(index, said)| {
                let old = state.preferences.get(index).filter(|_| index != self.target)?;
                let statement = matches!(old.kind, Claim::Statement { .. });
                if !statement || old.status != Status::Active || old.valid_from >= cause.at {
                    return None;
                }
                let ended = self.ended.get(&index).copied();
                let task = task_of(state, old.cluster);
                let known = !task.is_empty() && !new.task.is_empty();
                let here = known && task == new.task;
                let told = ended.is_some_and(|ended| ended >= POSSIBLE);
                let ground = told || here || (shift && !known);
                let certain = ended.is_some_and(|ended| ended >= CERTAIN);
                let elsewhere = || {
                    apart(self.said, &said) || !compete(self.scope, self.said, &old.scope, &said)
                };
                if !ground || (!certain && elsewhere()) {
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
                    ended,
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
