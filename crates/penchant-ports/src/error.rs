//! Errors that answer "did it happen?".
//!
//! The split into determinate and indeterminate follows Materialize's `persist` (`location.rs`):
//! retry logic reads [`Certainty`] and [`PortErrorKind`], never a message.

use std::time::Duration;

use penchant_core::invariants::Violation;

/// Whether a failed write may have happened all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// It did not happen, and will not.
    Determinate,
    /// It may have happened; look before doing it again.
    Indeterminate,
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PortErrorKind {
    /// The product is down, slow or overloaded; the same call may succeed later.
    Unavailable,
    /// This writer lost its right to write (INV-4); its work must be dropped.
    Fenced,
    /// The stored state is not the one this write was computed from; load again.
    Stale,
    /// An invariant would be broken; a person has to look.
    Invariant,
    /// The request itself cannot succeed (too large, wrong dimension, bad configuration).
    Invalid,
    /// What was asked for does not exist.
    NotFound,
    /// Stored data cannot be read.
    Corrupt,
}

/// A failure of a port.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct PortError {
    /// What kind.
    pub kind: PortErrorKind,
    /// Whether the write may have happened. Reads are always determinate.
    pub certainty: Certainty,
    /// When the product asks to be left alone until.
    pub retry_after: Option<Duration>,
    /// What happened, lower case, without a full stop.
    pub message: String,
    /// The product's own error.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl PortError {
    /// A determinate failure.
    #[must_use]
    pub fn new(kind: PortErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            certainty: Certainty::Determinate,
            retry_after: None,
            message: message.into(),
            source: None,
        }
    }

    /// A refusal, because a promise would be broken.
    #[must_use]
    pub fn breaking(violation: Violation) -> Self {
        Self::new(PortErrorKind::Invariant, violation.to_string()).caused_by(violation)
    }

    /// The promise that would have been broken, of a refusal because of one.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        self.source.as_deref()?.downcast_ref()
    }

    /// The same failure, but what was asked may have happened.
    #[must_use]
    pub fn indeterminate(mut self) -> Self {
        self.certainty = Certainty::Indeterminate;
        self
    }

    /// With the product's own error as cause.
    #[must_use]
    pub fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether waiting and trying again may help.
    #[must_use]
    pub const fn transient(&self) -> bool {
        match self.kind {
            PortErrorKind::Unavailable | PortErrorKind::Stale => true,
            PortErrorKind::Fenced
            | PortErrorKind::Invariant
            | PortErrorKind::Invalid
            | PortErrorKind::NotFound
            | PortErrorKind::Corrupt => false,
        }
    }
}
