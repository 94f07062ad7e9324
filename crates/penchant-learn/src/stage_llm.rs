//! The third stage of reading: what a language model, where there is one, adds.
//!
//! Where proposals come from is a [`Proposals`]: [`Calls`] asks an inferrer, [`Recorded`] takes
//! what an earlier generation of the store recorded. Around it, pure functions:
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
//! Without an answer every reading stays as stages one and two made it.
//!
//! Why a rebuild gives the same memory without a call (INV-1): what a model says is no function
//! of the log, so it counts only where it is written down. The lane folds an amended reading, and
//! if no revision came of it that records the proposal, undoes that and folds the reading as it
//! was. A rebuild finds the proposal of every event that had one, by position, and where there is
//! none, none had a part.

mod amend;
mod ask;
mod calls;
mod proposal;
mod proposals;
mod recorded;
#[cfg(test)]
mod tests;

pub use amend::{Said, amend};
pub use ask::{Candidate, Question, StageConfig, ask, passes};
pub use calls::{Calls, SIDE_BY_SIDE};
pub use proposal::{Note, Proposal, attribute};
pub use proposals::{Answers, Asked, Proposals};
pub use recorded::Recorded;
