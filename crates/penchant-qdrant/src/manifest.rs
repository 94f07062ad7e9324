//! Which points are a user's preferences: part of the head, so that one conditional write of one
//! point switches from one state of the user to the next.
//!
//! Points of preferences never change. A reader that knows a head knows by it exactly which points
//! to read; points of commits that never landed are in no manifest, and so are in no answer. The
//! newest entries stand in the head itself, older ones in pages (points that never change either).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use penchant_core::{PreferenceId, Status, Timestamp, UserKey};
use penchant_ports::PortError;
use penchant_ports::blob::{decode, encode};
use penchant_ports::store::CLOSED_LOADED;
use qdrant_client::qdrant::PointStruct;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::owner::{Owner, field, kind};
use crate::payload::{Payload, PointBuilder, blob, must_be_of};

/// Most entries in a head; about 60 bytes each.
const MAX_INLINE: usize = 384;
/// Entries that move to a new page at once.
const PAGE: usize = 256;
/// A page with fewer entries is dissolved.
const MIN_PAGE: usize = 64;

/// Where one preference is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its point.
    pub(crate) point: [u8; 16],
    /// The newest point of its history.
    pub(crate) last: Option<[u8; 16]>,
    /// The newest version in its history.
    pub(crate) version: u64,
    pub(crate) preference: PreferenceId,
    pub(crate) status: Status,
    pub(crate) updated_at: Timestamp,
}

impl Entry {
    pub(crate) fn point(&self) -> Uuid {
        Uuid::from_bytes(self.point)
    }

    pub(crate) fn last(&self) -> Option<Uuid> {
        self.last.map(Uuid::from_bytes)
    }

    /// The order of lists: active first, newest update first, id.
    pub(crate) fn key(&self) -> (bool, i64, &str) {
        let newest_first = self.updated_at.as_millis().saturating_neg();
        (self.status != Status::Active, newest_first, self.preference.as_str())
    }
}

/// What stands in a head's payload.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) inline: Vec<Entry>,
    pub(crate) pages: Vec<[u8; 16]>,
}

impl Stored {
    pub(crate) fn page_ids(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.pages.iter().map(|page| Uuid::from_bytes(*page))
    }
}

/// All entries of one user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Manifest {
    inline: BTreeMap<PreferenceId, Entry>,
    pages: Vec<Page>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Page {
    /// Its point; `None` when it was changed since it was read.
    id: Option<Uuid>,
    entries: Vec<Entry>,
}

impl Manifest {
    /// From a head's part and its pages, in order.
    pub(crate) fn new(stored: Stored, pages: Vec<Vec<Entry>>) -> Self {
        let ids: Vec<Uuid> = stored.page_ids().collect();
        let inline = stored.inline.into_iter().map(|e| (e.preference.clone(), e)).collect();
        let pages = ids.into_iter().zip(pages);
        Self { inline, pages: pages.map(|(id, entries)| Page { id: Some(id), entries }).collect() }
    }

    /// Every entry, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.inline.values().chain(self.pages.iter().flat_map(|page| &page.entries))
    }

    pub(crate) fn get(&self, preference: &PreferenceId) -> Option<&Entry> {
        self.inline.get(preference).or_else(|| {
            let mut paged = self.pages.iter().flat_map(|page| &page.entries);
            paged.find(|entry| entry.preference == *preference)
        })
    }

    /// What a fold needs: everything open, and the newest closed.
    pub(crate) fn loaded(&self) -> Vec<&Entry> {
        let open = |e: &&Entry| matches!(e.status, Status::Active | Status::Quarantined);
        let (mut loaded, mut closed): (Vec<_>, Vec<_>) = self.entries().partition(open);
        closed.sort_by_key(|e| (Reverse(e.updated_at), e.preference.clone()));
        loaded.extend(closed.into_iter().take(CLOSED_LOADED));
        loaded.sort_by(|a, b| a.preference.cmp(&b.preference));
        loaded
    }

    /// Points that must stay while the head holds this manifest.
    pub(crate) fn points(&self) -> Vec<Uuid> {
        let pages = self.pages.iter().filter_map(|page| page.id);
        self.entries().map(Entry::point).chain(pages).collect()
    }

    /// Puts a preference where it is now.
    pub(crate) fn set(&mut self, entry: Entry) {
        for page in &mut self.pages {
            let before = page.entries.len();
            page.entries.retain(|paged| paged.preference != entry.preference);
            if page.entries.len() < before {
                page.id = None;
            }
        }
        self.inline.insert(entry.preference.clone(), entry);
    }

    /// Brings it into the form to store; answers the head's part, and the pages to write before.
    pub(crate) fn settle(
        &mut self,
        owner: Owner<'_>,
        revision: u64,
    ) -> Result<(Stored, Vec<PointStruct>), PortError> {
        let small = self.pages.extract_if(.., |page| page.entries.len() < MIN_PAGE);
        for entry in small.flat_map(|page| page.entries) {
            self.inline.insert(entry.preference.clone(), entry);
        }
        while self.inline.len() > MAX_INLINE {
            let mut oldest: Vec<Entry> = self.inline.values().cloned().collect();
            // Closed before open, old before new: what is least likely to change again.
            let order =
                |e: &Entry| (e.status == Status::Active, e.updated_at, e.preference.clone());
            oldest.sort_by_key(order);
            oldest.truncate(PAGE);
            oldest.iter().for_each(|entry| drop(self.inline.remove(&entry.preference)));
            self.pages.push(Page { id: None, entries: oldest });
        }
        let mut points = Vec::new();
        for page in self.pages.iter_mut().filter(|page| page.id.is_none()) {
            let body = encode("a page", &page.entries)?;
            let id = owner.content_id(kind::PAGE, revision, &[&body]);
            let point = PointBuilder::owned(id, kind::PAGE, owner)
                .number(field::REVISION, revision)
                .blob(field::BODY, &body);
            points.push(point.build("a page of a manifest")?);
            page.id = Some(id);
        }
        let stored = Stored {
            inline: self.inline.values().cloned().collect(),
            pages: self.pages.iter().filter_map(|page| page.id).map(Uuid::into_bytes).collect(),
        };
        Ok((stored, points))
    }
}

/// The entries of a stored page.
pub(crate) fn page(user: &UserKey, payload: &Payload) -> Result<Vec<Entry>, PortError> {
    must_be_of(Owner::of(user), payload)?;
    decode("a page", &blob(payload, field::BODY)?)
}

#[cfg(test)]
mod tests {
    use penchant_core::{TenantId, UserId};

    use super::*;

    fn entry(n: usize, status: Status, minute: i64) -> Entry {
        Entry {
            point: Uuid::from_u128(n as u128 + 1).into_bytes(),
            last: None,
            version: 1,
            preference: PreferenceId::try_new(format!("p{n:04}")).unwrap(),
            status,
            updated_at: Timestamp::from_millis(minute * 60_000),
        }
    }

    fn ada() -> UserKey {
        UserKey::new(TenantId::try_new("acme").unwrap(), UserId::try_new("ada").unwrap())
    }

    /// As another process would read it back.
    fn read_back(manifest: &Manifest, stored: &Stored) -> Manifest {
        Manifest::new(stored.clone(), manifest.pages.iter().map(|p| p.entries.clone()).collect())
    }

    #[test]
    fn many_entries_move_to_pages_and_only_touched_pages_are_written_again() {
        let user = ada();
        let owner = Owner::of(&user);
        let mut manifest = Manifest::default();
        (0..1000).for_each(|n| manifest.set(entry(n, Status::Retracted, n as i64)));
        let (stored, written) = manifest.settle(owner, 1).unwrap();
        assert_eq!(written.len(), stored.pages.len());
        assert!(stored.inline.len() <= MAX_INLINE, "{}", stored.inline.len());
        let mut again = read_back(&manifest, &stored);
        assert_eq!(again.entries().count(), 1000);
        // A new entry touches no page, a restored old one exactly its own.
        again.set(entry(2000, Status::Active, 5000));
        assert_eq!(again.settle(owner, 2).unwrap().1.len(), 0);
        again.set(entry(3, Status::Active, 5001));
        let (stored, written) = again.settle(owner, 3).unwrap();
        assert_eq!(written.len(), 1);
        let last = read_back(&again, &stored);
        assert_eq!(last.entries().count(), 1001);
        assert_eq!(
            last.get(&entry(3, Status::Active, 0).preference).unwrap().status,
            Status::Active
        );
        assert_eq!(last.points().len(), 1001 + stored.pages.len());
    }

    #[test]
    fn a_page_that_shrank_is_dissolved() {
        let user = ada();
        let mut manifest = Manifest::default();
        (0..400).for_each(|n| manifest.set(entry(n, Status::Expired, n as i64)));
        let (stored, _) = manifest.settle(Owner::of(&user), 1).unwrap();
        assert_eq!(stored.pages.len(), 1);
        (0..200).for_each(|n| manifest.set(entry(n, Status::Active, 900)));
        let (stored, _) = manifest.settle(Owner::of(&user), 2).unwrap();
        assert_eq!((stored.pages.len(), stored.inline.len()), (1, 144));
        assert_eq!(manifest.entries().count(), 400);
    }

    #[test]
    fn a_fold_gets_everything_open_and_the_newest_closed() {
        let mut manifest = Manifest::default();
        (0..300).for_each(|n| manifest.set(entry(n, Status::Retracted, n as i64)));
        (300..500).for_each(|n| manifest.set(entry(n, Status::Quarantined, 0)));
        let loaded = manifest.loaded();
        assert_eq!(loaded.len(), 200 + CLOSED_LOADED);
        assert!(loaded.iter().any(|e| e.preference.as_str() == "p0299"));
        assert!(!loaded.iter().any(|e| e.preference.as_str() == "p0000"));
    }
}
