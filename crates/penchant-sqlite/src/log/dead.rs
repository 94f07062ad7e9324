//! Dead letters: records that are no events, kept as they were found (INV-5).

use penchant_core::{Position, Timestamp};
use penchant_ports::{Cursor, Page, PortError, PortErrorKind, Undecodable};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::PARTITION;
use crate::error::{Doing as _, commit_failed, invalid, signed, unsigned};

/// A record that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Where it stands on the log.
    pub position: Position,
    /// When it was put aside.
    pub found_at: Timestamp,
    /// Why.
    pub why: Undecodable,
    /// The record as it was found.
    pub bytes: Vec<u8>,
}

const COLUMNS: &str = "\"offset\", found_at, reason, detail, bytes";

fn letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    Ok(DeadLetter {
        position: Position { partition: PARTITION, offset: unsigned(row.get(0)?) },
        found_at: Timestamp::from_millis(row.get(1)?),
        why: Undecodable { reason: row.get(2)?, detail: row.get(3)? },
        bytes: row.get(4)?,
    })
}

/// Puts a record aside; again is once. Answers whether it was new.
pub(super) fn put_aside(connection: &Connection, letter: &DeadLetter) -> Result<bool, PortError> {
    connection
        .execute(
            "INSERT INTO dead_letters (\"offset\", found_at, reason, detail, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            params![
                signed(letter.position.offset),
                letter.found_at.as_millis(),
                letter.why.reason,
                letter.why.detail,
                letter.bytes
            ],
        )
        .map(|changed| changed == 1)
        .map_err(commit_failed)
}

pub(super) fn parse_cursor(cursor: &Cursor) -> Result<u64, PortError> {
    cursor.0.parse().map_err(|_| invalid("the cursor is not one of this list"))
}

pub(super) fn list(
    connection: &Connection,
    limit: usize,
    after: Option<u64>,
) -> Result<Page<DeadLetter>, PortError> {
    if limit == 0 {
        return Err(invalid("the limit must be at least 1"));
    }
    let total: i64 = connection
        .query_row("SELECT count(*) FROM dead_letters", [], |row| row.get(0))
        .doing("count dead letters")?;
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let from = after.map_or(0, |after| signed(after.saturating_add(1)));
    let sql = format!(
        "SELECT {COLUMNS} FROM dead_letters WHERE \"offset\" >= ?1 ORDER BY \"offset\" LIMIT ?2"
    );
    let mut items: Vec<DeadLetter> = connection
        .prepare_cached(&sql)
        .and_then(|mut found| found.query_map([from, one_more], letter)?.collect())
        .doing("list dead letters")?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|l| Cursor(l.position.offset.to_string()));
    Ok(Page { items, next, total: unsigned(total) })
}

pub(super) fn show(connection: &Connection, position: Position) -> Result<DeadLetter, PortError> {
    let none = || PortError::new(PortErrorKind::NotFound, format!("no dead letter at {position}"));
    if position.partition != PARTITION {
        return Err(none());
    }
    let sql = format!("SELECT {COLUMNS} FROM dead_letters WHERE \"offset\" = ?1");
    connection
        .query_row(&sql, [signed(position.offset)], letter)
        .optional()
        .doing("show a dead letter")?
        .ok_or_else(none)
}
