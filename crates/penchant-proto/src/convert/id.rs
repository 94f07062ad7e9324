//! Identifiers: strings on the wire, newtypes inside.

use penchant_core::ids::InvalidId;
use penchant_core::validate::InvalidField;
use penchant_core::{EventId, PreferenceId, SessionId, UserId};

fn named<T>(field: &str, outcome: Result<T, InvalidId>) -> Result<T, InvalidField> {
    outcome.map_err(|error| InvalidField::new(field, error.to_string()))
}

/// A required user id.
///
/// # Errors
/// Empty, too long, or outside the allowlist.
pub fn user(field: &str, text: &str) -> Result<UserId, InvalidField> {
    named(field, UserId::try_new(text))
}

/// A required preference id.
///
/// # Errors
/// Empty, too long, or outside the allowlist.
pub fn preference(field: &str, text: &str) -> Result<PreferenceId, InvalidField> {
    named(field, PreferenceId::try_new(text))
}

/// An event id; empty means that none was given.
///
/// # Errors
/// Too long, or outside the allowlist.
pub fn event(field: &str, text: &str) -> Result<Option<EventId>, InvalidField> {
    if text.is_empty() {
        return Ok(None);
    }
    named(field, EventId::try_new(text)).map(Some)
}

/// A session id; empty means that there is none.
///
/// # Errors
/// Too long, or outside the allowlist.
pub fn session(field: &str, text: &str) -> Result<Option<SessionId>, InvalidField> {
    if text.is_empty() {
        return Ok(None);
    }
    named(field, SessionId::try_new(text)).map(Some)
}
