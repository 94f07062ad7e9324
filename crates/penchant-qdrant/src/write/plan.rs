//! What one user's commit writes, computed before anything is written.

use std::collections::BTreeSet;

use penchant_core::invariants::{Invariant, Violation};
use penchant_core::{Preference, PreferenceId, Revision, UserCommit};
use penchant_ports::PortError;
use penchant_ports::blob::check_vectors;
use qdrant_client::qdrant::PointStruct;
use uuid::Uuid;

use crate::heads::{self, Known};
use crate::manifest::{Entry, Manifest};
use crate::owner::Owner;
use crate::payload::{preference_point, revision_point};

/// One user's writes.
pub(super) struct Plan<'a> {
    pub(super) commit: &'a UserCommit,
    /// Points that never change, to be written before the head.
    pub(super) points: Vec<PointStruct>,
    /// Their ids, and those of everything else that the new head's manifest names.
    pub(super) kept: Vec<Uuid>,
    pub(super) head: PointStruct,
    /// The write that this head replaces; `None`: the user has none.
    pub(super) base: Option<Uuid>,
    pub(super) write_id: Uuid,
    /// Points that no reader needs once the head has landed.
    pub(super) gone: Vec<Uuid>,
    /// The last commit of this user was another epoch's: it may have left points behind.
    pub(super) inherited: bool,
}

fn written_already(revision: &Revision) -> PortError {
    PortError::breaking(Violation {
        invariant: Invariant::OneEffect,
        seen: format!(
            "revision {} of {} is written already",
            revision.version, revision.preference
        ),
    })
}

/// Where a preference goes that has no entry yet; its point follows.
fn entry_of(preference: &Preference) -> Entry {
    Entry {
        point: [0; 16],
        last: None,
        version: 0,
        preference: preference.id.clone(),
        status: preference.status,
        updated_at: preference.updated_at,
    }
}

pub(super) fn plan<'a>(
    commit: &'a UserCommit,
    known: Option<&Known>,
    dimension: usize,
) -> Result<Plan<'a>, PortError> {
    let owner = Owner::of(&commit.user);
    let revision = commit.head.revision;
    let before = known.map(|known| known.manifest.clone()).unwrap_or_default();
    let mut manifest = if commit.erase { Manifest::default() } else { before.clone() };
    let mut points = Vec::new();
    let mut written = Vec::new();
    for preference in &commit.preferences {
        check_vectors(preference, dimension)?;
        let (id, point) = preference_point(owner, revision, preference)?;
        let entry = manifest.get(&preference.id).cloned().unwrap_or_else(|| entry_of(preference));
        manifest.set(Entry {
            point: id.into_bytes(),
            status: preference.status,
            updated_at: preference.updated_at,
            ..entry
        });
        points.push(point);
    }
    for change in &commit.revisions {
        let mut entry = entry_for(&manifest, &change.preference)?;
        if change.version <= entry.version {
            return Err(written_already(change));
        }
        let (id, point) = revision_point(owner, revision, change, entry.last())?;
        (entry.last, entry.version) = (Some(id.into_bytes()), change.version);
        manifest.set(entry);
        written.push(id);
        points.push(point);
    }
    let (stored, pages) = manifest.settle(owner, revision)?;
    points.extend(pages);
    let named: BTreeSet<Uuid> = manifest.points().into_iter().collect();
    let gone = before.points().into_iter().filter(|id| !named.contains(id)).collect();
    let write_id = Uuid::new_v4();
    let residue = match commit.erase {
        true => revision,
        false => known.map_or(0, |known| known.residue),
    };
    Ok(Plan {
        commit,
        head: heads::point(owner, &commit.head, &stored, write_id, residue)?,
        points,
        kept: named.into_iter().chain(written).collect(),
        base: known.map(|known| known.write_id),
        write_id,
        gone,
        inherited: known.is_some_and(|known| known.head.epoch < commit.head.epoch),
    })
}

fn entry_for(manifest: &Manifest, preference: &PreferenceId) -> Result<Entry, PortError> {
    manifest.get(preference).cloned().ok_or_else(|| {
        PortError::breaking(Violation {
            invariant: Invariant::LogFirst,
            seen: format!("a revision of {preference}, which the user has not"),
        })
    })
}
