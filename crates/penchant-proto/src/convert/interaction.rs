//! `Interaction`.

use penchant_core::event::{Action, Interaction};
use penchant_core::validate::InvalidField;

use super::{item, required};
use crate::v1;

pub(super) fn decode(wire: v1::Interaction) -> Result<Interaction, InvalidField> {
    let action = match required("interaction.action", wire.action)? {
        v1::Action::View => Action::View,
        v1::Action::Click => Action::Click,
        v1::Action::Dwell => Action::Dwell,
        v1::Action::Skip => Action::Skip,
        v1::Action::Like => Action::Like,
        v1::Action::Dislike => Action::Dislike,
        v1::Action::Save => Action::Save,
        v1::Action::Share => Action::Share,
        v1::Action::Purchase => Action::Purchase,
        v1::Action::Copy => Action::Copy,
        v1::Action::Regenerate => Action::Regenerate,
        v1::Action::Unspecified => {
            return Err(InvalidField::new("interaction.action", "must be given"));
        }
    };
    let item = wire.item.ok_or_else(|| InvalidField::new("interaction.item", "must be given"))?;
    Ok(Interaction {
        item: item::decode(item),
        action,
        dwell_ms: wire.dwell_ms,
        list_position: wire.list_position,
    })
}

impl From<&Interaction> for v1::Interaction {
    fn from(interaction: &Interaction) -> Self {
        let action = match interaction.action {
            Action::View => v1::Action::View,
            Action::Click => v1::Action::Click,
            Action::Dwell => v1::Action::Dwell,
            Action::Skip => v1::Action::Skip,
            Action::Like => v1::Action::Like,
            Action::Dislike => v1::Action::Dislike,
            Action::Save => v1::Action::Save,
            Action::Share => v1::Action::Share,
            Action::Purchase => v1::Action::Purchase,
            Action::Copy => v1::Action::Copy,
            Action::Regenerate => v1::Action::Regenerate,
        };
        Self {
            item: Some((&interaction.item).into()),
            action: action.into(),
            dwell_ms: interaction.dwell_ms,
            list_position: interaction.list_position,
        }
    }
}
