//! What a language model proposed for one event, complete enough to be replayed.

use std::collections::BTreeMap;

use penchant_core::{Claim, Origin, Polarity, Preference, RevisionKind, Scope, UserState};
use penchant_ports::{ProposalNote, ProposalOperation};
use serde::{Deserialize, Serialize};

use crate::fold::FoldOutcome;
use crate::reading::Reading;

/// A current preference as it was shown to the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its description then.
    pub description: String,
    /// Its polarity then.
    pub polarity: Polarity,
    /// Its reach then.
    pub scope: Scope,
    /// Whether it is free words; facets and affinities can be replaced or withdrawn, but not put
    /// into other words.
    pub statement: bool,
}

impl Note {
    /// Of a preference.
    #[must_use]
    pub fn of(preference: &Preference) -> Self {
        Self {
            description: preference.description.clone(),
            polarity: preference.polarity,
            scope: preference.scope.clone(),
            statement: matches!(preference.kind, Claim::Statement { .. }),
        }
    }

    /// As it is shown to the model, which must not take a wish for one occasion for all.
    pub(super) fn shown(&self) -> ProposalNote {
        let only = match &self.scope {
            Scope::Always => String::new(),
            Scope::Context { label } => label.clone(),
            Scope::ThisTime { label, .. } if label.is_empty() => "for now".to_owned(),
            Scope::ThisTime { label, .. } => format!("for now: {label}"),
        };
        ProposalNote { description: self.description.clone(), only }
    }
}

/// The part of an answer that concerns one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Model and prompt ([`penchant_ports::Inferrer::version`]).
    pub version: String,
    /// What is proposed; `keep` is left out.
    pub operations: Vec<ProposalOperation>,
    /// The notes that the operations name, by their number.
    pub nearby: BTreeMap<usize, Note>,
}

impl Proposal {
    /// As recorded in [`penchant_core::Revision::proposal`].
    ///
    /// # Errors
    /// serde's, which a proposal gives no cause for.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads a recorded one.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    fn describes(&self, text: &str) -> bool {
        self.operations.iter().any(|operation| match operation {
            ProposalOperation::Add { description, .. }
            | ProposalOperation::Refine { description, .. }
            | ProposalOperation::Supersede { description, .. } => description == text,
            ProposalOperation::Retract { .. } | ProposalOperation::Keep => false,
        })
    }
}

/// Writes into the outcome of one event's fold what a model had a part in: its proposal into every
/// revision that the event caused, its origin onto every preference that it gave the words for.
/// Does nothing for a reading without a proposal.
pub fn attribute(outcome: &mut FoldOutcome, state: &mut UserState, reading: &Reading) {
    let Some(json) = &reading.proposal else { return };
    let Ok(proposal) = Proposal::from_json(json) else { return };
    for revision in outcome.revisions.iter_mut().filter(|r| r.evidence.is_some()) {
        revision.proposal = Some(json.clone());
        if revision.kind != RevisionKind::Add || !proposal.describes(&revision.description) {
            continue;
        }
        if let Some(added) = outcome.changed.get_mut(&revision.preference) {
            added.origin = Origin::Proposed;
        }
        if let Some(added) = state.preferences.iter_mut().find(|p| p.id == revision.preference) {
            added.origin = Origin::Proposed;
        }
    }
}
