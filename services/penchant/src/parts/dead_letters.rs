//! What the configured log has put aside, for the command line.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use penchant_core::{Position, Timestamp};
use penchant_kafka::{KafkaLog, Redrive};
use penchant_ports::{Clock, SystemClock};
use penchant_sqlite::SqliteLog;

use super::log;
use crate::config::{Config, LogKind};

/// One record that holds no event.
pub(crate) struct Letter {
    /// What `show` and `redrive` take.
    pub(crate) position: Position,
    /// Where it stood on the log.
    pub(crate) origin: Position,
    /// When the log took it in, or found it out.
    pub(crate) at: Timestamp,
    /// Machine-readable.
    pub(crate) reason: String,
    /// For people.
    pub(crate) detail: String,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) headers: Vec<(String, Option<Vec<u8>>)>,
    pub(crate) payload: Option<Vec<u8>>,
    /// The value's whole length in bytes, when only its beginning was kept.
    pub(crate) truncated_from: Option<u64>,
}

/// Which to send again.
pub(crate) enum Which {
    One(Position),
    All,
}

/// The dead letters of a log.
#[derive(Clone)]
pub(crate) enum DeadLetters {
    Embedded(Arc<SqliteLog>),
    Kafka(KafkaLog),
}

impl DeadLetters {
    pub(crate) async fn open(config: &Config) -> Result<Self> {
        match config.log.kind {
            LogKind::Embedded => {
                let clock: Arc<dyn Clock> = Arc::new(SystemClock);
                let opened = log::embedded(config, &clock);
                let log = opened.context("a running service has the folder to itself: stop it")?;
                Ok(Self::Embedded(Arc::new(log)))
            }
            LogKind::Kafka => Ok(Self::Kafka(log::kafka(config).await?)),
        }
    }

    /// At most `limit` of those that wait, and how many wait in all.
    pub(crate) async fn list(&self, limit: usize) -> Result<(Vec<Letter>, u64)> {
        match self {
            Self::Embedded(log) => {
                let page = log.dead_letters(limit, None).await?;
                Ok((page.items.into_iter().map(embedded).collect(), page.total))
            }
            Self::Kafka(log) => {
                let listing = log.dead_letters().list(limit).await?;
                let total = u64::try_from(listing.total).unwrap_or(u64::MAX);
                Ok((listing.letters.into_iter().map(remote).collect(), total))
            }
        }
    }

    pub(crate) async fn show(&self, position: Position) -> Result<Letter> {
        Ok(match self {
            Self::Embedded(log) => embedded(log.dead_letter(position).await?),
            Self::Kafka(log) => remote(log.dead_letters().show(position).await?),
        })
    }

    /// How many are on the log again, and how many cannot be sent again.
    pub(crate) async fn redrive(&self, which: Which) -> Result<(usize, usize)> {
        let Self::Kafka(log) = self else {
            bail!(
                "the embedded log takes no record that is not an event, so none of its dead \
                 letters could become one; record what was meant with `penchant record`"
            );
        };
        let which = match which {
            Which::One(position) => Redrive::One(position),
            Which::All => Redrive::All,
        };
        let done = log.dead_letters().redrive(which).await?;
        Ok((done.count, done.skipped))
    }
}

fn embedded(letter: penchant_sqlite::DeadLetter) -> Letter {
    Letter {
        position: letter.position,
        origin: letter.position,
        at: letter.found_at,
        reason: letter.why.reason,
        detail: letter.why.detail,
        key: None,
        headers: Vec::new(),
        payload: Some(letter.bytes),
        truncated_from: None,
    }
}

fn remote(letter: penchant_kafka::DeadLetter) -> Letter {
    Letter {
        position: letter.position,
        origin: letter.origin,
        at: letter.logged_at,
        reason: letter.reason,
        detail: letter.detail,
        key: letter.key,
        headers: letter.headers,
        payload: letter.payload,
        truncated_from: letter.truncated_from,
    }
}
