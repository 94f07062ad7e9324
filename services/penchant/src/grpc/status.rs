//! The one translation from domain errors to gRPC statuses.

use std::time::Duration;

use penchant_core::validate::InvalidField;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::gateway::GatewayError;

/// How long a caller that passed its deadline is told about.
pub const DEADLINE_EXCEEDED: &str = "the deadline passed before there was an answer";

/// Translates an error; an `Invalid` one carries `google.rpc.BadRequest`, one that is worth
/// retrying at a known time `google.rpc.RetryInfo`.
#[must_use]
pub fn from_error(error: GatewayError) -> Status {
    let code = code(&error);
    let mut details = ErrorDetails::new();
    if let GatewayError::Invalid(InvalidField { field, reason }) = &error {
        details.add_bad_request_violation(field, reason);
    }
    if let Some(after) = error.retry_after() {
        details.set_retry_info(Some(after));
    }
    Status::with_error_details(code, error.told(), details)
}

/// A wrong field, as a status.
#[must_use]
pub fn invalid(field: &str, reason: &str) -> Status {
    from_error(GatewayError::Invalid(InvalidField::new(field, reason)))
}

/// An answer for surfaces that are not offered yet.
#[must_use]
pub fn unimplemented(sentence: &str) -> Status {
    from_error(GatewayError::Unimplemented(sentence.to_owned()))
}

const fn code(error: &GatewayError) -> Code {
    match error {
        GatewayError::Invalid(_) => Code::InvalidArgument,
        GatewayError::NotFound { .. } => Code::NotFound,
        GatewayError::Stale(_) => Code::Aborted,
        GatewayError::AlreadyExists(_) => Code::AlreadyExists,
        GatewayError::Behind { .. } | GatewayError::Unavailable { .. } => Code::Unavailable,
        GatewayError::Exhausted { .. } => Code::ResourceExhausted,
        GatewayError::Unimplemented(_) => Code::Unimplemented,
        GatewayError::Internal(_) => Code::Internal,
    }
}

/// When a status says that it is worth asking again.
#[must_use]
pub fn retry_after(status: &Status) -> Option<Duration> {
    status.get_details_retry_info().and_then(|info| info.retry_delay)
}
