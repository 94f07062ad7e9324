//! The invariants by name. Each is checked where it could be broken, always; a violation is
//! returned so that the caller can refuse the commit, log it, and count it.

use std::fmt;

use crate::evidence::SourceClass;
use crate::head::{UserCommit, UserState};
use crate::preference::Status;
use crate::time::Timestamp;

/// What penchant promises (DESIGN §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Invariant {
    /// INV-1: no preference exists that the log cannot reproduce.
    LogFirst,
    /// INV-2: each event id of a user takes effect once.
    OneEffect,
    /// INV-3: a checkpoint never regresses.
    CheckpointsNeverRegress,
    /// INV-4: a single writer per user.
    SingleWriter,
    /// INV-5: nothing is lost silently.
    NothingLost,
    /// INV-6: a read or write for one user never touches another's data.
    NoCrossing,
    /// INV-7: only what is current is served as current.
    CurrentMeansCurrent,
    /// INV-8: stored text is data, provenance is the service's.
    TextIsData,
    /// INV-9: what was erased stays erased.
    ErasedIsErased,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::LogFirst,
        Self::OneEffect,
        Self::CheckpointsNeverRegress,
        Self::SingleWriter,
        Self::NothingLost,
        Self::NoCrossing,
        Self::CurrentMeansCurrent,
        Self::TextIsData,
        Self::ErasedIsErased,
    ];

    /// `INV-1` … `INV-9`: the name in logs and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LogFirst => "INV-1",
            Self::OneEffect => "INV-2",
            Self::CheckpointsNeverRegress => "INV-3",
            Self::SingleWriter => "INV-4",
            Self::NothingLost => "INV-5",
            Self::NoCrossing => "INV-6",
            Self::CurrentMeansCurrent => "INV-7",
            Self::TextIsData => "INV-8",
            Self::ErasedIsErased => "INV-9",
        }
    }
}

/// A broken promise, with what was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Violation {
    /// Which promise.
    pub invariant: Invariant,
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant.code(), self.seen)
    }
}

fn violation(invariant: Invariant, seen: String) -> Violation {
    Violation { invariant, seen }
}

/// Checks one user's commit against the state it was computed from, before it is written.
///
/// # Errors
/// The first [`Violation`] found; the commit must then not be written.
pub fn check_commit(prior: &UserState, commit: &UserCommit) -> Result<(), Violation> {
    if commit.base_revision != prior.head.revision {
        return Err(violation(
            Invariant::SingleWriter,
            format!(
                "computed from revision {}, stored is {}",
                commit.base_revision, prior.head.revision
            ),
        ));
    }
    if commit.head.epoch < prior.head.epoch {
        return Err(violation(
            Invariant::SingleWriter,
            format!("epoch {} writes over epoch {}", commit.head.epoch, prior.head.epoch),
        ));
    }
    for (partition, next) in prior.head.checkpoint.iter() {
        let offered = commit.head.checkpoint.next_offset(partition);
        if offered < next {
            return Err(violation(
                Invariant::CheckpointsNeverRegress,
                format!("partition {partition} would go from {next} to {offered}"),
            ));
        }
    }
    for revision in &commit.revisions {
        if !commit.head.checkpoint.reflects(revision.position) {
            return Err(violation(
                Invariant::LogFirst,
                format!(
                    "revision of {} cites {}, which the checkpoint does not reflect",
                    revision.preference, revision.position
                ),
            ));
        }
    }
    if prior.head.erased.is_some() && commit.head.erased.is_none() {
        return Err(violation(
            Invariant::ErasedIsErased,
            "the erasure mark would be lost".to_owned(),
        ));
    }
    for preference in &commit.preferences {
        if preference.status == Status::Active && preference.superseded_by.is_some() {
            return Err(violation(
                Invariant::CurrentMeansCurrent,
                format!("{} is active and superseded", preference.id),
            ));
        }
        if !preference.confidence.is_finite() || !(0.0..=1.0).contains(&preference.confidence) {
            return Err(violation(
                Invariant::CurrentMeansCurrent,
                format!("{} has confidence {}", preference.id, preference.confidence),
            ));
        }
        if preference.support.total() == 0
            && preference.support.strongest() != Some(SourceClass::Directive)
        {
            return Err(violation(
                Invariant::LogFirst,
                format!("{} has no support", preference.id),
            ));
        }
        if crate::sanitize::hostile_characters(&preference.description) {
            return Err(violation(
                Invariant::TextIsData,
                format!("{} has control characters in its description", preference.id),
            ));
        }
        if let Some(erased) = commit.head.erased
            && preference.updated_at <= erased.at
        {
            return Err(violation(
                Invariant::ErasedIsErased,
                format!("{} is older than the erasure", preference.id),
            ));
        }
    }
    Ok(())
}

/// Checks what is about to be served as current.
///
/// # Errors
/// [`Violation`] of INV-7 naming the first preference that is not current at `now`.
pub fn check_served<'a>(
    served: impl IntoIterator<Item = &'a crate::preference::Preference>,
    now: Timestamp,
) -> Result<(), Violation> {
    match served.into_iter().find(|p| !p.current_at(now)) {
        Some(p) => Err(violation(
            Invariant::CurrentMeansCurrent,
            format!("{} is {} and was about to be served", p.id, p.status.as_str()),
        )),
        None => Ok(()),
    }
}
