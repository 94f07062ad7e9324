//! A record of Kafka's, copied out of librdkafka's memory.

use penchant_core::{Position, Timestamp};
use rdkafka::Message;
use rdkafka::message::{BorrowedMessage, Header, Headers, OwnedHeaders};

/// Most headers that a record may have.
const MAX_HEADERS: usize = 32;
/// Most bytes that a record's headers may have together.
const MAX_HEADER_BYTES: usize = 8 * 1024;

/// A header; its value may be null.
pub(crate) type OwnedHeader = (String, Option<Vec<u8>>);

/// A record, owned: live messages would keep their consumer from closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) position: Position,
    pub(crate) logged_at: Timestamp,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) payload: Option<Vec<u8>>,
    /// The first of them, within the bounds.
    pub(crate) headers: Vec<OwnedHeader>,
    /// Whether there were more than the bounds allow.
    pub(crate) too_many_headers: bool,
}

impl Record {
    /// Copies a message.
    pub(crate) fn copy(message: &BorrowedMessage<'_>) -> Self {
        let mut headers = Vec::new();
        let mut too_many_headers = false;
        let mut bytes = 0;
        for header in message.headers().into_iter().flat_map(Headers::iter) {
            bytes += header.key.len() + header.value.map_or(0, <[u8]>::len);
            if headers.len() == MAX_HEADERS || bytes > MAX_HEADER_BYTES {
                too_many_headers = true;
                break;
            }
            headers.push((header.key.to_owned(), header.value.map(<[u8]>::to_vec)));
        }
        // Both are never negative in a record that a broker delivered.
        let partition = u32::try_from(message.partition()).unwrap_or(0);
        let offset = u64::try_from(message.offset()).unwrap_or(0);
        Self {
            position: Position::new(partition, offset),
            logged_at: Timestamp::from_millis(message.timestamp().to_millis().unwrap_or(0)),
            key: message.key().map(<[u8]>::to_vec),
            payload: message.payload().map(<[u8]>::to_vec),
            headers,
            too_many_headers,
        }
    }

    /// Bytes of memory that it holds, roughly.
    pub(crate) fn size(&self) -> usize {
        let of = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        let headers = self.headers.iter().map(|(name, value)| name.len() + of(value));
        size_of::<Self>() + of(&self.key) + of(&self.payload) + headers.sum::<usize>()
    }

    /// The value of the last header of this name, as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().rev().find(|(key, _)| key == name)?;
        std::str::from_utf8(value.as_deref()?).ok()
    }
}

/// Headers as the producer wants them.
pub(crate) fn headers<'a>(
    list: impl IntoIterator<Item = (&'a str, Option<&'a [u8]>)>,
) -> OwnedHeaders {
    list.into_iter()
        .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value }))
}
