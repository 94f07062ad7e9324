//! One remembered preference.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::evidence::{Claim, EvidenceRef, Polarity, Scope, SourceClass};
use crate::ids::PreferenceId;
use crate::time::Timestamp;
use crate::vector::Vector;

/// Most evidence references kept on a preference, newest last; older ones stay in its history.
pub const MAX_EVIDENCE_REFS: usize = 8;

/// What is remembered: the claim, without polarity.
pub type PreferenceKind = Claim;

/// How a preference came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The user said so.
    Stated,
    /// Concluded from edits, choices, reactions or behaviour.
    Inferred,
    /// Proposed by a language model from the user's events.
    Proposed,
    /// Written or changed by a person through API or console.
    Directed,
}

impl Origin {
    /// As on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Inferred => "inferred",
            Self::Proposed => "proposed",
            Self::Directed => "directed",
        }
    }
}

/// Where a preference is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Held and served.
    Active,
    /// Replaced by a newer one (INV-7).
    Superseded,
    /// Withdrawn by the user.
    Retracted,
    /// Its time is over.
    Expired,
    /// Stored but not served until a person confirms it (INV-8).
    Quarantined,
}

impl Status {
    /// As on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Superseded => "superseded",
            Self::Retracted => "retracted",
            Self::Expired => "expired",
            Self::Quarantined => "quarantined",
        }
    }
}

/// How many events of each source class stand behind a preference.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Support(pub BTreeMap<SourceClass, u32>);

impl Support {
    /// Counts one more event.
    pub fn add(&mut self, source: SourceClass) {
        let count = self.0.entry(source).or_default();
        *count = count.saturating_add(1);
    }

    /// All events together.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.values().copied().fold(0, u32::saturating_add)
    }

    /// The strongest class among them.
    #[must_use]
    pub fn strongest(&self) -> Option<SourceClass> {
        self.0.iter().rev().find(|(_, n)| **n > 0).map(|(class, _)| *class)
    }
}

/// A latent liking of one user, described in words, with all that is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preference {
    /// Deterministic id, unique per user.
    pub id: PreferenceId,
    /// What is remembered.
    pub kind: PreferenceKind,
    /// One short line in the third person: "prefers bullet points".
    pub description: String,
    /// Wanted or unwanted.
    pub polarity: Polarity,
    /// How far it reaches.
    pub scope: Scope,
    /// Probability that it is true now, in [0, 1], at `updated_at`.
    pub confidence: f32,
    /// Accumulated natural log-odds behind `confidence`, before decay after `updated_at`.
    pub log_odds: f32,
    /// Events behind it, per source class.
    pub support: Support,
    /// How it came to be known.
    pub origin: Origin,
    /// Where it is in its life.
    pub status: Status,
    /// Kept at the top and untouched by inference.
    pub pinned: bool,
    /// Held since.
    pub valid_from: Timestamp,
    /// Held until; `None` while current. For temporary ones the end is set from the start.
    pub valid_to: Option<Timestamp>,
    /// What replaced it.
    pub superseded_by: Option<PreferenceId>,
    /// The newest evidence, at most [`MAX_EVIDENCE_REFS`], newest last.
    pub evidence: Vec<EvidenceRef>,
    /// Grows by one with each revision.
    pub version: u64,
    /// Event time of the last revision.
    pub updated_at: Timestamp,
    /// Language of the description (ISO 639-3), empty when it is penchant's own English.
    pub language: String,
    /// The context cluster it belongs to (see [`crate::head::ContextCluster`]); `None`: user-wide.
    pub cluster: Option<u32>,
    /// Running mean of the contexts it was learnt in.
    pub context: Vector,
    /// Embedding of its description.
    pub content: Vector,
    /// Older ones that are not to be followed while this one holds, which is for now; `None` when
    /// nobody could say.
    pub sets_aside: Option<Vec<PreferenceId>>,
}

impl Preference {
    /// Whether it may be served as current at `now` (INV-7).
    #[must_use]
    pub fn current_at(&self, now: Timestamp) -> bool {
        self.status == Status::Active && self.valid_to.is_none_or(|end| now < end)
    }

    /// Adds one reference, dropping the oldest past [`MAX_EVIDENCE_REFS`].
    pub fn cite(&mut self, reference: EvidenceRef) {
        self.evidence.push(reference);
        if self.evidence.len() > MAX_EVIDENCE_REFS {
            self.evidence.remove(0);
        }
    }
}
