//! Commits. New points first, the head last, then what it replaced is deleted, then the partition's
//! checkpoint moves.
//!
//! | a process ends after | what the next one finds |
//! |---|---|
//! | some new points | points in no manifest: in no answer; deleted at the user's first commit of a later epoch |
//! | some heads | those users' commits, whole; their events are behind their heads' checkpoints and are skipped |
//! | all heads | the same, and replaced points in no manifest |
//! | the checkpoint | everything |

mod cleanup;
mod commit;
mod plan;

pub(crate) use cleanup::remains;
pub(crate) use commit::{Dirty, StillServing, commit};
