//! How a dead letter is written: the record as it was, plus headers that say what happened.

use penchant_core::{Position, Timestamp};
use penchant_ports::Undecodable;
use rdkafka::message::OwnedHeaders;

use super::{DeadLetter, own};
use crate::config::MAX_DEAD_LETTER_BYTES;
use crate::key;
use crate::record::{self, Record};

/// What every header added here begins with; a record's own header of such a name is dropped.
pub(super) const PREFIX: &str = "penchant-dead-letter-";
const REASON: &str = "penchant-dead-letter-reason";
const DETAIL: &str = "penchant-dead-letter-detail";
const TOPIC: &str = "penchant-dead-letter-topic";
const PARTITION: &str = "penchant-dead-letter-partition";
const OFFSET: &str = "penchant-dead-letter-offset";
/// Milliseconds since 1970.
const TIMESTAMP: &str = "penchant-dead-letter-timestamp";
/// The value's whole length in bytes, when only the beginning was kept.
const TRUNCATED_FROM: &str = "penchant-dead-letter-truncated-from";
/// On a note that the dead letter from this origin was sent again.
pub(super) const REDRIVEN: &str = "penchant-dead-letter-redriven";

/// Bytes kept of a value that is too large to be kept whole.
const KEPT_OF_LARGE: usize = 64 * 1024;

/// The headers of the dead letter for `record`, and what is kept of its value.
pub(super) fn wrap<'a>(
    topic: &str,
    record: &'a Record,
    why: &Undecodable,
) -> (OwnedHeaders, Option<&'a [u8]>) {
    let mut payload = record.payload.as_deref();
    let length = payload.map_or(0, <[u8]>::len);
    let truncated = length > MAX_DEAD_LETTER_BYTES;
    if truncated {
        payload = payload.map(|whole| &whole[..KEPT_OF_LARGE]);
    }
    let position = record.position;
    let mut added = vec![
        (REASON, why.reason.clone()),
        (DETAIL, why.detail.clone()),
        (TOPIC, topic.to_owned()),
        (PARTITION, position.partition.to_string()),
        (OFFSET, position.offset.to_string()),
        (TIMESTAMP, record.logged_at.as_millis().to_string()),
    ];
    if truncated {
        added.push((TRUNCATED_FROM, length.to_string()));
    }
    let original = own(&record.headers).map(|(k, v)| (k.as_str(), v.as_deref()));
    let added = added.iter().map(|(k, v)| (*k, Some(v.as_bytes())));
    // Ours first: readers take the first headers within their bounds.
    (record::headers(added.chain(original)), payload)
}

/// The dead letter in `record`; `None` when it is none.
pub(super) fn letter(record: Record) -> Option<DeadLetter> {
    let text = |name| record.header(name).map(str::to_owned);
    Some(DeadLetter {
        position: record.position,
        topic: text(TOPIC)?,
        origin: Position::new(text(PARTITION)?.parse().ok()?, text(OFFSET)?.parse().ok()?),
        logged_at: Timestamp::from_millis(text(TIMESTAMP)?.parse().ok()?),
        reason: text(REASON)?,
        detail: text(DETAIL).unwrap_or_default(),
        truncated_from: text(TRUNCATED_FROM).and_then(|length| length.parse().ok()),
        user: record.key.as_deref().and_then(|bytes| key::decode(bytes).ok()),
        headers: own(&record.headers).cloned().collect(),
        key: record.key,
        payload: record.payload,
    })
}

/// The origin that `record` notes as sent again.
pub(super) fn redriven(record: &Record) -> Option<Position> {
    record.header(REDRIVEN)?.parse().ok()
}
