//! The one write: everything is checked, then everything is written, in one transaction.

use std::sync::atomic::{AtomicBool, Ordering};

use penchant_core::invariants::{Invariant, Violation};
use penchant_core::{Head, Preference, Revision, Status, UserCommit};
use penchant_ports::admission::{Admission, admit_batch, admit_user};
use penchant_ports::blob::check_vectors;
use penchant_ports::{CommitBatch, PortError};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::codec::{decode, encode, encode_body, status_number, vector_bytes};
use super::{offset_column, user_row};
use crate::database::truncate_wal;
use crate::error::{Doing as _, commit_failed, failed, signed, unsigned};

/// Commits batches.
pub(super) struct Committer {
    dimension: usize,
    /// Something was erased whose older copies are still in the write-ahead log.
    residue: AtomicBool,
}

impl Committer {
    pub(super) fn new(dimension: usize) -> Self {
        Self { dimension, residue: AtomicBool::new(false) }
    }

    /// Runs on the writing thread.
    pub(super) fn commit(
        &self,
        connection: &mut Connection,
        batch: &CommitBatch,
    ) -> Result<(), PortError> {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .doing("begin a commit")?;
        let (epoch, next) = partition_row(&transaction, batch)?;
        admit_batch(batch, epoch, next)?;
        let mut admitted = Vec::with_capacity(batch.users.len());
        for commit in &batch.users {
            let (row, head) = match user_row(&transaction, &commit.user)? {
                Some((row, head)) => (Some(row), decode("a head", &head)?),
                None => (None, Head::default()),
            };
            if admit_user(commit, &head)? == Admission::Write {
                commit.preferences.iter().try_for_each(|p| check_vectors(p, self.dimension))?;
                admitted.push((row, commit));
            }
        }
        for (row, commit) in &admitted {
            write_user(&transaction, *row, commit)?;
        }
        transaction
            .execute(
                "INSERT INTO partitions VALUES (?1, ?2, ?3) ON CONFLICT (partition)
                 DO UPDATE SET epoch = excluded.epoch, next_offset = excluded.next_offset",
                params![
                    batch.checkpoint.partition.0,
                    signed(epoch.max(batch.epoch)),
                    offset_column(batch.checkpoint)
                ],
            )
            .doing("write the checkpoint")?;
        transaction.commit().map_err(commit_failed)?;
        if admitted.iter().any(|(_, commit)| commit.erase) {
            self.residue.store(true, Ordering::SeqCst);
        }
        self.wipe(connection);
        Ok(())
    }

    /// Empties the write-ahead log after an erasure. The commit stands whether or not this
    /// succeeds; a failure is made good after the next commit, or when the store is opened.
    fn wipe(&self, connection: &Connection) {
        if !self.residue.load(Ordering::SeqCst) {
            return;
        }
        match truncate_wal(connection) {
            Ok(()) => self.residue.store(false, Ordering::SeqCst),
            Err(error) => tracing::warn!(%error, "erased content is still in the write-ahead log"),
        }
    }
}

fn partition_row(
    transaction: &Transaction<'_>,
    batch: &CommitBatch,
) -> Result<(u64, u64), PortError> {
    let row: Option<(i64, i64)> = transaction
        .prepare_cached("SELECT epoch, next_offset FROM partitions WHERE partition = ?1")
        .doing("read the checkpoint")?
        .query_row([batch.checkpoint.partition.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .doing("read the checkpoint")?;
    Ok(row.map_or((0, 0), |(epoch, next)| (unsigned(epoch), unsigned(next))))
}

fn write_user(
    transaction: &Transaction<'_>,
    row: Option<i64>,
    commit: &UserCommit,
) -> Result<(), PortError> {
    let head = encode("a head", &commit.head)?;
    let user = match row {
        Some(row) => {
            transaction
                .prepare_cached("UPDATE users SET head = ?2 WHERE id = ?1")
                .and_then(|mut update| update.execute(params![row, head]))
                .doing("write a head")?;
            row
        }
        None => transaction
            .prepare_cached("INSERT INTO users (tenant, user, head) VALUES (?1, ?2, ?3)")
            .and_then(|mut insert| {
                let key = &commit.user;
                insert.insert(params![key.tenant.as_str(), key.user.as_str(), head])
            })
            .doing("write a head")?,
    };
    if commit.erase {
        transaction
            .execute("DELETE FROM preferences WHERE user = ?1", [user])
            .and_then(|_| transaction.execute("DELETE FROM revisions WHERE user = ?1", [user]))
            .doing("erase a user")?;
    }
    commit.preferences.iter().try_for_each(|p| write_preference(transaction, user, p))?;
    commit.revisions.iter().try_for_each(|r| write_revision(transaction, user, r))
}

fn write_preference(
    transaction: &Transaction<'_>,
    user: i64,
    preference: &Preference,
) -> Result<(), PortError> {
    transaction
        .prepare_cached(
            "INSERT INTO preferences (user, id, status, closed, recency, body, context, content)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (user, id) DO UPDATE SET
             status = excluded.status, closed = excluded.closed, recency = excluded.recency,
             body = excluded.body, context = excluded.context, content = excluded.content",
        )
        .doing("write a preference")?
        .execute(params![
            user,
            preference.id.as_str(),
            status_number(preference.status),
            preference.status != Status::Active,
            preference.updated_at.as_millis().saturating_neg(),
            encode_body(preference)?,
            vector_bytes(&preference.context),
            vector_bytes(&preference.content)
        ])
        .doing("write a preference")?;
    Ok(())
}

fn write_revision(
    transaction: &Transaction<'_>,
    user: i64,
    revision: &Revision,
) -> Result<(), PortError> {
    let written = transaction
        .prepare_cached("INSERT INTO revisions VALUES (?1, ?2, ?3, ?4, ?5)")
        .doing("write a revision")?
        .execute(params![
            user,
            revision.preference.as_str(),
            signed(revision.version),
            revision.at.as_millis(),
            encode("a revision", revision)?
        ]);
    match written {
        Ok(_) => Ok(()),
        Err(error)
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
        {
            Err(PortError::breaking(Violation {
                invariant: Invariant::OneEffect,
                seen: format!(
                    "revision {} of {} is written already",
                    revision.version, revision.preference
                ),
            }))
        }
        Err(error) => Err(failed("write a revision", error)),
    }
}
