//! The preference store: a view of the log that can be rebuilt from it.

use async_trait::async_trait;
use penchant_core::aggregate::Neighbour;
use penchant_core::{
    Checkpoint, CheckpointDelta, Head, Partition, Preference, PreferenceId, Revision, Status,
    TenantId, Timestamp, UserCommit, UserId, UserKey, UserState, Vector,
};

use crate::error::{PortError, PortErrorKind};

/// Closed preferences that [`PreferenceStore::load`] of the in-memory and the embedded store
/// answers at most.
pub const CLOSED_LOADED: usize = 64;

/// Preferences that [`PreferenceReader::histories`] lists at once, unless a store knows better.
const HISTORIES_PAGE: usize = 500;

/// Number of an assignment of a partition; grows each time it changes hands.
pub type Epoch = u64;

/// What one lane commits at once.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitBatch {
    /// The writer's epoch of this partition, from [`PreferenceStore::fence`].
    pub epoch: Epoch,
    /// The step of the partition that is complete once all `users` are written.
    pub checkpoint: CheckpointDelta,
    /// The users changed by it, each at most once.
    pub users: Vec<UserCommit>,
}

/// The write side.
///
/// # Obligations
/// - `commit` is the only write. Each [`UserCommit`] is applied whole or not at all, and visible
///   to every later read once `commit` has returned `Ok`; the partition's checkpoint moves only
///   after all users are durable. After a crash in between, `load` answers each user's last
///   complete commit, and doing the batch again gives the same result as doing it once.
/// - `commit` refuses: an epoch below the partition's newest (`Fenced`), a checkpoint behind the
///   stored one (`Invariant`, INV-3), a `base_revision` that is not the stored head's (`Stale`).
/// - A failed `commit` says whether it may have happened.
/// - `fence` returns an epoch above every earlier one of that partition, durably, and from then
///   on writers with lower epochs are refused.
/// - `load` answers `UserState::default()` for an unknown user. It holds every active and
///   quarantined preference and the newest closed ones (at least 32).
#[async_trait]
pub trait PreferenceStore: Send + Sync {
    /// Takes over a partition.
    ///
    /// # Errors
    /// [`PortError`].
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError>;

    /// Loads the committed state of users, in order.
    ///
    /// # Errors
    /// [`PortError`].
    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError>;

    /// Writes.
    ///
    /// # Errors
    /// [`PortError`], see the obligations.
    async fn commit(&self, batch: CommitBatch) -> Result<(), PortError>;

    /// How far the log is reflected.
    ///
    /// # Errors
    /// [`PortError`].
    async fn checkpoint(&self) -> Result<Checkpoint, PortError>;
}

/// What to look for near a context.
#[derive(Debug, Clone, PartialEq)]
pub struct NearestQuery {
    /// Whose preferences; part of the query itself (INV-6).
    pub user: UserKey,
    /// Embedding of the asked context; may be empty (then similarity is 0 throughout).
    pub context: Vector,
    /// At most this many neighbours by each of the two similarities.
    pub limit: usize,
    /// The past instant asked about; `None`: what is stored now.
    pub as_of: Option<Timestamp>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Neighbourhood {
    /// The user's head; default for an unknown user.
    pub head: Head,
    /// Active preferences, each once, in no particular order. `lexical` is 0: ranking is not the
    /// store's.
    pub neighbours: Vec<Neighbour>,
    /// Whether the user has more active preferences than were returned.
    pub truncated: bool,
}

/// Where a list goes on. Opaque to clients; forged ones are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
    /// How many there are altogether.
    pub total: u64,
}

/// Which preferences to list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListQuery {
    /// Whose.
    pub user: UserKey,
    /// Only these; empty: all.
    pub statuses: Vec<Status>,
    /// Page size, at least 1.
    pub limit: usize,
    /// Where to go on.
    pub cursor: Option<Cursor>,
}

/// The read side.
///
/// # Obligations
/// - Every read sees complete commits only.
/// - The user is part of the query: nothing of another user can be returned, whatever the ids
///   (INV-6). A preference id of another user is `NotFound`.
/// - `nearest` is exact for the embedded store; others state their recall. With `as_of` it
///   answers what was held then, by the revisions up to then.
/// - Lists are ordered by (active first, newest update first, id) and stable between pages.
#[async_trait]
pub trait PreferenceReader: Send + Sync {
    /// The user's preferences nearest to a context.
    ///
    /// # Errors
    /// [`PortError`].
    async fn nearest(&self, query: &NearestQuery) -> Result<Neighbourhood, PortError>;

    /// Lists preferences.
    ///
    /// # Errors
    /// [`PortError`]; `Invalid` for a forged cursor.
    async fn list(&self, query: &ListQuery) -> Result<Page<Preference>, PortError>;

    /// One preference with its whole history, oldest first.
    ///
    /// # Errors
    /// [`PortError`]; `NotFound` when this user has no such preference.
    async fn get(
        &self,
        user: &UserKey,
        preference: &PreferenceId,
    ) -> Result<(Preference, Vec<Revision>), PortError>;

    /// The histories of all of the user's preferences together, in no particular order; none for
    /// an unknown user. What is committed meanwhile may be missing.
    ///
    /// # Errors
    /// [`PortError`].
    async fn histories(&self, user: &UserKey) -> Result<Vec<Revision>, PortError> {
        let mut all = Vec::new();
        let mut query = ListQuery {
            user: user.clone(),
            statuses: Vec::new(),
            limit: HISTORIES_PAGE,
            cursor: None,
        };
        loop {
            let page = self.list(&query).await?;
            for preference in &page.items {
                match self.get(user, &preference.id).await {
                    Ok((_, history)) => all.extend(history),
                    // Erased since it was listed.
                    Err(error) if error.kind == PortErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            if page.next.is_none() {
                return Ok(all);
            }
            query.cursor = page.next;
        }
    }

    /// The users of a tenant that have a head, by id.
    ///
    /// # Errors
    /// [`PortError`]; `Invalid` for a forged cursor.
    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<UserId>, PortError>;

    /// Whether the store can be reached now.
    ///
    /// # Errors
    /// [`PortError`] saying why not.
    async fn check(&self) -> Result<(), PortError>;
}
