//! A language model that proposes revisions. Optional: everything works without one.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::PortError;

/// What a language model is shown: the gated events of one user and the nearby preferences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalRequest {
    /// For budgets; never put in the prompt.
    pub tenant: String,
    /// The user's words, oldest first, each with the assistant's turn it answers.
    pub turns: Vec<ProposalTurn>,
    /// The user's nearby current preferences; operations name them by index + 1.
    pub nearby: Vec<ProposalNote>,
}

/// A current preference shown to the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalNote {
    /// Its description.
    pub description: String,
    /// On which occasions it holds, in words; empty: always.
    pub only: String,
}

impl ProposalNote {
    /// One that always holds.
    #[must_use]
    pub fn always(description: impl Into<String>) -> Self {
        Self { description: description.into(), only: String::new() }
    }
}

/// One turn shown to the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalTurn {
    /// What the assistant had said; may be empty.
    pub assistant: String,
    /// What the user said.
    pub user: String,
}

/// What a model may propose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProposalOperation {
    /// A new preference.
    Add {
        /// Which turn says so, from 1.
        turn: usize,
        /// Third-person description.
        description: String,
        /// `prefer` or `avoid`.
        polarity: String,
        /// `always`, `context` or `this_time`.
        scope: String,
        /// The occasion, for the latter two.
        #[serde(default)]
        occasion: String,
    },
    /// The same preference, described better.
    Refine {
        /// Which turn says so, from 1.
        turn: usize,
        /// Which nearby preference, from 1.
        number: usize,
        /// The new description.
        description: String,
    },
    /// The preference is replaced by a new one.
    Supersede {
        /// Which turn says so, from 1.
        turn: usize,
        /// Which nearby preference, from 1.
        number: usize,
        /// The new description.
        description: String,
        /// `prefer` or `avoid`.
        polarity: String,
    },
    /// The preference is withdrawn.
    Retract {
        /// Which turn says so, from 1.
        turn: usize,
        /// Which nearby preference, from 1.
        number: usize,
    },
    /// Nothing to learn.
    Keep,
}

/// Whether a model is being called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Circuit {
    /// It is.
    #[default]
    Closed,
    /// It failed repeatedly; one call is let through to see whether it is back.
    HalfOpen,
    /// It failed repeatedly and is left alone.
    Open,
}

impl Circuit {
    /// For people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        }
    }
}

/// What an inferrer has done since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InferrerTally {
    /// Calls made, repairs included.
    pub calls: u64,
    /// Of these, how many brought no answer or one that broke the rules.
    pub failures: u64,
    /// Calls not made, because the tenant's budget was used up.
    pub over_budget: u64,
    /// Calls not made, because the model had failed repeatedly.
    pub left_alone: u64,
    /// Whether it is being called now.
    pub circuit: Circuit,
}

/// Proposes revisions from a user's events.
///
/// # Obligations
/// - The answer is parsed strictly: anything malformed is an error, never a guess.
/// - A failure changes nothing and is counted; the caller goes on without.
#[async_trait]
pub trait Inferrer: Send + Sync {
    /// Name and version of model and prompt, recorded with each proposal.
    fn version(&self) -> &str;

    /// Asks for proposals.
    ///
    /// # Errors
    /// [`PortError`]: unavailable (down, slow, over budget, circuit open) or invalid (the answer
    /// broke the schema, after one repair attempt).
    async fn propose(&self, request: &ProposalRequest)
    -> Result<Vec<ProposalOperation>, PortError>;

    /// What it has done so far. Nothing, for one that calls no model.
    fn tally(&self) -> InferrerTally {
        InferrerTally::default()
    }

    /// Whether the model can be asked now, without asking it anything that costs.
    ///
    /// # Errors
    /// [`PortError`] saying why not.
    async fn check(&self) -> Result<(), PortError> {
        Ok(())
    }
}
