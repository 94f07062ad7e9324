//! `Event`.

use penchant_core::validate::InvalidField;
use penchant_core::{Event, EventBody, EventId, TenantId, Timestamp, UserKey};

use super::{
    comparison, context, directive, edit, feedback, id, interaction, message, statement, timestamp,
};
use crate::v1;

/// What an event's message leaves open.
pub trait Defaults {
    /// An id for an event that came without one. Where records are delivered again, it must be the
    /// same each time.
    fn id(&mut self) -> EventId;
    /// The time of an event that came without one: log time, or the closest thing known.
    fn occurred_at(&mut self) -> Timestamp;
}

/// From the wire. The tenant is the credential's (or the record key's), never the message's.
///
/// # Errors
/// The first field that is missing, malformed or unknown.
pub fn decode(
    wire: v1::Event,
    tenant: &TenantId,
    defaults: &mut dyn Defaults,
) -> Result<Event, InvalidField> {
    use v1::event::Body;
    let user = UserKey::new(tenant.clone(), id::user("user_id", &wire.user_id)?);
    let session = id::session("session_id", &wire.session_id)?;
    let given_id = id::event("id", &wire.id)?;
    let given_time =
        wire.occurred_at.as_ref().map(|at| timestamp::decode("occurred_at", at)).transpose()?;
    let body = match wire.body.ok_or_else(|| {
        InvalidField::new(
            "body",
            "one of message, edit, statement, feedback, comparison, interaction, directive or \
             erase must be given",
        )
    })? {
        Body::Message(body) => EventBody::Message(message::decode(body)?),
        Body::Edit(body) => EventBody::Edit(edit::decode(body)),
        Body::Statement(body) => EventBody::Statement(statement::decode(body)),
        Body::Feedback(body) => EventBody::Feedback(feedback::decode(body)),
        Body::Comparison(body) => EventBody::Comparison(comparison::decode(body)),
        Body::Interaction(body) => EventBody::Interaction(interaction::decode(body)?),
        Body::Directive(body) => EventBody::Directive(directive::decode(body)?),
        Body::Erase(v1::Erase {}) => EventBody::Erase,
    };
    Ok(Event {
        id: given_id.unwrap_or_else(|| defaults.id()),
        user,
        session,
        occurred_at: given_time.unwrap_or_else(|| defaults.occurred_at()),
        imported: wire.imported,
        context: context::decode(wire.context),
        body,
    })
}

impl From<&Event> for v1::Event {
    fn from(event: &Event) -> Self {
        use v1::event::Body;
        let body = match &event.body {
            EventBody::Message(body) => Body::Message(body.into()),
            EventBody::Edit(body) => Body::Edit(body.into()),
            EventBody::Statement(body) => Body::Statement(body.into()),
            EventBody::Feedback(body) => Body::Feedback(body.into()),
            EventBody::Comparison(body) => Body::Comparison(body.into()),
            EventBody::Interaction(body) => Body::Interaction(body.into()),
            EventBody::Directive(body) => Body::Directive(body.into()),
            EventBody::Erase => Body::Erase(v1::Erase {}),
        };
        Self {
            id: event.id.to_string(),
            user_id: event.user.user.to_string(),
            session_id: event.session.as_ref().map(ToString::to_string).unwrap_or_default(),
            occurred_at: Some(timestamp::encode(event.occurred_at)),
            imported: event.imported,
            context: context::encode(&event.context),
            body: Some(body),
        }
    }
}
