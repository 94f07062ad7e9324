//! `Status`.

use penchant_core::Status;
use penchant_core::validate::InvalidField;

use super::required;
use crate::v1;

/// From the wire, where it filters a list.
///
/// # Errors
/// No or an unknown status.
pub fn decode(field: &str, number: i32) -> Result<Status, InvalidField> {
    match required(field, number)? {
        v1::Status::Active => Ok(Status::Active),
        v1::Status::Superseded => Ok(Status::Superseded),
        v1::Status::Retracted => Ok(Status::Retracted),
        v1::Status::Expired => Ok(Status::Expired),
        v1::Status::Quarantined => Ok(Status::Quarantined),
        v1::Status::Unspecified => Err(InvalidField::new(field, "must be given")),
    }
}

impl From<Status> for v1::Status {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Superseded => Self::Superseded,
            Status::Retracted => Self::Retracted,
            Status::Expired => Self::Expired,
            Status::Quarantined => Self::Quarantined,
        }
    }
}
