//! `Directive`.

use penchant_core::event::{Directive, DirectiveAction};
use penchant_core::validate::InvalidField;

use super::{id, required};
use crate::v1;

/// An action with its words, as in `Directive` and `DirectPreferenceRequest`. `path` is what
/// stands before the field names: `directive.` or nothing.
///
/// # Errors
/// No or an unknown action; words with an action that takes none.
pub fn action(
    path: &str,
    action: i32,
    description: String,
) -> Result<DirectiveAction, InvalidField> {
    let field = format!("{path}action");
    let action = match required(&field, action)? {
        // Missing words are the validation's business, like those that are too long.
        v1::DirectiveAction::Edit => return Ok(DirectiveAction::Edit(description)),
        v1::DirectiveAction::Confirm => DirectiveAction::Confirm,
        v1::DirectiveAction::Retract => DirectiveAction::Retract,
        v1::DirectiveAction::Restore => DirectiveAction::Restore,
        v1::DirectiveAction::Pin => DirectiveAction::Pin,
        v1::DirectiveAction::Unspecified => {
            return Err(InvalidField::new(field, "must be given"));
        }
    };
    if description.is_empty() {
        Ok(action)
    } else {
        Err(InvalidField::new(format!("{path}description"), "belongs to the action edit only"))
    }
}

pub(super) fn decode(wire: v1::Directive) -> Result<Directive, InvalidField> {
    Ok(Directive {
        preference: id::preference("directive.preference_id", &wire.preference_id)?,
        action: action("directive.", wire.action, wire.description)?,
        expected_version: wire.expected_version,
    })
}

impl From<&Directive> for v1::Directive {
    fn from(directive: &Directive) -> Self {
        let (action, description) = match &directive.action {
            DirectiveAction::Confirm => (v1::DirectiveAction::Confirm, String::new()),
            DirectiveAction::Edit(words) => (v1::DirectiveAction::Edit, words.clone()),
            DirectiveAction::Retract => (v1::DirectiveAction::Retract, String::new()),
            DirectiveAction::Restore => (v1::DirectiveAction::Restore, String::new()),
            DirectiveAction::Pin => (v1::DirectiveAction::Pin, String::new()),
        };
        Self {
            preference_id: directive.preference.to_string(),
            action: action.into(),
            description,
            expected_version: directive.expected_version,
        }
    }
}
