//! The one write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use penchant_core::{Head, UserKey};
use penchant_ports::admission::{Admission, admit_batch, admit_user};
use penchant_ports::{CommitBatch, Epoch, PortError, PortErrorKind};
use qdrant_client::qdrant::{Condition as Match, Filter};

use super::cleanup;
use super::plan::{Plan, plan};
use crate::collection::{Collection, Condition, MAX_HEADS, MAX_POINTS};
use crate::error::fenced;
use crate::heads::{self, Mark};
use crate::owner::field;
use crate::partition;

/// How often heads are sent whose answers get lost.
const SENDS: usize = 2;

/// Users for whom this process began a commit that has not landed, or not been cleaned up after.
#[derive(Debug, Default)]
pub(crate) struct Dirty(Mutex<BTreeSet<UserKey>>);

impl Dirty {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<UserKey>> {
        // Inserting and removing leave the set whole whatever happens.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn among(&self, plans: &[Plan<'_>]) -> BTreeSet<UserKey> {
        let dirty = self.lock();
        let users = plans.iter().map(|plan| &plan.commit.user);
        users.filter(|user| dirty.contains(*user)).cloned().collect()
    }

    fn insert(&self, plans: &[Plan<'_>]) {
        self.lock().extend(plans.iter().map(|plan| plan.commit.user.clone()));
    }

    fn remove(&self, plans: &[Plan<'_>]) {
        let mut dirty = self.lock();
        dirty.retain(|user| plans.iter().all(|plan| plan.commit.user != *user));
    }
}

/// Asks whether the generation that is being written is still the one to write.
pub(crate) type StillServing<'a> =
    dyn Fn() -> futures::future::BoxFuture<'a, Result<(), PortError>> + Send + Sync + 'a;

/// Commits a batch to one generation's collection. `still_serving` fails once another one serves.
pub(crate) async fn commit(
    collection: &Collection,
    dimension: usize,
    dirty: &Dirty,
    batch: &CommitBatch,
    still_serving: &StillServing<'_>,
) -> Result<(), PortError> {
    let part = batch.checkpoint.partition;
    let users: Vec<&UserKey> = batch.users.iter().map(|commit| &commit.user).collect();
    let (mut row, known, ()) = tokio::try_join!(
        partition::read(collection, part),
        heads::known(collection, &users),
        still_serving(),
    )?;
    admit_batch(batch, row.map_or(0, |row| row.epoch), row.map_or(0, |row| row.next_offset))?;
    partition::must_own(row, part, batch.epoch)?;
    let unknown = Head::default();
    let (mut plans, mut repeated) = (Vec::new(), Vec::new());
    for commit in &batch.users {
        let known = known.get(&commit.user);
        match admit_user(commit, known.map_or(&unknown, |known| &known.head))? {
            Admission::Write => plans.push(plan(commit, known, dimension)?),
            // Its erasure may not have been carried out to the end.
            Admission::AlreadyWritten if commit.erase => {
                repeated.push(plan(commit, None, dimension)?);
            }
            Admission::AlreadyWritten => {}
        }
    }
    let inherited = dirty.among(&plans);
    dirty.insert(&plans);
    // No head names these yet: whatever becomes of this step, nothing has happened.
    let points = plans.iter_mut().flat_map(|plan| std::mem::take(&mut plan.points)).collect();
    collection
        .upsert("write preferences", points, &Condition::Always, MAX_POINTS)
        .await
        .map_err(not_yet)?;
    if !plans.is_empty() {
        // The writing may have taken long; a writer that was fenced meanwhile stops here.
        (row, ()) = tokio::try_join!(partition::read(collection, part), still_serving())
            .map_err(not_yet)?;
        partition::must_own(row, part, batch.epoch)?;
        land(collection, &plans, batch.epoch).await?;
    }
    let erased: Vec<&Plan<'_>> =
        plans.iter().chain(&repeated).filter(|plan| plan.commit.erase).collect();
    // The checkpoint moves past an erasure only when nothing is left of the user.
    cleanup::erased(collection, &erased).await.map_err(PortError::indeterminate)?;
    let others: Vec<&Plan<'_>> = plans.iter().filter(|plan| !plan.commit.erase).collect();
    let (cleaned, advanced) = tokio::join!(
        cleanup::replaced(collection, &others, &inherited),
        partition::advance(collection, batch.epoch, batch.checkpoint, row),
    );
    match cleaned {
        Ok(()) => dirty.remove(&plans),
        // Nobody reads them; the user's next commit deletes them.
        Err(error) => tracing::warn!(%error, "replaced points are still stored"),
    }
    // The heads have landed, whatever became of the checkpoint.
    advanced.map_err(PortError::indeterminate)?;
    still_serving().await.map_err(PortError::indeterminate)
}

/// A failure before any head was sent: nothing has happened, whatever else may be unknown.
fn not_yet(error: PortError) -> PortError {
    PortError { certainty: penchant_ports::Certainty::Determinate, ..error }
}

/// Writes the heads and finds out what became of them.
async fn land(collection: &Collection, plans: &[Plan<'_>], epoch: Epoch) -> Result<(), PortError> {
    let users: Vec<&UserKey> = plans.iter().map(|plan| &plan.commit.user).collect();
    let mut sends = 0;
    loop {
        sends += 1;
        let sent = send(collection, plans).await;
        // The server's answer does not say whether the condition matched; a lost answer says
        // nothing at all. Either way only reading tells.
        let marks = match heads::marks(collection, &users).await {
            Ok(marks) => marks,
            Err(error) => return Err(sent.err().unwrap_or(error).indeterminate()),
        };
        match (outcome(plans, &marks, epoch), sent) {
            (Outcome::Landed, _) => return Ok(()),
            (Outcome::Overtaken(error), _) => return Err(error),
            (Outcome::Pending, Err(error)) if error.transient() && sends < SENDS => {
                tracing::debug!(%error, "heads are sent again");
            }
            (Outcome::Pending, Err(error)) => return Err(error.indeterminate()),
            (Outcome::Pending, Ok(())) if sends < SENDS => {}
            (Outcome::Pending, Ok(())) => {
                let what = "heads were written and are not there";
                return Err(PortError::new(PortErrorKind::Corrupt, what).indeterminate());
            }
        }
    }
}

async fn send(collection: &Collection, plans: &[Plan<'_>]) -> Result<(), PortError> {
    let heads = |existing: bool| {
        let plans = plans.iter().filter(move |plan| plan.base.is_some() == existing);
        plans.map(|plan| plan.head.clone()).collect::<Vec<_>>()
    };
    // Each base is the id of one write of one head, so one filter over all of them lets through
    // exactly those heads that still are what their commits were computed from.
    let bases: Vec<String> =
        plans.iter().filter_map(|plan| plan.base).map(|base| base.to_string()).collect();
    let unchanged = Condition::Matching(Filter::must([Match::matches(field::WRITE_ID, bases)]));
    tokio::try_join!(
        collection.upsert("write heads", heads(true), &unchanged, MAX_HEADS),
        collection.upsert("write first heads", heads(false), &Condition::Absent, MAX_HEADS),
    )?;
    Ok(())
}

enum Outcome {
    /// Every head is ours.
    Landed,
    /// Another writer's head stands where one of ours should.
    Overtaken(PortError),
    /// Some head is still the one before.
    Pending,
}

fn outcome(plans: &[Plan<'_>], marks: &BTreeMap<&UserKey, Mark>, epoch: Epoch) -> Outcome {
    let mut landed = 0;
    let mut rival = None;
    for plan in plans {
        let mark = marks.get(&plan.commit.user);
        match mark {
            Some(mark) if mark.write_id == plan.write_id => landed += 1,
            mark if mark.map(|mark| mark.write_id) == plan.base => {}
            // A newer owner of the partition outweighs a rival of our own.
            Some(mark) if rival.is_none() || mark.epoch > epoch => {
                rival = Some((&plan.commit.user, mark.epoch));
            }
            _ => {}
        }
    }
    if landed == plans.len() {
        return Outcome::Landed;
    }
    let Some((user, other)) = rival else {
        return Outcome::Pending;
    };
    let error = if other > epoch {
        fenced(format!("the head of {user} belongs to epoch {other}, refuses {epoch}"))
    } else {
        let what = format!("another writer changed {user} meanwhile");
        PortError::new(PortErrorKind::Stale, what)
    };
    // Other users of the batch are written.
    Outcome::Overtaken(if landed > 0 { error.indeterminate() } else { error })
}
