//! The preference store as maps behind a lock.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use penchant_core::aggregate::Neighbour;
use penchant_core::head::fnv1a;
use penchant_core::revision::as_held_at;
use penchant_core::{
    Checkpoint, CheckpointDelta, Head, Partition, Preference, PreferenceId, Revision, Status,
    TenantId, Timestamp, UserId, UserKey, UserState,
};

use crate::admission::{Admission, admit_batch, admit_user};
use crate::error::{PortError, PortErrorKind};
use crate::generations::first_epoch;
use crate::nearest::select;
use crate::store::{
    CLOSED_LOADED, CommitBatch, Cursor, Epoch, ListQuery, NearestQuery, Neighbourhood, Page,
    PreferenceReader, PreferenceStore,
};

#[derive(Debug, Default)]
struct User {
    head: Head,
    preferences: BTreeMap<PreferenceId, Preference>,
    /// Per preference, oldest first.
    revisions: BTreeMap<PreferenceId, Vec<Revision>>,
}

#[derive(Debug, Default)]
struct State {
    users: BTreeMap<UserKey, User>,
    epochs: BTreeMap<Partition, Epoch>,
    checkpoint: Checkpoint,
    /// Every epoch is above it.
    first: Epoch,
}

/// A preference store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<State>);

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store whose epochs are of a generation.
    pub(super) fn of_generation(number: u64) -> Self {
        Self(Mutex::new(State { first: first_epoch(number), ..State::default() }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Commits check everything before they change anything, and changing cannot panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl PreferenceStore for MemoryStore {
    async fn fence(&self, partition: Partition) -> Result<Epoch, PortError> {
        let mut state = self.lock();
        let first = state.first;
        let epoch = state.epochs.entry(partition).or_insert(first);
        *epoch += 1;
        Ok(*epoch)
    }

    async fn load(&self, users: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        let state = self.lock();
        Ok(users.iter().map(|key| state.users.get(key).map(loaded).unwrap_or_default()).collect())
    }

    async fn commit(&self, batch: CommitBatch) -> Result<(), PortError> {
        let mut state = self.lock();
        let CheckpointDelta { partition, next_offset } = batch.checkpoint;
        let epoch = state.epochs.get(&partition).copied().unwrap_or(0);
        admit_batch(&batch, epoch, state.checkpoint.next_offset(partition))?;
        let unknown = Head::default();
        let mut admissions = Vec::with_capacity(batch.users.len());
        for commit in &batch.users {
            let stored = state.users.get(&commit.user).map_or(&unknown, |user| &user.head);
            admissions.push(admit_user(commit, stored)?);
        }
        for (commit, admission) in batch.users.into_iter().zip(admissions) {
            if admission == Admission::AlreadyWritten {
                continue;
            }
            let user = state.users.entry(commit.user).or_default();
            if commit.erase {
                *user = User::default();
            }
            user.head = commit.head;
            for preference in commit.preferences {
                user.preferences.insert(preference.id.clone(), preference);
            }
            for revision in commit.revisions {
                user.revisions.entry(revision.preference.clone()).or_default().push(revision);
            }
        }
        state.epochs.insert(partition, epoch.max(batch.epoch));
        state
            .checkpoint
            .advance(CheckpointDelta { partition, next_offset })
            .map_err(|e| PortError::new(PortErrorKind::Invariant, e.to_string()))
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        Ok(self.lock().checkpoint.clone())
    }
}

/// Everything open and the newest closed, by id.
fn loaded(user: &User) -> UserState {
    let open = |p: &&Preference| matches!(p.status, Status::Active | Status::Quarantined);
    let (mut kept, mut closed): (Vec<_>, Vec<_>) = user.preferences.values().partition(open);
    closed.sort_by_key(|p| (Reverse(p.updated_at), p.id.clone()));
    kept.extend(closed.into_iter().take(CLOSED_LOADED));
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    UserState::new(user.head.clone(), kept.into_iter().cloned().collect())
}

fn not_found(preference: &PreferenceId) -> PortError {
    PortError::new(PortErrorKind::NotFound, format!("no preference {preference}"))
}

/// A page of `items`, which are sorted by the key that names them; `scope` is what the cursor is
/// good for.
fn page<T>(
    items: Vec<(String, T)>,
    scope: &str,
    limit: usize,
    cursor: Option<&Cursor>,
) -> Result<Page<T>, PortError> {
    let seal =
        |key: &str| Cursor(format!("{:016x}.{key}", fnv1a(format!("{scope}\0{key}").as_bytes())));
    let forged = || PortError::new(PortErrorKind::Invalid, "the cursor is not one of this list");
    if limit == 0 {
        return Err(PortError::new(PortErrorKind::Invalid, "the limit must be at least 1"));
    }
    let after = match cursor {
        None => None,
        Some(cursor) => {
            let (_, key) = cursor.0.split_once('.').ok_or_else(forged)?;
            Some(key).filter(|key| seal(key) == *cursor).ok_or_else(forged).map(Some)?
        }
    };
    let total = items.len() as u64;
    let mut rest = items.into_iter().filter(|(key, _)| after.is_none_or(|a| key.as_str() > a));
    let mut last = String::new();
    let mut taken = Vec::new();
    for (key, item) in rest.by_ref().take(limit) {
        last = key;
        taken.push(item);
    }
    let next = rest.next().map(|_| seal(&last));
    Ok(Page { items: taken, next, total })
}

/// Sorts like (active first, newest update first, id).
fn list_key(preference: &Preference) -> String {
    let closed = u8::from(preference.status != Status::Active);
    // Flipping the sign bit orders negative times before positive ones; the complement reverses.
    let newest_first = !(preference.updated_at.as_millis() as u64 ^ (1 << 63));
    format!("{closed}{newest_first:016x}{}", preference.id)
}

fn neighbour(preference: Preference, query: &NearestQuery) -> Neighbour {
    Neighbour {
        context_similarity: query.context.cosine(&preference.context),
        content_similarity: query.context.cosine(&preference.content),
        lexical: 0.0,
        preference,
    }
}

fn held(user: &User, at: Option<Timestamp>) -> Vec<Preference> {
    let held = |p: &Preference| match at {
        None => Some(p).filter(|p| p.status == Status::Active).cloned(),
        Some(at) => as_held_at(p, user.revisions.get(&p.id).map_or(&[][..], Vec::as_slice), at),
    };
    user.preferences.values().filter_map(held).collect()
}

#[async_trait]
impl PreferenceReader for MemoryStore {
    async fn nearest(&self, query: &NearestQuery) -> Result<Neighbourhood, PortError> {
        let state = self.lock();
        let Some(user) = state.users.get(&query.user) else {
            return Ok(Neighbourhood::default());
        };
        let all: Vec<Neighbour> =
            held(user, query.as_of).into_iter().map(|p| neighbour(p, query)).collect();
        let keys: Vec<_> = all
            .iter()
            .map(|n| (n.context_similarity, n.content_similarity, n.preference.updated_at))
            .collect();
        let chosen = select(&keys, query.limit);
        let truncated = chosen.len() < all.len();
        let neighbours = all
            .into_iter()
            .enumerate()
            .filter(|(n, _)| chosen.contains(n))
            .map(|(_, neighbour)| neighbour)
            .collect();
        Ok(Neighbourhood { head: user.head.clone(), neighbours, truncated })
    }

    async fn list(&self, query: &ListQuery) -> Result<Page<Preference>, PortError> {
        let state = self.lock();
        let wanted =
            |p: &&Preference| query.statuses.is_empty() || query.statuses.contains(&p.status);
        let mut items: Vec<_> = state
            .users
            .get(&query.user)
            .into_iter()
            .flat_map(|user| user.preferences.values())
            .filter(wanted)
            .map(|p| (list_key(p), p.clone()))
            .collect();
        items.sort_by(|a, b| a.0.cmp(&b.0));
        let scope = format!("list\0{}\0{:?}", query.user, query.statuses);
        page(items, &scope, query.limit, query.cursor.as_ref())
    }

    async fn get(
        &self,
        user: &UserKey,
        preference: &PreferenceId,
    ) -> Result<(Preference, Vec<Revision>), PortError> {
        let state = self.lock();
        let user = state.users.get(user).ok_or_else(|| not_found(preference))?;
        let found = user.preferences.get(preference).ok_or_else(|| not_found(preference))?;
        Ok((found.clone(), user.revisions.get(preference).cloned().unwrap_or_default()))
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<&Cursor>,
    ) -> Result<Page<UserId>, PortError> {
        let state = self.lock();
        let items = state
            .users
            .keys()
            .filter(|key| key.tenant == *tenant)
            .map(|key| (key.user.to_string(), key.user.clone()))
            .collect();
        page(items, &format!("users\0{tenant}"), limit, cursor)
    }

    async fn check(&self) -> Result<(), PortError> {
        Ok(())
    }
}
