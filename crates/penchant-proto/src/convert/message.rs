//! `Message`.

use penchant_core::event::{Message, Role};
use penchant_core::validate::InvalidField;

use super::required;
use crate::v1;

pub(super) fn decode(wire: v1::Message) -> Result<Message, InvalidField> {
    let role = match required("message.role", wire.role)? {
        v1::Role::User => Role::User,
        v1::Role::Assistant => Role::Assistant,
        v1::Role::Unspecified => return Err(InvalidField::new("message.role", "must be given")),
    };
    Ok(Message { role, text: wire.text, reply_to: wire.reply_to })
}

impl From<&Message> for v1::Message {
    fn from(message: &Message) -> Self {
        let role = match message.role {
            Role::User => v1::Role::User,
            Role::Assistant => v1::Role::Assistant,
        };
        Self { role: role.into(), text: message.text.clone(), reply_to: message.reply_to.clone() }
    }
}
