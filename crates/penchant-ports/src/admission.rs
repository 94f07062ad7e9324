//! The refusals that every preference store owes, decided in one place.
//!
//! A store reads what it holds, asks here whether a commit may be written, and only then writes.

use std::collections::BTreeSet;

use penchant_core::invariants::{Invariant, Violation, check_commit};
use penchant_core::{Head, UserCommit, UserState};

use crate::error::{PortError, PortErrorKind};
use crate::store::{CommitBatch, Epoch};

/// What is to be done with one user's part of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Write it.
    Write,
    /// It is written already: the batch is being repeated after an unknown outcome.
    AlreadyWritten,
}

/// Checks a batch against its partition's row: newest epoch and next offset.
///
/// # Errors
/// `Fenced` for an epoch below the newest, `Invariant` for a checkpoint that would go back
/// (INV-3), `Invalid` for a user that stands in the batch twice.
pub fn admit_batch(batch: &CommitBatch, epoch: Epoch, next_offset: u64) -> Result<(), PortError> {
    let partition = batch.checkpoint.partition;
    if batch.epoch < epoch {
        return Err(PortError::new(
            PortErrorKind::Fenced,
            format!("partition {partition} belongs to epoch {epoch}, refuses {}", batch.epoch),
        ));
    }
    if batch.checkpoint.next_offset < next_offset {
        return Err(PortError::breaking(Violation {
            invariant: Invariant::CheckpointsNeverRegress,
            seen: format!(
                "checkpoint of partition {partition} is {next_offset}, refuses {}",
                batch.checkpoint.next_offset
            ),
        }));
    }
    let mut seen = BTreeSet::new();
    match batch.users.iter().find(|commit| !seen.insert(&commit.user)) {
        Some(twice) => Err(PortError::new(
            PortErrorKind::Invalid,
            format!("user {} stands in the batch twice", twice.user),
        )),
        None => Ok(()),
    }
}

/// Checks one user's commit against the stored head.
///
/// # Errors
/// `Stale` when it was computed from another revision, `Invariant` when it would break one.
pub fn admit_user(commit: &UserCommit, stored: &Head) -> Result<Admission, PortError> {
    if commit.base_revision != stored.revision {
        // Whole heads are compared, not only revisions: another writer's commit of the same
        // number must not be mistaken for ours.
        if commit.head == *stored {
            return Ok(Admission::AlreadyWritten);
        }
        return Err(PortError::new(
            PortErrorKind::Stale,
            format!(
                "{} was computed from revision {}, stored is {}",
                commit.user, commit.base_revision, stored.revision
            ),
        ));
    }
    if commit.head.revision != commit.base_revision + 1 {
        return Err(PortError::breaking(Violation {
            invariant: Invariant::SingleWriter,
            seen: format!(
                "the head of {} would go from revision {} to {}",
                commit.user, commit.base_revision, commit.head.revision
            ),
        }));
    }
    let prior = UserState::new(stored.clone(), Vec::new());
    check_commit(&prior, commit).map_err(PortError::breaking)?;
    Ok(Admission::Write)
}
