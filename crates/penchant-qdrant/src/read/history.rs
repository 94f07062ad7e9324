//! Histories. Each step names the one before it, and the manifest names the newest: steps of
//! commits that never landed are in no chain.

use std::collections::BTreeMap;

use penchant_core::{Preference, PreferenceId, Revision, UserKey};
use penchant_ports::{PortError, PortErrorKind};
use qdrant_client::qdrant::RetrievedPoint;
use uuid::Uuid;

use super::{Attempts, at_entries};
use crate::collection::{Collection, Wanted};
use crate::manifest::Entry;
use crate::owner::Owner;
use crate::payload::{id_of, revision};

/// Steps of one user's histories as stored.
pub(crate) struct Steps(BTreeMap<Uuid, (Option<Uuid>, Revision)>);

impl Steps {
    pub(crate) async fn read(
        collection: &Collection,
        user: &UserKey,
        preference: Option<&PreferenceId>,
    ) -> Result<Self, PortError> {
        let filter = Owner::of(user).history(preference);
        let found = collection.all("read a history", filter, Wanted::Payload).await?;
        let step = |point: &RetrievedPoint| {
            let (previous, revision) = revision(user, &point.payload)?;
            Ok((id_of(point)?, (previous, revision)))
        };
        Ok(Self(found.iter().map(step).collect::<Result<_, PortError>>()?))
    }

    /// The points of an entry's history, as far as they are there.
    pub(crate) fn ids(&self, entry: &Entry) -> Vec<Uuid> {
        let previous = |id: &Uuid| self.0.get(id).and_then(|(previous, _)| *previous);
        std::iter::successors(entry.last(), previous).collect()
    }

    /// The history that ends at an entry, oldest first; `None` when a step is missing.
    pub(super) fn of(&self, entry: &Entry) -> Option<Vec<Revision>> {
        let mut history = Vec::new();
        let mut next = entry.last();
        while let Some(id) = next {
            let (previous, revision) = self.0.get(&id)?;
            history.push(revision.clone());
            next = *previous;
        }
        history.reverse();
        Some(history)
    }
}

/// The histories of all preferences, by one read instead of one for each.
pub(crate) async fn histories(
    collection: &Collection,
    user: &UserKey,
) -> Result<Vec<Revision>, PortError> {
    let mut attempts = Attempts::on(user);
    while let Some(known) = attempts.head(collection).await? {
        let steps = Steps::read(collection, user, None).await?;
        let all: Option<Vec<Vec<Revision>>> =
            known.manifest.entries().map(|entry| steps.of(entry)).collect();
        if let Some(all) = all {
            return Ok(all.into_iter().flatten().collect());
        }
    }
    Ok(Vec::new())
}

/// One preference with its history, oldest first.
pub(crate) async fn get(
    collection: &Collection,
    user: &UserKey,
    id: &PreferenceId,
) -> Result<(Preference, Vec<Revision>), PortError> {
    let none = || PortError::new(PortErrorKind::NotFound, format!("no preference {id}"));
    let mut attempts = Attempts::on(user);
    while let Some(known) = attempts.head(collection).await? {
        let entry = known.manifest.get(id).ok_or_else(none)?;
        let (preference, steps) = tokio::try_join!(
            at_entries(collection, user, vec![entry]),
            Steps::read(collection, user, Some(id)),
        )?;
        let preference = preference.and_then(|found| found.into_iter().next());
        if let Some(found) = preference.zip(steps.of(entry)) {
            return Ok(found);
        }
    }
    Err(none())
}
