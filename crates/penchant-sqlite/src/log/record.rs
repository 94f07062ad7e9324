//! Events as rows, and rows as deliveries.

use penchant_core::{Event, Position, Timestamp, UserKey};
use penchant_ports::{Delivery, Payload, PortError, Undecodable};
use rusqlite::{Connection, Row, params};
use sha2::{Digest as _, Sha256};

use super::PARTITION;
use crate::error::{Doing as _, corrupt, signed, unsigned};

/// The first half of a SHA-256: no one finds two users or events of the same key.
pub(super) type Key = [u8; 16];

fn key<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        // Lengths keep neighbouring parts apart.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut key = Key::default();
    key.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    key
}

/// Whose record it is, without saying the name.
pub(super) fn user_key(user: &UserKey) -> Key {
    key([user.tenant.as_str().as_bytes(), user.user.as_str().as_bytes()])
}

/// Which event of whom it is.
pub(super) fn event_key(event: &Event) -> Key {
    let user = &event.user;
    key([
        user.tenant.as_str().as_bytes(),
        user.user.as_str().as_bytes(),
        event.id.as_str().as_bytes(),
    ])
}

/// What it says. Not its event time: a gateway stamps events that come without one, and a resend
/// would then never be the same.
pub(super) fn digest(event: &Event) -> Result<Key, serde_json::Error> {
    let Event { id: _, user: _, session, occurred_at: _, imported, context, body } = event;
    Ok(key([serde_json::to_vec(&(session, imported, context, body))?.as_slice()]))
}

/// A record as read from the file.
pub(super) struct Stored {
    pub(super) delivery: Delivery,
    /// What a dead letter consists of; empty for other records.
    pub(super) bytes: Vec<u8>,
}

/// Records from `offset` on.
pub(super) fn range(
    connection: &Connection,
    offset: u64,
    limit: usize,
) -> Result<Vec<Stored>, PortError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT \"offset\", logged_at, user_key, payload FROM events
             WHERE \"offset\" >= ?1 ORDER BY \"offset\" LIMIT ?2",
        )
        .doing("read the log")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![signed(offset), limit], stored).doing("read the log")?;
    rows.collect::<rusqlite::Result<_>>().doing("read the log")
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let offset = unsigned(row.get(0)?);
    let logged_at = Timestamp::from_millis(row.get(1)?);
    let whose: Vec<u8> = row.get(2)?;
    let bytes: Option<Vec<u8>> = row.get(3)?;
    let (payload, bytes) = match bytes {
        None => (Payload::Erased, Vec::new()),
        Some(bytes) => match decode(&bytes, &whose) {
            Ok(event) => (Payload::Event(Box::new(event)), Vec::new()),
            Err(why) => (Payload::DeadLetter(why), bytes),
        },
    };
    let position = Position { partition: PARTITION, offset };
    Ok(Stored { delivery: Delivery { position, logged_at, payload }, bytes })
}

fn decode(bytes: &[u8], whose: &[u8]) -> Result<Event, Undecodable> {
    let because = |reason: &str, detail: String| Undecodable { reason: reason.to_owned(), detail };
    let event: Event =
        serde_json::from_slice(bytes).map_err(|e| because("malformed", e.to_string()))?;
    if user_key(&event.user) != whose {
        return Err(because("key-mismatch", "the record stands under another user".to_owned()));
    }
    penchant_core::validate::event(&event).map_err(|e| because("invalid", e.to_string()))?;
    Ok(event)
}

/// Reads an event that was stored by this version's rules, or says where it is damaged.
pub(super) fn decode_at(offset: i64, bytes: &[u8]) -> Result<Event, PortError> {
    serde_json::from_slice(bytes)
        .map_err(|e| corrupt(format!("the record at {PARTITION}:{offset} cannot be read: {e}")))
}
