//! Checks that several calls share. Nothing is clamped silently: what is out of range is refused
//! by name.

use penchant_core::limits::MAX_PAGE;
use penchant_core::validate::{self, InvalidField};
use penchant_core::{Context, TenantId, UserKey};
use penchant_ports::Cursor;
use penchant_proto::convert::{context, id};
use penchant_proto::v1;

/// Page size when the caller names none.
const DEFAULT_PAGE: u32 = 50;
/// No store's cursor is longer, in bytes.
const MAX_TOKEN_BYTES: usize = 1_024;

pub(super) fn user(tenant: &TenantId, user_id: &str) -> Result<UserKey, InvalidField> {
    Ok(UserKey::new(tenant.clone(), id::user("user_id", user_id)?))
}

pub(super) fn context_within_limits(wire: Option<v1::Context>) -> Result<Context, InvalidField> {
    let context = context::decode(wire);
    validate::context("context", &context)?;
    Ok(context)
}

pub(super) fn number(
    field: &str,
    given: Option<u32>,
    default: u32,
    max: u32,
) -> Result<u32, InvalidField> {
    match given.unwrap_or(default) {
        value if (1..=max).contains(&value) => Ok(value),
        value => Err(InvalidField::new(field, format!("must be 1 to {max}, is {value}"))),
    }
}

pub(super) fn count(field: &str, has: usize, max: usize) -> Result<(), InvalidField> {
    if (1..=max).contains(&has) {
        return Ok(());
    }
    Err(InvalidField::new(field, format!("must have 1 to {max} entries, has {has}")))
}

pub(super) fn page_size(given: Option<u32>) -> Result<usize, InvalidField> {
    number("page_size", given, DEFAULT_PAGE, MAX_PAGE).map(|size| size as usize)
}

/// Whether it is one of the store's is the store's to say.
pub(super) fn cursor(token: String) -> Result<Option<Cursor>, InvalidField> {
    if token.is_empty() {
        return Ok(None);
    }
    if token.len() > MAX_TOKEN_BYTES || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(InvalidField::new("page_token", "is no token of this service"));
    }
    Ok(Some(Cursor(token)))
}

/// A path within a list: `candidates[3].text`.
pub(super) fn within(path: &str, error: InvalidField) -> InvalidField {
    InvalidField::new(format!("{path}.{}", error.field), error.reason)
}

/// How far a count may go on the wire.
pub(super) fn as_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
