//! SQLite's errors in the words of the ports.

use penchant_ports::{PortError, PortErrorKind};
use rusqlite::{Error, ErrorCode};

/// A failed statement. Determinate: SQLite rolls back what was not committed.
pub(crate) fn failed(doing: &str, error: Error) -> PortError {
    let kind = match &error {
        Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => PortErrorKind::Corrupt,
            ErrorCode::ConstraintViolation => PortErrorKind::Invariant,
            ErrorCode::TooBig | ErrorCode::TypeMismatch => PortErrorKind::Invalid,
            // Busy, full, unreadable: another try may pass once a person made room.
            _ => PortErrorKind::Unavailable,
        },
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::Utf8Error(..)
        | Error::InvalidColumnType(..) => PortErrorKind::Corrupt,
        _ => PortErrorKind::Unavailable,
    };
    PortError::new(kind, format!("cannot {doing}: {error}")).caused_by(error)
}

/// A failed COMMIT: the disk may hold it all the same.
pub(crate) fn commit_failed(error: Error) -> PortError {
    failed("commit", error).indeterminate()
}

/// Adds what was being done to a statement's error.
pub(crate) trait Doing<T> {
    /// `cannot {doing}: …`
    fn doing(self, doing: &str) -> Result<T, PortError>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &str) -> Result<T, PortError> {
        self.map_err(|e| failed(doing, e))
    }
}

/// Stored data that cannot be read.
pub(crate) fn corrupt(what: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Corrupt, what)
}

/// A request that cannot succeed.
pub(crate) fn invalid(what: impl Into<String>) -> PortError {
    PortError::new(PortErrorKind::Invalid, what)
}

/// SQLite's integers are signed; offsets, versions and epochs are far below the sign bit.
pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The way back.
pub(crate) fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
