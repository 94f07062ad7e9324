//! Removing a user's content so that no byte of it stays in any file (INV-9).

use penchant_core::{Context, Event};
use penchant_ports::PortError;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::record::{Key, decode_at};
use crate::database::truncate_wal;
use crate::error::{Doing as _, commit_failed, invalid};

/// Erases the user's records up to and including `upto`. `secure_delete` overwrites the content
/// in the file; emptying the write-ahead log removes its older copies.
pub(super) fn erase(connection: &mut Connection, user: &Key, upto: i64) -> Result<(), PortError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing("begin erasing")?;
    transaction
        .execute(
            "DELETE FROM dead_letters WHERE \"offset\" IN
             (SELECT \"offset\" FROM events WHERE user_key = ?1 AND \"offset\" <= ?2)",
            params![user, upto],
        )
        .doing("erase dead letters")?;
    strip_erasures(&transaction, user, upto)?;
    transaction
        .execute(
            "UPDATE events SET payload = NULL, digest = NULL
             WHERE user_key = ?1 AND \"offset\" <= ?2 AND erasure = 0 AND payload IS NOT NULL",
            params![user, upto],
        )
        .doing("erase events")?;
    transaction.commit().map_err(commit_failed)?;
    truncate_wal(connection)
}

/// Erasure events stay, so that a rebuild erases again, but say nothing else.
fn strip_erasures(transaction: &Transaction<'_>, user: &Key, upto: i64) -> Result<(), PortError> {
    let mut found = transaction
        .prepare(
            "SELECT \"offset\", payload FROM events
             WHERE user_key = ?1 AND \"offset\" <= ?2 AND erasure = 1 AND digest IS NOT NULL",
        )
        .doing("find erasures")?;
    let rows: Vec<(i64, Vec<u8>)> = found
        .query_map(params![user, upto], |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect)
        .doing("find erasures")?;
    for (offset, payload) in rows {
        let event = decode_at(offset, &payload)?;
        let bare = Event { session: None, context: Context::default(), ..event };
        let payload = serde_json::to_vec(&bare)
            .map_err(|e| invalid(format!("an erasure cannot be written: {e}")))?;
        transaction
            .execute(
                "UPDATE events SET payload = ?2, digest = NULL WHERE \"offset\" = ?1",
                params![offset, payload],
            )
            .doing("strip an erasure")?;
    }
    Ok(())
}
