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
    pub nearby: Vec<String>,
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
}
