//! What could not become an event: put aside with its reason, listed, and sent again.

mod envelope;
mod writer;

use std::collections::BTreeSet;

use penchant_core::{Partition, Position, Timestamp, UserKey};
use penchant_ports::{PortError, PortErrorKind};

use crate::inner::Inner;
use crate::producer::Outgoing;
use crate::record::{self, OwnedHeader};

pub(crate) use writer::{Asided, Writer};

/// The dead-letter topic has one partition: order of arrival is the order to look at.
const PARTITION: Partition = Partition(0);
/// Dead letters read at a time.
const CHUNK: usize = 500;

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
        let mut letters = self.waiting().await?;
        let total = letters.len();
        letters.drain(..total.saturating_sub(limit));
        Ok(Listing { letters, total })
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
        let letters = match which {
            Redrive::All => self.waiting().await?,
            Redrive::One(position) => {
                let letter = self.show(position).await?;
                if let Some(why) = unsendable(&letter) {
                    return Err(PortError::new(
                        PortErrorKind::Invalid,
                        format!("the dead letter at {position} cannot be sent again: {why}"),
                    ));
                }
                vec![letter]
            }
        };
        let mut outcome = Redriven::default();
        for letter in letters {
            if unsendable(&letter).is_some() {
                outcome.skipped += 1;
                continue;
            }
            let headers = letter.headers.iter().map(|(k, v)| (k.as_str(), v.as_deref()));
            let again = Outgoing {
                topic: &self.inner.config.topic,
                key: letter.key.as_deref(),
                payload: letter.payload.as_deref(),
                headers: record::headers(headers),
            };
            self.inner.producer.send(&again).await?;
            let note = letter.origin.to_string();
            let noted = Outgoing {
                topic: &self.inner.config.dead_letter_topic,
                key: None,
                payload: None,
                headers: record::headers([(envelope::REDRIVEN, Some(note.as_bytes()))]),
            };
            self.inner.producer.send(&noted).await?;
            outcome.count += 1;
        }
        Ok(outcome)
    }

    /// All that wait, oldest first, each origin once.
    async fn waiting(&self) -> Result<Vec<DeadLetter>, PortError> {
        let topic = &self.inner.config.dead_letter_topic;
        let mut letters: Vec<DeadLetter> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = 0;
        loop {
            let records = self.inner.readers.range(topic, PARTITION, next, CHUNK).await?;
            let Some(last) = records.last() else { break };
            next = last.position.next_offset();
            for record in records {
                if let Some(origin) = envelope::redriven(&record) {
                    letters.retain(|letter| letter.origin != origin);
                } else if let Some(letter) = envelope::letter(record)
                    && letter.topic == self.inner.config.topic
                    && !self.erased(&letter)
                    && seen.insert(letter.origin)
                {
                    letters.push(letter);
                }
            }
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
