//! Status codes in the words of the ports: what failed, and whether it may have happened.

use std::time::Duration;

use penchant_ports::{Certainty, PortError, PortErrorKind};
use tonic::{Code, ConnectError, Status};

/// Whether the failed call would have changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Reads,
    Writes,
}

/// Stored data that cannot be read.
pub(crate) fn corrupt(what: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Corrupt, what)
}

/// A request that cannot succeed.
pub(crate) fn invalid(what: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Invalid, what)
}

/// The server is down, slow or overloaded.
pub(crate) fn unavailable(what: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Unavailable, what)
}

/// A writer that lost its right to write.
pub(crate) fn fenced(what: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Fenced, what)
}

/// No answer came in time.
pub(crate) fn silent(doing: &str, waited: Duration, effect: Effect) -> PortError {
    uncertain(unavailable(format!("cannot {doing}: no answer within {waited:?}")), effect)
}

fn uncertain(error: PortError, effect: Effect) -> PortError {
    match effect {
        Effect::Reads => error,
        Effect::Writes => error.indeterminate(),
    }
}

/// Whether the call never left this machine, because no connection could be made.
fn never_sent(status: &Status) -> bool {
    let mut cause = std::error::Error::source(status);
    while let Some(error) = cause {
        if error.is::<ConnectError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A failed call.
pub(crate) fn failed(doing: &str, status: Status, effect: Effect) -> PortError {
    let retry_after = status
        .metadata()
        .get("retry-after")
        .and_then(|seconds| seconds.to_str().ok()?.parse().ok())
        .map(Duration::from_secs);
    let (kind, certain) = match status.code() {
        Code::Unavailable => (PortErrorKind::Unavailable, never_sent(&status)),
        // The rate limiter refuses before anything is done and says when to come back; a full disk
        // answers with the same code and says nothing.
        Code::ResourceExhausted => (PortErrorKind::Unavailable, retry_after.is_some()),
        Code::InvalidArgument
        | Code::OutOfRange
        | Code::FailedPrecondition
        | Code::Unimplemented
        | Code::AlreadyExists => (PortErrorKind::Invalid, true),
        Code::Unauthenticated | Code::PermissionDenied => {
            let refused = format!(
                "cannot {doing}: the server refuses the API key ({}); check the configured key",
                status.message()
            );
            // The request itself is fine: it succeeds once a person has put the key right.
            return unavailable(refused).caused_by(status);
        }
        Code::NotFound => (PortErrorKind::NotFound, true),
        Code::DataLoss => (PortErrorKind::Corrupt, false),
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::Internal => (PortErrorKind::Unavailable, false),
    };
    let message = format!("cannot {doing}: {}", status.message());
    let mut error = PortError::new(kind, message).caused_by(status);
    error.retry_after = retry_after;
    if certain { error } else { uncertain(error, effect) }
}

/// Whether `error` is the server's refusal of the key.
pub(crate) fn refused_key(error: &PortError) -> bool {
    let status = error.source.as_ref().and_then(|source| source.downcast_ref::<Status>());
    status.is_some_and(|s| matches!(s.code(), Code::Unauthenticated | Code::PermissionDenied))
}

/// The failure of several attempts is as uncertain as the most uncertain of them.
pub(crate) fn after(earlier: Certainty, error: PortError) -> PortError {
    match earlier {
        Certainty::Determinate => error,
        Certainty::Indeterminate => error.indeterminate(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_was_answered_with_an_error_may_have_happened() {
        for code in [Code::Unavailable, Code::Internal, Code::Cancelled, Code::DeadlineExceeded] {
            let error = failed("write", Status::new(code, "lost"), Effect::Writes);
            assert_eq!(error.kind, PortErrorKind::Unavailable, "{code:?}");
            assert_eq!(error.certainty, Certainty::Indeterminate, "{code:?}");
            let error = failed("read", Status::new(code, "lost"), Effect::Reads);
            assert_eq!(error.certainty, Certainty::Determinate, "{code:?}");
        }
        let refused = failed("write", Status::invalid_argument("no"), Effect::Writes);
        assert_eq!(refused.kind, PortErrorKind::Invalid);
        assert_eq!(refused.certainty, Certainty::Determinate);
    }

    #[test]
    fn a_server_that_asks_to_be_left_alone_says_for_how_long() {
        let mut status = Status::resource_exhausted("too many");
        status.metadata_mut().insert("retry-after", "7".parse().unwrap());
        let error = failed("write", status, Effect::Writes);
        assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
        assert_eq!(error.certainty, Certainty::Determinate);
        let full = failed("write", Status::resource_exhausted("disk"), Effect::Writes);
        assert_eq!(full.certainty, Certainty::Indeterminate);
    }
}
