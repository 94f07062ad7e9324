//! The one way in which stored preferences change.

use serde::{Deserialize, Serialize};

use crate::evidence::{EvidenceRef, Polarity, Scope};
use crate::ids::PreferenceId;
use crate::position::Position;
use crate::posterior::log_odds;
use crate::preference::{Preference, Status};
use crate::time::Timestamp;
use crate::vector::Vector;

/// What a revision did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevisionKind {
    /// A new preference.
    Add,
    /// More of the same: support and confidence moved, the description perhaps too.
    Refine,
    /// Closed, because a newer one contradicts it.
    Supersede,
    /// Closed, because the user withdrew it.
    Retract,
    /// Closed, because its time was over or its evidence had decayed.
    Expire,
    /// Opened again after having been closed.
    Restore,
    /// Held back until a person confirms it.
    Quarantine,
    /// A person confirmed, edited or pinned it.
    Direct,
}

impl RevisionKind {
    /// As on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Refine => "refine",
            Self::Supersede => "supersede",
            Self::Retract => "retract",
            Self::Expire => "expire",
            Self::Restore => "restore",
            Self::Quarantine => "quarantine",
            Self::Direct => "direct",
        }
    }
}

/// One change of one preference, with its cause. Never altered afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// The preference.
    pub preference: PreferenceId,
    /// The preference's version after it; (preference, version) is unique.
    pub version: u64,
    /// What it did.
    pub kind: RevisionKind,
    /// When it took effect, in event time.
    pub at: Timestamp,
    /// The record on the log that caused it.
    pub position: Position,
    /// Why, in one sentence for people.
    pub reason: String,
    /// The evidence that caused it, if an event of the user's did.
    pub evidence: Option<EvidenceRef>,
    /// The preference's description after it.
    pub description: String,
    /// Its polarity after it.
    pub polarity: Polarity,
    /// Its reach after it.
    pub scope: Scope,
    /// Its confidence after it.
    pub confidence: f32,
    /// Its status after it.
    pub status: Status,
    /// The end of its validity after it.
    pub valid_to: Option<Timestamp>,
    /// The recorded proposal of a language model that led to it, for replay (INV-1).
    pub proposal: Option<String>,
}

impl Revision {
    /// Records the state of `preference` after a change.
    #[must_use]
    pub fn of(
        preference: &Preference,
        kind: RevisionKind,
        at: Timestamp,
        position: Position,
        reason: String,
        evidence: Option<EvidenceRef>,
    ) -> Self {
        Self {
            preference: preference.id.clone(),
            version: preference.version,
            kind,
            at,
            position,
            reason,
            evidence,
            description: preference.description.clone(),
            polarity: preference.polarity,
            scope: preference.scope.clone(),
            confidence: preference.confidence,
            status: preference.status,
            valid_to: preference.valid_to,
            proposal: None,
        }
    }

    /// Whether the preference was held at this point of its history.
    #[must_use]
    pub fn held_at(&self, at: Timestamp) -> bool {
        self.status == Status::Active && self.valid_to.is_none_or(|end| at < end)
    }
}

/// `preference` as it was held at `at`, by its revisions up to then (oldest first); `None` when it
/// was not held. Support, cluster and the context's vector are today's: revisions do not keep them; the
/// description's vector is empty when the description was another.
#[must_use]
pub fn as_held_at(
    preference: &Preference,
    history: &[Revision],
    at: Timestamp,
) -> Option<Preference> {
    let last = history.iter().rfind(|r| r.at <= at).filter(|r| r.held_at(at))?;
    let mut held = preference.clone();
    if last.description != preference.description {
        held.content = Vector::default();
        held.description = last.description.clone();
    }
    held.polarity = last.polarity;
    held.scope = last.scope.clone();
    held.confidence = last.confidence;
    held.log_odds = log_odds(last.confidence);
    held.status = last.status;
    held.valid_to = last.valid_to;
    held.superseded_by = None;
    held.version = last.version;
    held.updated_at = last.at;
    held.evidence.retain(|e| e.position <= last.position);
    Some(held)
}
