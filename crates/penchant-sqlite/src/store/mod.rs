//! The embedded preference store: one file, exact search.

mod codec;
mod commit;
mod list;
mod load;
mod nearest;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use penchant_core::{
    Checkpoint, CheckpointDelta, Partition, Preference, PreferenceId, Revision, TenantId, UserId,
    UserKey, UserState,
};
use penchant_ports::{
    CommitBatch, Cursor, EmbedderInfo, Epoch, ListQuery, NearestQuery, Neighbourhood, Page,
    PortError, PreferenceReader, PreferenceStore,
};
use rusqlite::{Connection, OptionalExtension as _};

use crate::database::{Schema, open_writer};
use crate::error::{Doing as _, invalid, signed, unsigned};
use crate::folder;
use crate::reader::Readers;
use crate::writer::Writer;
use commit::Committer;
use penchant_ports::cursor::Sealer;

/// The store's file in the data folder.
pub const STORE_FILE: &str = "store.sqlite";

const SCHEMA: Schema = Schema {
    name: STORE_FILE,
    application_id: 0x504e_4353, // PNCS
    migrations: &[include_str!("../../migrations/store_001.sql")],
};

/// A [`PreferenceStore`] and [`PreferenceReader`] in SQLite. A commit is one transaction: all of
/// its users and the partition's checkpoint, or nothing.
pub struct SqliteStore {
    writer: Writer,
    readers: Arc<Readers>,
    committer: Arc<Committer>,
    sealer: Arc<Sealer>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("readers", &self.readers).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens `store.sqlite` in `folder`, making and migrating it as needed. Blocks while it does;
    /// dropping the store blocks until what was asked is written.
    ///
    /// # Errors
    /// [`PortError`] naming the folder when another process (or handle) has it open, when the
    /// file is foreign, damaged, or written by a newer version, and when it holds vectors of
    /// another embedding model.
    pub fn open(folder: impl AsRef<Path>, embedder: &EmbedderInfo) -> Result<Self, PortError> {
        let folder = folder.as_ref();
        folder::prepare(folder)?;
        let lock = folder::lock(folder, STORE_FILE)?;
        let path = folder.join(STORE_FILE);
        let connection = open_writer(&path, SCHEMA)?;
        claim_model(&connection, &path, embedder)?;
        let secret: Vec<u8> = meta(&connection, "cursor_secret")?
            .ok_or_else(|| invalid(format!("{} has lost its secret", path.display())))?;
        let writer = Writer::start(STORE_FILE, connection, lock)?;
        Ok(Self {
            writer,
            readers: Readers::new(path),
            committer: Arc::new(Committer::new(embedder.dimension)),
            sealer: Arc::new(Sealer::new(secret)),
        })
    }
}

fn meta<T: rusqlite::types::FromSql>(
    connection: &Connection,
    key: &str,
) -> Result<Option<T>, PortError> {
    connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
        .optional()
        .doing("read the store's settings")
}

/// Vectors of different models must never meet: notes the model, or refuses another one.
fn claim_model(
    connection: &Connection,
    path: &Path,
    embedder: &EmbedderInfo,
) -> Result<(), PortError> {
    let wanted = format!("{} ({} dimensions)", embedder.model, embedder.dimension);
    let held: Option<Vec<u8>> = meta(connection, "embedding_model")?;
    if held.as_deref() == Some(wanted.as_bytes()) {
        return Ok(());
    }
    let used: bool = connection
        .query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))
        .doing("look for users")?;
    if let Some(held) = held.filter(|_| used) {
        return Err(invalid(format!(
            "{} holds vectors of the embedding model {}, but {wanted} is configured; configure \
             the former again, or move the file away and let `penchant replay` rebuild it from \
             the log with the new model",
            path.display(),
            String::from_utf8_lossy(&held)
        )));
    }
    connection
        .execute("INSERT OR REPLACE INTO meta VALUES ('embedding_model', ?1)", [wanted.as_bytes()])
        .doing("note the embedding model")?;
    Ok(())
}

fn take_over(connection: &Connection, partition: Partition) -> Result<Epoch, PortError> {
    connection
        .query_row(
            "INSERT INTO partitions VALUES (?1, 1, 0)
             ON CONFLICT (partition) DO UPDATE SET epoch = epoch + 1 RETURNING epoch",
            [partition.0],
            |row| row.get(0),
        )
        .map(unsigned)
        .map_err(crate::error::commit_failed)
}

fn checkpoint(connection: &Connection) -> Result<Checkpoint, PortError> {
    let mut found = connection
        .prepare_cached("SELECT partition, next_offset FROM partitions")
        .doing("read the checkpoint")?;
    let rows: Vec<(u32, i64)> = found
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect)
        .doing("read the checkpoint")?;
    let mut checkpoint = Checkpoint::default();
    for (partition, next) in rows.into_iter().filter(|(_, next)| *next > 0) {
        let delta =
            CheckpointDelta { partition: Partition(partition), next_offset: unsigned(next) };
        checkpoint.advance(delta).map_err(|e| crate::error::corrupt(e.to_string()))?;
    }
    Ok(checkpoint)
}

#[async_trait]
impl PreferenceStore for SqliteStore {
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError> {
        self.writer.run(move |connection| take_over(connection, partition)).await
    }

    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        let users = users.to_vec();
        self.readers
            .run(move |connection| users.iter().map(|user| load::state(connection, user)).collect())
            .await
    }

    async fn commit(&self, batch: CommitBatch) -> Result<(), PortError> {
        let committer = Arc::clone(&self.committer);
        self.writer.run(move |connection| committer.commit(connection, &batch)).await
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        self.readers.run(checkpoint).await
    }
}

#[async_trait]
impl PreferenceReader for SqliteStore {
    async fn nearest(&self, query: &NearestQuery) -> Result<Neighbourhood, PortError> {
        let query = query.clone();
        self.readers.run(move |connection| nearest::nearest(connection, &query)).await
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Preference>, PortError> {
        let (query, sealer) = (query.clone(), Arc::clone(&self.sealer));
        self.readers.run(move |connection| list::preferences(connection, &sealer, &query)).await
    }

    async fn get(
        &self,
        user: &UserKey,
        preference: &PreferenceId,
    ) -> Result<(Preference, Vec<Revision>), PortError> {
        let (user, preference) = (user.clone(), preference.clone());
        self.readers.run(move |connection| load::preference(connection, &user, &preference)).await
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<UserId>, PortError> {
        let (tenant, cursor) = (tenant.clone(), cursor.cloned());
        let sealer = Arc::clone(&self.sealer);
        self.readers
            .run(move |connection| {
                list::users(connection, &sealer, &tenant, limit, cursor.as_ref())
            })
            .await
    }

    async fn check(&self) -> Result<(), PortError> {
        self.writer.check().await?;
        self.readers.run(|c| c.query_row("SELECT 1", [], |_| Ok(())).doing("query the store")).await
    }
}

/// The row of a user; `None` when the store has not seen them.
fn user_row(connection: &Connection, user: &UserKey) -> Result<Option<(i64, Vec<u8>)>, PortError> {
    connection
        .prepare_cached("SELECT id, head FROM users WHERE tenant = ?1 AND user = ?2")
        .doing("find a user")?
        .query_row([user.tenant.as_str(), user.user.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .doing("find a user")
}

/// SQLite's number for a partition's offset.
fn offset_column(delta: CheckpointDelta) -> i64 {
    signed(delta.next_offset)
}
