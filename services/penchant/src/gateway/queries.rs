//! What is asked.

use penchant_core::event::Item;
use penchant_core::{Context, FacetId, Position, SessionId, Timestamp, UserKey};
use tokio::time::Instant;

/// Neighbours asked for when the caller names no number.
pub const DEFAULT_K: u32 = 8;

/// Token budget of a summary when the caller names none.
pub const DEFAULT_MAX_TOKENS: u32 = 512;

/// What matters to a user in a context?
#[derive(Debug, Clone, PartialEq)]
pub struct RetrieveQuery {
    /// Whose preferences.
    pub user: UserKey,
    /// The situation a response is to be written for; may be empty.
    pub context: Context,
    /// How many of the nearest preferences to aggregate, 1 to `limits::MAX_K`.
    pub k: u32,
    /// Budget of the summary in tokens, 1 to `limits::MAX_SUMMARY_TOKENS`.
    pub max_tokens: u32,
    /// Leave out what is less certain, in [0, 1]; `None`: the service's default.
    pub min_confidence: Option<f32>,
    /// Only preferences about these facets; empty: all.
    pub facets: Vec<FacetId>,
    /// What was held at this instant; `None`: now.
    pub as_of: Option<Timestamp>,
    /// Answer only once the record at this position has taken effect.
    pub min_position: Option<Position>,
    /// When the caller stops listening; `None`: it did not say.
    pub deadline: Option<Instant>,
    /// Say in the answer how it came about.
    pub explain: bool,
    /// The conversation it is for: "this time" preferences of other sessions do not apply.
    pub session: Option<SessionId>,
}

/// Which of these fits the user best?
#[derive(Debug, Clone, PartialEq)]
pub struct RankQuery {
    /// Whose preferences.
    pub user: UserKey,
    /// The situation the candidates are for; may be empty.
    pub context: Context,
    /// The candidates, 1 to `limits::MAX_CANDIDATES`.
    pub candidates: Vec<Item>,
    /// Answer only once the record at this position has taken effect.
    pub min_position: Option<Position>,
    /// When the caller stops listening; `None`: it did not say.
    pub deadline: Option<Instant>,
    /// Give reasons per candidate.
    pub explain: bool,
    /// The conversation it is for.
    pub session: Option<SessionId>,
}
