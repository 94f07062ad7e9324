//! Why a call was not answered. Surfaces translate these, each in one file.

use std::time::Duration;

use penchant_core::Position;
use penchant_core::invariants::Violation;
use penchant_core::validate::InvalidField;
use penchant_ports::{Certainty, PortError, PortErrorKind};

/// Why a call was not answered.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The request cannot succeed as it is.
    #[error("{0}")]
    Invalid(#[from] InvalidField),
    /// What was asked for is not there.
    #[error("{what} {id:?} not found")]
    NotFound {
        /// `preference`.
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// What the request was based on has changed since; look again, decide again.
    #[error("{0}")]
    Stale(String),
    /// There is already one with this id and other content.
    #[error("{0}")]
    AlreadyExists(String),
    /// The service works, but has not come as far as `min_position` yet.
    #[error(
        "position {asked} has not taken effect yet: partition {partition} is reflected up to \
         offset {reached}, not included",
        partition = asked.partition
    )]
    Behind {
        /// The position that was asked for.
        asked: Position,
        /// The offset of its partition that takes effect next.
        reached: u64,
        /// When it is worth asking again.
        retry_after: Option<Duration>,
    },
    /// The log or the store is down, or the service is stopping; the same call may succeed later.
    #[error("{reason}")]
    Unavailable {
        /// What cannot be reached, for the caller.
        reason: String,
        /// When it is worth asking again.
        retry_after: Option<Duration>,
    },
    /// Over a quota or a limit of concurrency.
    #[error("{reason}")]
    Exhausted {
        /// Which one, for the caller.
        reason: String,
        /// When it is worth asking again.
        retry_after: Option<Duration>,
    },
    /// Not offered by this service as it is configured.
    #[error("{0}")]
    Unimplemented(String),
    /// A defect or broken data. The caller is told nothing but the request's id; the cause is
    /// logged.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl GatewayError {
    /// The error's name as both surfaces use it: that of the gRPC status code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "INVALID_ARGUMENT",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::Stale(_) => "ABORTED",
            Self::AlreadyExists(_) => "ALREADY_EXISTS",
            Self::Behind { .. } | Self::Unavailable { .. } => "UNAVAILABLE",
            Self::Exhausted { .. } => "RESOURCE_EXHAUSTED",
            Self::Unimplemented(_) => "UNIMPLEMENTED",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// When it is worth asking again, if the service knows.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Behind { retry_after, .. }
            | Self::Unavailable { retry_after, .. }
            | Self::Exhausted { retry_after, .. } => *retry_after,
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::Stale(_)
            | Self::AlreadyExists(_)
            | Self::Unimplemented(_)
            | Self::Internal(_) => None,
        }
    }

    /// What the caller is told. The cause of an internal error is logged under an id instead, and
    /// the caller is told the id.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Internal(cause) => {
                let id = uuid::Uuid::now_v7();
                tracing::error!(%id, error = ?cause, "internal error");
                format!("internal error {id}")
            }
            Self::Invalid(_)
            | Self::NotFound { .. }
            | Self::Stale(_)
            | Self::AlreadyExists(_)
            | Self::Behind { .. }
            | Self::Unavailable { .. }
            | Self::Exhausted { .. }
            | Self::Unimplemented(_) => self.to_string(),
        }
    }

    /// Translates a port's failure. `field` is the request's field to blame when the port says
    /// that the request itself cannot succeed (`page_token` for a forged cursor).
    #[must_use]
    pub fn from_port(error: PortError, field: &str) -> Self {
        if let Some(Violation { invariant, seen }) = error.violation() {
            penchant_telemetry::InvariantViolated { invariant: *invariant, seen }.emit();
        }
        match error.kind {
            PortErrorKind::Unavailable | PortErrorKind::Fenced => {
                Self::Unavailable { reason: error.message, retry_after: error.retry_after }
            }
            PortErrorKind::Stale => Self::Stale(error.message),
            PortErrorKind::Invalid => Self::Invalid(InvalidField::new(field, error.message)),
            PortErrorKind::NotFound => Self::NotFound { what: "item", id: error.message },
            PortErrorKind::Invariant | PortErrorKind::Corrupt => Self::Internal(Box::new(error)),
        }
    }
}

/// Why one event was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It cannot be recorded as it is; a second event with an id already used names the field
    /// `id`. Sending it again does not help.
    #[error("{0}")]
    Rejected(#[from] InvalidField),
    /// The log did not take it. Sending it again with the same id is safe (INV-2).
    #[error("{reason}")]
    Failed {
        /// What went wrong, for the caller.
        reason: String,
        /// Whether it may be on the log all the same.
        certainty: Certainty,
        /// When it is worth trying again.
        retry_after: Option<Duration>,
    },
}

impl From<PortError> for RecordError {
    fn from(error: PortError) -> Self {
        match error.kind {
            // The log's word for a second event with the same id and other content.
            PortErrorKind::Invalid if error.message.starts_with("duplicate id") => {
                Self::Rejected(InvalidField::new("id", error.message))
            }
            PortErrorKind::Invalid => Self::Rejected(InvalidField::new("event", error.message)),
            PortErrorKind::Unavailable
            | PortErrorKind::Fenced
            | PortErrorKind::Stale
            | PortErrorKind::Invariant
            | PortErrorKind::NotFound
            | PortErrorKind::Corrupt => Self::Failed {
                reason: error.message,
                certainty: error.certainty,
                retry_after: error.retry_after,
            },
        }
    }
}
