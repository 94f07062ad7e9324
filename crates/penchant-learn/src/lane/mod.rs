//! Batches of one partition, from deliveries to one commit.
//!
//! Why nothing is lost or doubled, whatever dies when:
//! - a batch's commit carries the users' heads *and* the partition's checkpoint; what a head's
//!   checkpoint reflects is skipped (redelivery), what its window of event ids knows is skipped
//!   (a producer's resend at a new offset);
//! - a commit that failed, or whose fate is unknown, is redone from freshly loaded heads: if it
//!   had happened, everything in it is skipped; if not, it is computed again, with the same
//!   result;
//! - a language model, where there is one, is asked after reading and before folding, never within
//!   a commit; a batch that is redone keeps its answers, and a crash before the commit costs at
//!   most the calls again;
//! - a lane whose partition was revoked is fenced before the revocation is answered, in this
//!   process by [`penchant_ports::Fence`] and in the store by its epoch.

mod batch;
mod learner;
mod patience;
mod propose;
mod read;
mod states;

pub use batch::{BatchReport, event_time};
pub use learner::{Learner, LearnerConfig, LearnerStatus};
pub use read::Readers;
