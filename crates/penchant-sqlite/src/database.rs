//! Opening a file: settings, version checks, migrations.

use std::path::Path;
use std::time::Duration;

use penchant_ports::{PortError, PortErrorKind};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{Doing as _, failed, invalid};

/// SQLite below 3.51.3 can corrupt a database when the write-ahead log is reset
/// (<https://sqlite.org/wal.html>).
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long a statement waits for another connection's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// One of penchant's files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schema {
    /// File name, for messages.
    pub(crate) name: &'static str,
    /// SQLite's mark of whose file it is; keeps log and store, and foreign files, apart.
    pub(crate) application_id: i32,
    /// Steps from an empty file; the n-th leads to version n.
    pub(crate) migrations: &'static [&'static str],
}

fn settings(connection: &Connection) -> Result<(), PortError> {
    connection.busy_timeout(BUSY_TIMEOUT).doing("set the busy timeout")?;
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA trusted_schema = OFF;
             PRAGMA cache_size = -16000;",
        )
        .doing("set the pragmas")
}

/// Opens for writing, creating and migrating as needed.
pub(crate) fn open_writer(path: &Path, schema: Schema) -> Result<Connection, PortError> {
    let linked = rusqlite::version_number();
    if linked < OLDEST_SQLITE {
        return Err(invalid(format!(
            "SQLite {} may corrupt data; penchant needs 3.51.3 or newer",
            rusqlite::version()
        )));
    }
    let mut connection =
        Connection::open(path).map_err(|e| failed(&format!("open {}", path.display()), e))?;
    settings(&connection)?;
    let foreign = |e: rusqlite::Error| failed(&format!("read {}", path.display()), e);
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(foreign)?;
    refuse_foreign(&connection, path, schema, version)?;
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .doing("switch to write-ahead logging")?;
    if mode != "wal" {
        return Err(invalid(format!(
            "{} cannot use write-ahead logging (journal mode {mode}); is it on a network drive?",
            path.display()
        )));
    }
    migrate(&mut connection, schema, version)?;
    // What was erased just before a crash leaves the write-ahead log now (INV-9).
    truncate_wal(&connection)?;
    Ok(connection)
}

fn refuse_foreign(
    connection: &Connection,
    path: &Path,
    schema: Schema,
    version: i64,
) -> Result<(), PortError> {
    let known = schema.migrations.len() as i64;
    let id: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .doing("read the application id")?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .doing("read the schema")?;
    if tables > 0 && id != schema.application_id {
        return Err(invalid(format!("{} is not penchant's {}", path.display(), schema.name)));
    }
    if version > known {
        return Err(invalid(format!(
            "{} was written by a newer penchant (schema version {version}, this one knows up to \
             {known}); upgrade penchant, or use another data folder",
            path.display()
        )));
    }
    Ok(())
}

fn migrate(connection: &mut Connection, schema: Schema, version: i64) -> Result<(), PortError> {
    for (to, step) in (1_i64..).zip(schema.migrations) {
        if to <= version {
            continue;
        }
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .doing("begin a migration")?;
        transaction
            .execute_batch(step)
            .map_err(|e| failed(&format!("migrate {} to version {to}", schema.name), e))?;
        transaction.pragma_update(None, "user_version", to).doing("set the schema version")?;
        transaction
            .pragma_update(None, "application_id", schema.application_id)
            .doing("set the application id")?;
        transaction.commit().doing("commit a migration")?;
    }
    Ok(())
}

/// Opens for reading; the file exists and is migrated.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, PortError> {
    // Reading in write-ahead mode writes to the shared index, so the file is opened for writing;
    // `query_only` refuses everything else.
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|e| failed(&format!("open {}", path.display()), e))?;
    settings(&connection)?;
    connection.execute_batch("PRAGMA query_only = ON;").doing("set the pragmas")?;
    Ok(connection)
}

/// Moves everything into the main file and empties the write-ahead log, so that overwritten
/// content is nowhere any more.
pub(crate) fn truncate_wal(connection: &Connection) -> Result<(), PortError> {
    let busy: i64 = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .doing("empty the write-ahead log")?;
    if busy != 0 {
        return Err(PortError::new(
            PortErrorKind::Unavailable,
            "the write-ahead log is still being read; erased content leaves it at the next try",
        ));
    }
    Ok(())
}
