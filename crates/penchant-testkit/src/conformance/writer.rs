//! A learner's hand for the store suite: loads, commits, and keeps count of positions.

use penchant_core::{Partition, Position, Preference, UserCommit, UserKey, UserState, Vector};
use penchant_ports::{CommitBatch, Epoch, ListQuery, NearestQuery, PortError, PortErrorKind};

use crate::builders::{batch, commit};
use crate::subject::{Store, Subject};
use crate::suite::{Broken, ensure};

pub(super) type Stores = Subject<dyn Store>;

/// The owner of partition 0.
pub(super) struct Writer {
    pub(super) subject: Stores,
    pub(super) epoch: Epoch,
    pub(super) next: u64,
}

impl Writer {
    pub(super) async fn new(subject: Stores) -> Result<Self, Broken> {
        let epoch = subject.port().fence(Partition(0)).await?;
        Ok(Self { subject, epoch, next: 0 })
    }

    pub(super) fn store(&self) -> &dyn Store {
        &**self.subject.port()
    }

    pub(super) async fn state(&self, user: &UserKey) -> Result<UserState, Broken> {
        let mut states = self.store().load(std::slice::from_ref(user)).await?;
        ensure!(states.len() == 1, "{} states for one user", states.len());
        Ok(states.remove(0))
    }

    /// The next commit of a user, at the next position.
    pub(super) async fn prepare(
        &mut self,
        user: &UserKey,
        preferences: Vec<Preference>,
    ) -> Result<UserCommit, Broken> {
        let head = self.state(user).await?.head;
        let position = Position::new(0, self.next);
        self.next += 1;
        Ok(commit(user, &head, self.epoch, position, preferences))
    }

    /// A batch of those commits.
    pub(super) fn batch(&self, users: Vec<UserCommit>) -> CommitBatch {
        batch(self.epoch, self.next, users)
    }

    /// Commits one user's preferences.
    pub(super) async fn commit(
        &mut self,
        user: &UserKey,
        preferences: Vec<Preference>,
    ) -> Result<(), Broken> {
        let commit = self.prepare(user, preferences).await?;
        Ok(self.store().commit(self.batch(vec![commit])).await?)
    }
}

pub(super) fn list(user: &UserKey, limit: usize) -> ListQuery {
    ListQuery { user: user.clone(), statuses: Vec::new(), limit, cursor: None }
}

pub(super) fn near(user: &UserKey, context: Vector, limit: usize) -> NearestQuery {
    NearestQuery { user: user.clone(), context, limit, as_of: None }
}

/// Ids of preferences, sorted.
pub(super) fn ids<'a>(preferences: impl IntoIterator<Item = &'a Preference>) -> Vec<String> {
    let mut ids: Vec<String> = preferences.into_iter().map(|p| p.id.to_string()).collect();
    ids.sort();
    ids
}

/// Whether a call was refused for the reason it had to be.
pub(super) fn refused<T: std::fmt::Debug>(
    outcome: Result<T, PortError>,
    kind: PortErrorKind,
    what: &str,
) -> Result<(), Broken> {
    match outcome {
        Err(error) if error.kind == kind => Ok(()),
        other => Err(Broken(format!("{what} had to be refused as {kind:?}, got {other:?}"))),
    }
}

/// Whether two preferences are the same; stores may round vectors in the fifth digit.
pub(super) fn same(a: &Preference, b: &Preference) -> Result<(), Broken> {
    let bare = |p: &Preference| Preference {
        context: Vector::default(),
        content: Vector::default(),
        ..p.clone()
    };
    ensure!(bare(a) == bare(b), "{:?} is not {:?}", bare(a), bare(b));
    for (x, y) in [(&a.context, &b.context), (&a.content, &b.content)] {
        let close = x.dimension() == y.dimension()
            && x.as_slice().iter().zip(y.as_slice()).all(|(x, y)| (x - y).abs() < 1e-4);
        ensure!(close, "vectors of {} differ: {x:?} and {y:?}", a.id);
    }
    Ok(())
}

/// Whether the same preferences are in both, by id.
pub(super) fn same_all(a: &[Preference], b: &[Preference]) -> Result<(), Broken> {
    ensure!(ids(a) == ids(b), "{:?} are not {:?}", ids(a), ids(b));
    for x in a {
        for y in b.iter().filter(|y| y.id == x.id) {
            same(x, y)?;
        }
    }
    Ok(())
}
