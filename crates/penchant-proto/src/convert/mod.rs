//! Conversions between wire and domain, one file per message.
//!
//! From the wire: functions answering [`InvalidField`](penchant_core::validate::InvalidField) with
//! the path of the field. To the wire: `From`, which cannot fail.

pub mod checkpoint;
mod claim;
mod comparison;
pub mod context;
mod directive;
mod edit;
pub mod event;
mod evidence;
mod feedback;
pub mod id;
mod interaction;
pub mod item;
mod message;
mod polarity;
pub mod position;
mod preference;
mod revision;
mod scope;
mod statement;
pub mod status;
pub mod timestamp;

pub use directive::action as directive_action;
pub use preference::support;

use penchant_core::validate::InvalidField;

/// A required enum: refuses numbers that this version does not know, and the zero value.
fn required<E: TryFrom<i32> + Default + PartialEq>(
    field: &str,
    number: i32,
) -> Result<E, InvalidField> {
    match E::try_from(number) {
        Ok(value) if value != E::default() => Ok(value),
        Ok(_) => Err(InvalidField::new(field, "must be given")),
        Err(_) => Err(InvalidField::new(field, format!("has no value number {number}"))),
    }
}
