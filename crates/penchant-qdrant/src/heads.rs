//! Heads: the commit records, and what is read by them.

use std::collections::BTreeMap;

use penchant_core::{Head, UserKey};
use penchant_ports::blob::{decode, encode};
use penchant_ports::{Epoch, PortError};
use qdrant_client::qdrant::{PointStruct, RetrievedPoint};
use uuid::Uuid;

use crate::collection::{Collection, MAX_HEADS, MAX_POINTS, Wanted};
use crate::error::{corrupt, unavailable};
use crate::manifest::{Manifest, Stored, page};
use crate::owner::{Owner, field, kind};
use crate::payload::{PointBuilder, blob, id_of, must_be_of, number, uuid};

/// How often a read starts again because points it went for had been replaced meanwhile.
pub(crate) const OVERTAKEN: usize = 8;

/// A head as stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredHead {
    pub(crate) head: Head,
    pub(crate) stored: Stored,
    /// Of the write that made it so.
    pub(crate) write_id: Uuid,
    /// The head revision whose erasure may have left something behind; 0: none.
    pub(crate) residue: u64,
}

/// A head with all entries of its manifest.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) head: Head,
    pub(crate) manifest: Manifest,
    pub(crate) write_id: Uuid,
    pub(crate) residue: u64,
}

/// Who wrote a head, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) write_id: Uuid,
    pub(crate) epoch: Epoch,
}

/// The point of a head.
pub(crate) fn point(
    owner: Owner<'_>,
    head: &Head,
    stored: &Stored,
    write_id: Uuid,
    residue: u64,
) -> Result<PointStruct, PortError> {
    let user = owner.user();
    PointBuilder::owned(owner.head_id(), kind::HEAD, owner)
        .text(field::TENANT, user.tenant.as_str())
        .text(field::USER, user.user.as_str())
        .number(field::REVISION, head.revision)
        .number(field::EPOCH, head.epoch)
        .text(field::WRITE_ID, write_id.to_string())
        .number(field::RESIDUE, residue)
        .blob(field::BODY, &encode("a head", head)?)
        .blob(field::MANIFEST, &encode("a manifest", stored)?)
        .build(&format!("the head of {user}"))
}

fn read(user: &UserKey, point: &RetrievedPoint) -> Result<StoredHead, PortError> {
    let payload = &point.payload;
    must_be_of(Owner::of(user), payload)?;
    Ok(StoredHead {
        head: decode("a head", &blob(payload, field::BODY)?)?,
        stored: decode("a manifest", &blob(payload, field::MANIFEST)?)?,
        write_id: uuid(payload, field::WRITE_ID)?,
        residue: number(payload, field::RESIDUE)?,
    })
}

/// Points by the user whose head they are.
async fn fetch<'a>(
    collection: &Collection,
    users: &[&'a UserKey],
    wanted: Wanted<'_>,
    at_most: usize,
) -> Result<Vec<(&'a UserKey, RetrievedPoint)>, PortError> {
    let by_id: BTreeMap<Uuid, &UserKey> =
        users.iter().map(|user| (Owner::of(user).head_id(), *user)).collect();
    let ids = by_id.keys().copied();
    let found = collection.get("read heads", ids, wanted, at_most).await?;
    found
        .into_iter()
        .map(|point| {
            let id = id_of(&point)?;
            let user = by_id.get(&id).ok_or_else(|| corrupt("a head that nobody asked for"))?;
            Ok((*user, point))
        })
        .collect()
}

/// Who wrote these users' heads last; users without a head are left out.
pub(crate) async fn marks<'a>(
    collection: &Collection,
    users: &[&'a UserKey],
) -> Result<BTreeMap<&'a UserKey, Mark>, PortError> {
    let wanted = Wanted::Fields(&[field::OWNER, field::WRITE_ID, field::EPOCH]);
    let found = fetch(collection, users, wanted, MAX_POINTS).await?;
    found
        .into_iter()
        .map(|(user, point)| {
            must_be_of(Owner::of(user), &point.payload)?;
            let write_id = uuid(&point.payload, field::WRITE_ID)?;
            Ok((user, Mark { write_id, epoch: number(&point.payload, field::EPOCH)? }))
        })
        .collect()
}

/// The heads of these users with their manifests; users without a head are left out.
pub(crate) async fn known<'a>(
    collection: &Collection,
    users: &[&'a UserKey],
) -> Result<BTreeMap<&'a UserKey, Known>, PortError> {
    let mut known = BTreeMap::new();
    let mut wanted: Vec<&UserKey> = users.to_vec();
    let mut seen: BTreeMap<&UserKey, Uuid> = BTreeMap::new();
    for _ in 0..OVERTAKEN {
        let heads: Vec<(&UserKey, StoredHead)> =
            fetch(collection, &wanted, Wanted::Payload, MAX_HEADS)
                .await?
                .into_iter()
                .map(|(user, point)| Ok((user, read(user, &point)?)))
                .collect::<Result<_, PortError>>()?;
        let page_ids = heads.iter().flat_map(|(_, head)| head.stored.page_ids());
        let pages = collection.get("read manifests", page_ids, Wanted::Payload, MAX_POINTS).await?;
        let pages: BTreeMap<Uuid, RetrievedPoint> = pages
            .into_iter()
            .map(|point| Ok((id_of(&point)?, point)))
            .collect::<Result<_, PortError>>()?;
        wanted.clear();
        for (user, head) in heads {
            let found: Option<Vec<&RetrievedPoint>> =
                head.stored.page_ids().map(|id| pages.get(&id)).collect();
            let Some(found) = found else {
                // Replaced between the two reads; else the head would name what does not exist.
                if seen.insert(user, head.write_id) == Some(head.write_id) {
                    return Err(corrupt(format!("the head of {user} names pages that are gone")));
                }
                wanted.push(user);
                continue;
            };
            let entries = found.iter().map(|point| page(user, &point.payload));
            let entries = entries.collect::<Result<_, _>>()?;
            let StoredHead { head, stored, write_id, residue } = head;
            let manifest = Manifest::new(stored, entries);
            known.insert(user, Known { head, manifest, write_id, residue });
        }
        if wanted.is_empty() {
            return Ok(known);
        }
    }
    Err(overtaken())
}

/// The writers were faster than this reader, again and again.
pub(crate) fn overtaken() -> PortError {
    unavailable("what was being read kept changing")
}
