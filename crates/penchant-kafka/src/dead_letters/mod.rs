//! What could not become an event: put aside with its reason, listed, and sent again.

mod envelope;
mod writer;

use std::collections::BTreeMap;

use penchant_core::{Partition, Position, Timestamp, UserKey};
use penchant_ports::{PortError, PortErrorKind};

use crate::inner::Inner;
use crate::producer::Outgoing;
use crate::record::{self, OwnedHeader};

pub(crate) use writer::{Asided, Writer};

/// The dead-letter topic has one partition: order of arrival is the order to look at.
const PARTITION: Partition = Partition(0);
/// Dead letters held at a time; each may be a megabyte.
const CHUNK: usize = 64;

/// A record that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Where it stands among the dead letters; what `show` and `redrive` take.
    pub position: Position,
    /// The topic it came from.
    pub topic: String,
    /// Where it stood there.
    pub origin: Position,
    /// When that topic took it in.
    pub logged_at: Timestamp,
    /// The short machine-readable reason: `null-key`, `key-mismatch`, `oversized`, `malformed`.
    pub reason: String,
    /// The reason for people.
    pub detail: String,
    /// Its key as it was.
    pub key: Option<Vec<u8>>,
    /// Whose it is, when the key says so.
    pub user: Option<UserKey>,
    /// Its headers as they were.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// Its value as it was, or the beginning of it.
    pub payload: Option<Vec<u8>>,
    /// The value's whole length in bytes, when only the beginning was kept.
    pub truncated_from: Option<u64>,
}

/// Some dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The newest, oldest of them first.
    pub letters: Vec<DeadLetter>,
    /// How many there are in all.
    pub total: usize,
}

/// Which dead letters to send again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redrive {
    /// The one at this position among the dead letters.
    One(Position),
    /// All that were not sent again yet.
    All,
}

/// What sending again came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Redriven {
    /// Records that are on the events topic again.
    pub count: usize,
    /// Dead letters that cannot be sent again: no key, or only a beginning was kept.
    pub skipped: usize,
}

/// The dead letters of one log.
///
/// Listed is what still waits: not what was sent again, and nothing of a user who was erased
/// after the record was written (INV-9). A record that was put aside twice, because it was
/// delivered twice, is listed once.
#[derive(Clone)]
pub struct DeadLetters {
    inner: std::sync::Arc<Inner>,
}

impl std::fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeadLetters").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl DeadLetters {
    pub(crate) fn new(inner: std::sync::Arc<Inner>) -> Self {
        Self { inner }
    }

    /// The newest `limit` dead letters, and how many there are.
    ///
    /// # Errors
    /// [`PortError`] when the topic cannot be read.
    pub async fn list(&self, limit: usize) -> Result<Listing, PortError> {
        let waiting = self.waiting().await?;
        let newest = &waiting[waiting.len().saturating_sub(limit)..];
        Ok(Listing { letters: self.load(newest).await?, total: waiting.len() })
    }

    /// One dead letter.
    ///
    /// # Errors
    /// [`PortErrorKind::NotFound`] when none stands there; [`PortError`] when the topic cannot be
    /// read.
    pub async fn show(&self, position: Position) -> Result<DeadLetter, PortError> {
        let topic = &self.inner.config.dead_letter_topic;
        let found = self.inner.readers.range(topic, position.partition, position.offset, 1).await?;
        found
            .into_iter()
            .find(|record| record.position == position)
            .and_then(envelope::letter)
            .filter(|letter| !self.erased(letter))
            .ok_or_else(|| {
                PortError::new(PortErrorKind::NotFound, format!("no dead letter at {position}"))
            })
    }

    /// Writes dead letters to the events topic again, as they were, and notes that it was done.
    /// They get new offsets; one that was fixed by hand meanwhile takes effect once, by its id.
    ///
    /// # Errors
    /// [`PortErrorKind::NotFound`] when the one asked for is not there; [`PortErrorKind::Invalid`]
    /// when it cannot be sent again; [`PortError`] when Kafka cannot be reached: what was sent by
    /// then stays sent and is noted.
    pub async fn redrive(&self, which: Redrive) -> Result<Redriven, PortError> {
        let waiting = match which {
            Redrive::All => self.waiting().await?,
            Redrive::One(position) => {
                if let Some(why) = unsendable(&self.show(position).await?) {
                    return Err(PortError::new(
                        PortErrorKind::Invalid,
                        format!("the dead letter at {position} cannot be sent again: {why}"),
                    ));
                }
                vec![position]
            }
        };
        let mut outcome = Redriven::default();
        for positions in waiting.chunks(CHUNK) {
            for letter in self.load(positions).await? {
                if unsendable(&letter).is_some() {
                    outcome.skipped += 1;
                    continue;
                }
                self.send(&letter).await?;
                outcome.count += 1;
            }
        }
        Ok(outcome)
    }

    /// Sends one letter's record again, and notes that it was done.
    async fn send(&self, letter: &DeadLetter) -> Result<(), PortError> {
        let Inner { config, producer, .. } = &*self.inner;
        let headers = letter.headers.iter().map(|(k, v)| (k.as_str(), v.as_deref()));
        let again = Outgoing {
            topic: &config.topic,
            key: letter.key.as_deref(),
            payload: letter.payload.as_deref(),
            headers: record::headers(headers),
        };
        producer.send(&again).await?;
        let note = letter.origin.to_string();
        let noted = Outgoing {
            topic: &config.dead_letter_topic,
            key: None,
            payload: None,
            headers: record::headers([(envelope::REDRIVEN, Some(note.as_bytes()))]),
        };
        producer.send(&noted).await.map(|_| ())
    }

    /// Where those stand that wait, oldest first, each origin once. Their contents are not kept:
    /// together they may be larger than memory.
    async fn waiting(&self) -> Result<Vec<Position>, PortError> {
        let Inner { config, readers, .. } = &*self.inner;
        let mut waiting: BTreeMap<Position, Position> = BTreeMap::new();
        let mut next = 0;
        loop {
            let records = readers.range(&config.dead_letter_topic, PARTITION, next, CHUNK).await?;
            let Some(last) = records.last() else { break };
            next = last.position.next_offset();
            for record in records {
                if let Some(origin) = envelope::redriven(&record) {
                    waiting.remove(&origin);
                } else if let Some(letter) = envelope::letter(record)
                    && letter.topic == config.topic
                    && !self.erased(&letter)
                {
                    waiting.entry(letter.origin).or_insert(letter.position);
                }
            }
        }
        let mut positions: Vec<Position> = waiting.into_values().collect();
        positions.sort_unstable();
        Ok(positions)
    }

    /// The letters at these positions, which ascend.
    async fn load(&self, positions: &[Position]) -> Result<Vec<DeadLetter>, PortError> {
        let Inner { config, readers, .. } = &*self.inner;
        let mut letters = Vec::with_capacity(positions.len());
        let Some(mut next) = positions.first().map(|first| first.offset) else {
            return Ok(letters);
        };
        while letters.len() < positions.len() {
            let records = readers.range(&config.dead_letter_topic, PARTITION, next, CHUNK).await?;
            let Some(last) = records.last() else { break };
            next = last.position.next_offset();
            let asked =
                records.into_iter().filter(|r| positions.binary_search(&r.position).is_ok());
            letters.extend(asked.filter_map(envelope::letter));
        }
        Ok(letters)
    }

    fn erased(&self, letter: &DeadLetter) -> bool {
        letter.user.as_ref().is_some_and(|user| {
            // A record that went to a wrong partition is erased with those of the right one: its
            // offset there says nothing, and what is erased must not return.
            let partition = self.inner.partition_of(user);
            self.inner.judge.ledger.covers(user, letter.origin)
                || (partition != letter.origin.partition
                    && self.inner.judge.ledger.covers(user, Position { partition, offset: 0 }))
        })
    }
}

fn unsendable(letter: &DeadLetter) -> Option<&'static str> {
    if letter.key.is_none() {
        return Some("it has no key, so nobody knows whose it is");
    }
    letter.truncated_from.is_some().then_some("only its beginning was kept")
}

/// Headers of a dead letter that were the record's own.
pub(crate) fn own(headers: &[OwnedHeader]) -> impl Iterator<Item = &OwnedHeader> {
    headers.iter().filter(|(name, _)| !name.starts_with(envelope::PREFIX))
}
