//! What a record is: an event, something to put aside, or something erased.

use std::sync::Arc;

use penchant_core::{Context, Event, EventBody, UserKey, validate};
use penchant_ports::{Delivery, Payload, PortError, PortErrorKind, Undecodable};

use crate::codec::{self, reason, undecodable};
use crate::config::MAX_RECORD_BYTES;
use crate::ledger::Ledger;
use crate::record::Record;
use crate::{key, murmur2};

/// Judges records of one events topic.
#[derive(Debug, Clone)]
pub(crate) struct Judge {
    pub(crate) partitions: u32,
    pub(crate) ledger: Arc<Ledger>,
}

impl Judge {
    /// What `record` is to the learner.
    pub(crate) fn deliver(&self, record: &Record) -> Delivery {
        let payload = self.payload(record).unwrap_or_else(Payload::DeadLetter);
        Delivery { position: record.position, logged_at: record.logged_at, payload }
    }

    fn payload(&self, record: &Record) -> Result<Payload, Undecodable> {
        let user = self.user(record)?;
        let erased = self.ledger.covers(&user, record.position);
        match (self.event(record, &user), erased) {
            (Ok(event), false) => Ok(Payload::Event(Box::new(event))),
            // A rebuild must erase again, or events that were late for it would come back.
            (Ok(event), true) if event.body == EventBody::Erase => {
                let bare = Event { session: None, context: Context::default(), ..event };
                Ok(Payload::Event(Box::new(bare)))
            }
            // What cannot be read of an erased user must not be copied to the dead letters.
            (_, true) => Ok(Payload::Erased),
            (Err(why), false) => Err(why),
        }
    }

    fn user(&self, record: &Record) -> Result<UserKey, Undecodable> {
        let Some(bytes) = &record.key else {
            return Err(undecodable(reason::NULL_KEY, "the record has no key"));
        };
        let user = key::decode(bytes).map_err(|why| undecodable(reason::MALFORMED_KEY, why))?;
        let expected = murmur2::partition(bytes, self.partitions);
        if expected != record.position.partition.0 {
            // Two lanes would write one user (INV-4). librdkafka's default partitioner does this.
            return Err(undecodable(
                reason::WRONG_PARTITION,
                format!(
                    "the key belongs to partition {expected}; produce with the murmur2 partitioner \
                     (librdkafka: partitioner=murmur2_random)"
                ),
            ));
        }
        Ok(user)
    }

    fn event(&self, record: &Record, user: &UserKey) -> Result<Event, Undecodable> {
        if record.too_many_headers {
            return Err(undecodable(reason::OVERSIZED, "more than 32 headers or 8 KiB of them"));
        }
        let Some(value) = &record.payload else {
            return Err(undecodable(reason::MALFORMED, "the record has no value"));
        };
        if value.len() > MAX_RECORD_BYTES {
            return Err(undecodable(
                reason::OVERSIZED,
                format!(
                    "the value has {} bytes, at most {MAX_RECORD_BYTES} are taken",
                    value.len()
                ),
            ));
        }
        let content_type = record.header(codec::CONTENT_TYPE);
        let event = codec::decode(value, content_type, user, record.position, record.logged_at)?;
        validate::event(&event).map_err(|e| undecodable(reason::INVALID, e.to_string()))?;
        Ok(event)
    }
}

/// Checks an event before it is produced: the log takes in what it would also deliver.
pub(crate) fn admit(event: &Event) -> Result<Vec<u8>, PortError> {
    let invalid = |message: String| PortError::new(PortErrorKind::Invalid, message);
    validate::event(event).map_err(|e| invalid(e.to_string()))?;
    let value = codec::encode(event);
    if value.len() > MAX_RECORD_BYTES {
        return Err(invalid(format!(
            "the event has {} bytes, at most {MAX_RECORD_BYTES} are taken",
            value.len()
        )));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use penchant_core::{Position, TenantId, Timestamp, UserId};

    use super::*;

    fn ada() -> UserKey {
        UserKey::new(TenantId::try_new("acme").unwrap(), UserId::try_new("ada").unwrap())
    }

    fn judge() -> Judge {
        Judge { partitions: 1, ledger: Arc::default() }
    }

    fn record(offset: u64, value: &str) -> Record {
        Record {
            position: Position::new(0, offset),
            logged_at: Timestamp::from_millis(1),
            key: Some(key::encode(&ada())),
            payload: Some(value.as_bytes().to_vec()),
            headers: Vec::new(),
            too_many_headers: false,
        }
    }

    fn reason_of(record: &Record) -> String {
        match judge().deliver(record).payload {
            Payload::DeadLetter(why) => why.reason,
            other => panic!("judged {other:?}"),
        }
    }

    const TEA: &str = r#"{"statement": {"text": "tea"}}"#;

    #[test]
    fn what_is_no_event_names_its_reason() {
        assert_eq!(reason_of(&Record { key: None, ..record(0, TEA) }), "null-key");
        assert_eq!(
            reason_of(&Record { key: Some(b"ada".to_vec()), ..record(0, TEA) }),
            "malformed-key"
        );
        assert_eq!(reason_of(&Record { payload: None, ..record(0, TEA) }), "malformed");
        assert_eq!(reason_of(&Record { too_many_headers: true, ..record(0, TEA) }), "oversized");
        assert_eq!(reason_of(&record(0, &" ".repeat(MAX_RECORD_BYTES + 1))), "oversized");
        assert_eq!(reason_of(&record(0, r#"{"statement": {"text": " "}}"#)), "invalid");
        let astray = Record { position: Position::new(7, 0), ..record(0, TEA) };
        assert_eq!(reason_of(&astray), "wrong-partition");
    }

    #[test]
    fn records_up_to_an_erasure_are_erased_and_the_erasure_itself_stays() {
        let judge = judge();
        judge.ledger.learn(&ada(), Position::new(0, 5));
        assert_eq!(judge.deliver(&record(5, TEA)).payload, Payload::Erased);
        assert_eq!(judge.deliver(&record(5, "{garbage")).payload, Payload::Erased);
        assert!(matches!(judge.deliver(&record(6, TEA)).payload, Payload::Event(_)));
        let erase = r#"{"erase": {}, "session_id": "s", "context": {"text": "private"}}"#;
        match judge.deliver(&record(4, erase)).payload {
            Payload::Event(event) => {
                assert_eq!(event.body, EventBody::Erase);
                assert!(event.session.is_none() && event.context.is_empty());
            }
            other => panic!("judged {other:?}"),
        }
    }
}
