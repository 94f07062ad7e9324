//! What the tests of this crate share.

#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::sync::Arc;

use penchant_core::{Event, Position};
use penchant_ports::{EventLog, ManualClock, PortError};
use penchant_sqlite::{SqliteLog, SqliteStore};
use penchant_testkit::builders::{at, embedder_info};

/// The log in `folder`, at a time that stands still.
pub(crate) fn open_log(folder: &Path) -> Result<SqliteLog, PortError> {
    SqliteLog::open(folder, Arc::new(ManualClock::new(at(100))))
}

/// The store in `folder`.
pub(crate) fn open_store(folder: &Path) -> Result<SqliteStore, PortError> {
    SqliteStore::open(folder, &embedder_info())
}

/// Appends events that must be taken.
pub(crate) async fn append(log: &SqliteLog, events: Vec<Event>) -> Vec<Position> {
    log.append(events).await.into_iter().collect::<Result<_, _>>().unwrap()
}
