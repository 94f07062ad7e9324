//! The third stage of reading: what a language model, where there is one, adds.
//!
//! Pure functions around the one call, which the lane makes (and may leave out):
//!
//! 1. [`ask`]: which of a user's events in a batch are worth a call ([`passes`]), put into as few
//!    [`Question`]s as possible, with the user's nearby preferences under numbers.
//! 2. [`Question::proposals`]: the answer, taken apart by event. A [`Proposal`] says by itself
//!    what it means (its numbers come with the notes they name), so that its JSON, recorded with
//!    the revisions, gives the same reading on every replay (INV-1).
//! 3. [`amend`]: reading and proposal to a new reading. Then the lane embeds the descriptions
//!    again and folds.
//! 4. [`attribute`]: the proposal's JSON and origin into what the fold made of it.
//!
//! Without an answer every reading stays as stages one and two made it. A replay makes no calls:
//! it takes the proposals recorded with the revisions, and where none is, there was none.

mod amend;
mod ask;
mod proposal;
#[cfg(test)]
mod tests;

pub use amend::{Said, amend};
pub use ask::{Candidate, Question, StageConfig, ask, passes};
pub use proposal::{Note, Proposal, attribute};
