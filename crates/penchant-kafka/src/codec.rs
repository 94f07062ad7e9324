//! An event as a record's value: protobuf, or proto3 JSON of the same message.

use penchant_core::{Event, EventId, Position, Timestamp, UserKey};
use penchant_ports::Undecodable;
use penchant_proto::convert::event::{self, Defaults};
use penchant_proto::v1;
use prost::Message as _;

/// The header that says how a value is written.
pub(crate) const CONTENT_TYPE: &str = "content-type";
/// What this crate writes.
pub(crate) const PROTOBUF: &str = "application/x-protobuf";
/// What apps may write as well.
pub(crate) const JSON: &str = "application/json";

/// Reasons, as they appear in dead letters and metrics.
pub(crate) mod reason {
    pub(crate) const NULL_KEY: &str = "null-key";
    pub(crate) const MALFORMED_KEY: &str = "malformed-key";
    pub(crate) const KEY_MISMATCH: &str = "key-mismatch";
    pub(crate) const WRONG_PARTITION: &str = "wrong-partition";
    pub(crate) const OVERSIZED: &str = "oversized";
    pub(crate) const MALFORMED: &str = "malformed";
    pub(crate) const UNKNOWN_SCHEMA: &str = "unknown-schema";
    pub(crate) const INVALID: &str = "invalid";
}

/// Names a reason and says for people what is wrong.
pub(crate) fn undecodable(reason: &str, detail: impl Into<String>) -> Undecodable {
    Undecodable { reason: reason.to_owned(), detail: detail.into() }
}

/// An event as protobuf.
pub(crate) fn encode(event: &Event) -> Vec<u8> {
    v1::Event::from(event).encode_to_vec()
}

/// What a record leaves open is filled from where it stands, so that every delivery and every
/// rebuild fills it alike (INV-1).
struct FromPosition {
    position: Position,
    logged_at: Timestamp,
}

impl Defaults for FromPosition {
    fn id(&mut self) -> EventId {
        let Position { partition, offset } = self.position;
        #[allow(clippy::expect_used, reason = "digits and dashes are in the allowlist")]
        EventId::try_new(format!("log-{partition}-{offset}")).expect("digits make an id")
    }

    fn occurred_at(&mut self) -> Timestamp {
        self.logged_at
    }
}

/// Reads the event in `value`. `user` comes from the record's key.
pub(crate) fn decode(
    value: &[u8],
    content_type: Option<&str>,
    user: &UserKey,
    position: Position,
    logged_at: Timestamp,
) -> Result<Event, Undecodable> {
    let mut wire = match format(value, content_type)? {
        Format::Protobuf => v1::Event::decode(value)
            .map_err(|e| undecodable(reason::MALFORMED, format!("not a protobuf Event: {e}")))?,
        Format::Json => serde_json::from_slice(value).map_err(|e| json_error(&e))?,
    };
    if wire.user_id.is_empty() {
        wire.user_id = user.user.to_string();
    } else if wire.user_id != user.user.as_str() {
        return Err(undecodable(
            reason::KEY_MISMATCH,
            "the key names another user than the event's user_id",
        ));
    }
    let mut defaults = FromPosition { position, logged_at };
    let unknown = wire.body.is_none();
    event::decode(wire, &user.tenant, &mut defaults).map_err(|field| {
        // Protobuf drops what it does not know: a kind of event from a later version arrives as
        // an event without one.
        let unknown = unknown || field.reason.starts_with("has no value number");
        let reason = if unknown { reason::UNKNOWN_SCHEMA } else { reason::INVALID };
        undecodable(reason, field.to_string())
    })
}

enum Format {
    Protobuf,
    Json,
}

fn format(value: &[u8], content_type: Option<&str>) -> Result<Format, Undecodable> {
    let Some(content_type) = content_type else {
        // An Event's protobuf starts with a field tag, which is never '{': that would be field 15
        // of a group, and groups are not in use.
        let first = value.iter().find(|byte| !byte.is_ascii_whitespace());
        return Ok(if first == Some(&b'{') { Format::Json } else { Format::Protobuf });
    };
    let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match essence.as_str() {
        PROTOBUF | "application/protobuf" | "application/vnd.google.protobuf" => {
            Ok(Format::Protobuf)
        }
        JSON => Ok(Format::Json),
        _ => Err(undecodable(
            reason::UNKNOWN_SCHEMA,
            format!("content-type {essence:?} is neither {PROTOBUF} nor {JSON}"),
        )),
    }
}

fn json_error(error: &serde_json::Error) -> Undecodable {
    let text = error.to_string();
    let unknown = ["unknown field", "unknown variant"].iter().any(|what| text.contains(what));
    let reason = if unknown { reason::UNKNOWN_SCHEMA } else { reason::MALFORMED };
    undecodable(reason, format!("not a JSON Event: {text}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use penchant_core::{EventBody, TenantId, UserId};

    use super::*;

    fn ada() -> UserKey {
        UserKey::new(TenantId::try_new("acme").unwrap(), UserId::try_new("ada").unwrap())
    }

    fn read(value: &[u8], content_type: Option<&str>) -> Result<Event, Undecodable> {
        decode(value, content_type, &ada(), Position::new(3, 41), Timestamp::from_millis(7_000))
    }

    const STATEMENT: &str = r#"{"userId": "ada", "id": "e1", "statement": {"text": "tea"}}"#;
    const SNAKE: &str = r#" {"user_id": "ada", "id": "e1", "statement": {"text": "tea"}}"#;

    #[test]
    fn json_is_read_with_and_without_its_header() {
        for text in [STATEMENT, SNAKE] {
            for header in [None, Some("application/json"), Some("Application/JSON; charset=utf-8")]
            {
                let event = read(text.as_bytes(), header).unwrap();
                assert_eq!(event.user, ada());
                assert_eq!(event.occurred_at, Timestamp::from_millis(7_000));
                assert!(matches!(event.body, EventBody::Statement(s) if s.text == "tea"));
            }
        }
    }

    #[test]
    fn protobuf_survives_the_log() {
        let event = read(STATEMENT.as_bytes(), None).unwrap();
        for header in [None, Some(PROTOBUF)] {
            assert_eq!(read(&encode(&event), header).unwrap(), event);
        }
    }

    #[test]
    fn an_event_without_id_or_user_gets_the_same_ones_on_every_delivery() {
        let bare = br#"{"statement": {"text": "tea"}}"#;
        let event = read(bare, None).unwrap();
        assert_eq!(event.id.as_str(), "log-3-41");
        assert_eq!(event.user, ada());
        assert_eq!(read(bare, None).unwrap(), event);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let cases: [(&[u8], Option<&str>, &str); 9] = [
            (br#"{"user_id": "bob", "statement": {"text": "tea"}}"#, None, reason::KEY_MISMATCH),
            (br#"{"user_id": "ada", "statement": "#, None, reason::MALFORMED),
            (br#"{"user_id": "ada", "levitation": {}}"#, None, reason::UNKNOWN_SCHEMA),
            (br#"{"user_id": "ada"}"#, None, reason::UNKNOWN_SCHEMA),
            (br#"{"message": {"role": "ROLE_SEER", "text": "x"}}"#, None, reason::UNKNOWN_SCHEMA),
            (br#"{"id": "no spaces", "statement": {"text": "tea"}}"#, None, reason::INVALID),
            (b"\xff\xff\xff\xff", None, reason::MALFORMED),
            // Field 99, length-delimited, empty: an event kind of a later version.
            (b"\x9a\x06\x00", Some(PROTOBUF), reason::UNKNOWN_SCHEMA),
            (b"x", Some("text/plain"), reason::UNKNOWN_SCHEMA),
        ];
        for (value, header, expected) in cases {
            let why = read(value, header).unwrap_err();
            assert_eq!(why.reason, expected, "{} for {value:?}", why.detail);
        }
    }

    #[test]
    fn deep_json_is_refused_and_not_followed() {
        let deep = format!("{}{}", r#"{"context":"#.repeat(10_000), "}".repeat(10_000));
        let deepest = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(deep.as_bytes(), None).is_err());
        assert_eq!(read(deepest.as_bytes(), Some(JSON)).unwrap_err().reason, reason::MALFORMED);
    }
}
