//! What one event says about one preference.

use serde::{Deserialize, Serialize};

use crate::facet::{FacetId, FacetValue};
use crate::ids::EventId;
use crate::position::Position;
use crate::time::Timestamp;
use crate::vector::Vector;

/// Wanted or unwanted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// The user wants it.
    #[default]
    Prefer,
    /// The user does not want it.
    Avoid,
}

impl Polarity {
    /// The other one.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Prefer => Self::Avoid,
            Self::Avoid => Self::Prefer,
        }
    }

    /// As on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prefer => "prefer",
            Self::Avoid => "avoid",
        }
    }
}

/// Where evidence comes from, weakest first: a later class outranks all earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceClass {
    /// Clicks, skips, purchases.
    Behaviour,
    /// Ratings and follow-up reactions.
    Feedback,
    /// Choices among options.
    Comparison,
    /// What the user made of a draft.
    Edit,
    /// Statements and commands in the user's own words.
    Statement,
    /// A person's decision about a remembered preference.
    Directive,
}

impl SourceClass {
    /// All classes, weakest first.
    pub const ALL: [Self; 6] = [
        Self::Behaviour,
        Self::Feedback,
        Self::Comparison,
        Self::Edit,
        Self::Statement,
        Self::Directive,
    ];

    /// As on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Behaviour => "behaviour",
            Self::Feedback => "feedback",
            Self::Comparison => "comparison",
            Self::Edit => "edit",
            Self::Statement => "statement",
            Self::Directive => "directive",
        }
    }

    /// Whether the user said so, rather than acted so.
    #[must_use]
    pub const fn explicit(self) -> bool {
        matches!(self, Self::Statement | Self::Directive)
    }
}

/// How far a preference reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everywhere.
    #[default]
    Always,
    /// In contexts like the one it was learnt in.
    Context {
        /// The occasion in the user's words ("work mails"); empty when only the context's vector
        /// is known.
        label: String,
    },
    /// For now.
    ThisTime {
        /// The occasion in the user's words ("this week").
        label: String,
        /// When it ends; `None`: with the session.
        until: Option<Timestamp>,
    },
}

impl Scope {
    /// The kind's name, as on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Context { .. } => "context",
            Self::ThisTime { .. } => "this_time",
        }
    }

    /// The occasion in the user's words, if any.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Always => "",
            Self::Context { label } | Self::ThisTime { label, .. } => label,
        }
    }
}

/// What is claimed about the user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// A value of a facet of the vocabulary.
    Facet {
        /// Which facet.
        facet: FacetId,
        /// Which value.
        value: FacetValue,
    },
    /// Liking of items that have this attribute.
    Affinity {
        /// The attribute's name.
        attribute: String,
        /// Its value.
        value: String,
    },
    /// Free words, already in the third person ("prefers aisle seats").
    Statement {
        /// The description.
        text: String,
    },
}

impl Claim {
    /// The subject that competing claims share: two values of one facet are about the same thing,
    /// two statements are not until their content says so.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Facet { facet, value: FacetValue::Term(_) | FacetValue::Substitution { .. } } => {
                // Phrases do not compete: disliking one word says nothing about another.
                format!("f:{facet}:{}", self.slot())
            }
            Self::Facet { facet, .. } => format!("f:{facet}"),
            Self::Affinity { attribute, value } => format!("a:{attribute}={value}"),
            Self::Statement { text } => format!("s:{text}"),
        }
    }

    /// Which of the competing values is meant.
    #[must_use]
    pub fn slot(&self) -> String {
        match self {
            Self::Facet { value, .. } => value.slot(),
            Self::Affinity { value, .. } => value.clone(),
            Self::Statement { text } => text.clone(),
        }
    }
}

/// One event's bearing on one claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// What is claimed.
    pub claim: Claim,
    /// Wanted or not.
    pub polarity: Polarity,
    /// How far it reaches.
    pub scope: Scope,
    /// Log-odds added for the claim; positive. About 0.2 for a skip, 1 for an edit, 3 for a
    /// statement.
    pub strength: f32,
    /// Where it comes from.
    pub source: SourceClass,
    /// Embedding of the context it was seen in; may be empty.
    pub context: Vector,
    /// Embedding of the claim's description; may be empty.
    pub content: Vector,
    /// The event it comes from.
    pub reference: EvidenceRef,
}

/// A pointer from a preference back to the event that taught it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// The event.
    pub event: EventId,
    /// Where it stands on the log.
    pub position: Position,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What kind of source it is.
    pub source: SourceClass,
    /// The words or the change that carry it, at most 160 characters.
    pub snippet: String,
}
