//! The embedded event log: one partition, one file.

mod append;
mod consumer;
mod dead;
mod erase;
mod record;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use penchant_core::{Checkpoint, Event, Partition, Position, UserKey};
use penchant_ports::{Clock, Cursor, Delivery, EventLog, LogConsumer, Page, PortError};
use rusqlite::{Connection, OptionalExtension as _};

use crate::database::{Schema, open_writer};
use crate::error::{Doing as _, signed, unsigned};
use crate::folder;
use crate::reader::Readers;
use crate::writer::Writer;
use append::Appender;
use consumer::Owner;
pub use dead::DeadLetter;

/// The log's file in the data folder.
pub const LOG_FILE: &str = "log.sqlite";

/// The one partition there is.
pub(crate) const PARTITION: Partition = Partition(0);

const SCHEMA: Schema = Schema {
    name: LOG_FILE,
    application_id: 0x504e_434c, // PNCL
    migrations: &[include_str!("../../migrations/log_001.sql")],
};

/// An [`EventLog`] in SQLite.
///
/// An event whose id its user has used before is answered with the first position when all but
/// its event time is the same (a gateway may have filled that in), and refused otherwise. A new
/// consumer takes the partition over: the previous one's fence is cancelled first (INV-4).
pub struct SqliteLog {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
    appender: Arc<Appender>,
    clock: Arc<dyn Clock>,
    owner: Mutex<Option<Owner>>,
}

impl fmt::Debug for SqliteLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLog").field("readers", &self.readers).finish_non_exhaustive()
    }
}

impl SqliteLog {
    /// Opens `log.sqlite` in `folder`, making and migrating it as needed. `clock` tells log time.
    /// Blocks while it does; dropping the log blocks until what was asked is written.
    ///
    /// # Errors
    /// [`PortError`] naming the folder when another process (or handle) has it open, and when the
    /// file is foreign, damaged, or written by a newer version.
    pub fn open(folder: impl AsRef<Path>, clock: Arc<dyn Clock>) -> Result<Self, PortError> {
        let folder = folder.as_ref();
        folder::prepare(folder)?;
        let lock = folder::lock(folder, LOG_FILE)?;
        let path = folder.join(LOG_FILE);
        let connection = open_writer(&path, SCHEMA)?;
        let next = end(&connection)?;
        let writer = Writer::start(LOG_FILE, connection, lock)?;
        Ok(Self {
            writer: Arc::new(writer),
            readers: Readers::new(path),
            appender: Arc::new(Appender::new(Arc::clone(&clock), next)),
            clock,
            owner: Mutex::new(None),
        })
    }

    /// Lists the records that were put aside because they are no events (INV-5), oldest first.
    ///
    /// # Errors
    /// [`PortError`]; `Invalid` for a limit of 0 or a cursor that is none.
    pub async fn dead_letters(
        &self,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<DeadLetter>, PortError> {
        let after = cursor.map(dead::parse_cursor).transpose()?;
        self.readers.run(move |connection| dead::list(connection, limit, after)).await
    }

    /// Shows one record that was put aside.
    ///
    /// # Errors
    /// [`PortError`]; `NotFound` when the record at `position` was not put aside.
    pub async fn dead_letter(&self, position: Position) -> Result<DeadLetter, PortError> {
        self.readers.run(move |connection| dead::show(connection, position)).await
    }
}

/// The offset that the next record gets.
fn end(connection: &Connection) -> Result<u64, PortError> {
    let last: Option<i64> = connection
        .query_row("SELECT \"offset\" FROM events ORDER BY \"offset\" DESC LIMIT 1", [], |row| {
            row.get(0)
        })
        .optional()
        .doing("find the end of the log")?;
    Ok(last.map_or(0, |last| unsigned(last) + 1))
}

#[async_trait]
impl EventLog for SqliteLog {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        append::append(&self.writer, &self.appender, events).await
    }

    fn partition_of(&self, _user: &UserKey) -> Partition {
        PARTITION
    }

    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        Ok(Box::new(consumer::start(self, from.next_offset(PARTITION))))
    }

    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, PortError> {
        if partition != PARTITION {
            return Ok(Vec::new());
        }
        let records =
            self.readers.run(move |connection| record::range(connection, offset, limit)).await?;
        Ok(records.into_iter().map(|record| record.delivery).collect())
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        Ok(BTreeMap::from([(PARTITION, self.readers.run(end).await?)]))
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        if upto.partition != PARTITION {
            return Ok(());
        }
        let key = record::user_key(user);
        self.writer.run(move |connection| erase::erase(connection, &key, signed(upto.offset))).await
    }

    async fn check(&self) -> Result<(), PortError> {
        self.writer.check().await?;
        self.readers.run(|c| c.query_row("SELECT 1", [], |_| Ok(())).doing("query the log")).await
    }
}
