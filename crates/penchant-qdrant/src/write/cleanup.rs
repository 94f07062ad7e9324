//! Deleting what no head names.
//!
//! A point belongs to the head revision that brings it. Once head `n` has landed, points of `n` and
//! earlier that it does not name are in no later manifest either, so deleting them is right
//! whenever it happens, also late, also twice, also by a writer that has been fenced meanwhile.

use std::collections::BTreeSet;

use penchant_core::{TenantId, UserId, UserKey};
use penchant_ports::PortError;
use qdrant_client::qdrant::{Condition, Filter, Range};
use uuid::Uuid;

use super::plan::Plan;
use crate::collection::{Collection, MAX_HEADS, Wanted};
use crate::error::corrupt;
use crate::heads;
use crate::owner::{Owner, field, kind, point_id};
use crate::payload::text;
use crate::read::Steps;

/// Points whose history chain decides whether they are read are left alone: only an erasure
/// deletes those.
const REPLACEABLE: [&str; 2] = [kind::PREFERENCE, kind::PAGE];
const CONTENT: [&str; 3] = [kind::PREFERENCE, kind::PAGE, kind::REVISION];

/// Deletes what the landed heads of `plans` have replaced, and what `dirty` users' earlier attempts
/// have left.
pub(super) async fn replaced(
    collection: &Collection,
    plans: &[&Plan<'_>],
    dirty: &BTreeSet<UserKey>,
) -> Result<(), PortError> {
    let ids: Vec<Uuid> = plans.iter().flat_map(|plan| plan.gone.iter().copied()).collect();
    let filters = plans
        .iter()
        .filter(|plan| plan.inherited || dirty.contains(&plan.commit.user))
        .map(|plan| {
            let owner = Owner::of(&plan.commit.user);
            owner.stale(&REPLACEABLE, plan.commit.head.revision, &plan.kept)
        })
        .collect();
    collection.delete("delete what was replaced", &ids, filters).await
}

/// Deletes everything that erased users had.
pub(super) async fn erased(collection: &Collection, plans: &[&Plan<'_>]) -> Result<(), PortError> {
    let filters = plans
        .iter()
        .map(|plan| {
            let owner = Owner::of(&plan.commit.user);
            owner.stale(&CONTENT, plan.commit.head.revision, &plan.kept)
        })
        .collect();
    collection.delete("erase users", &[], filters).await
}

/// Erases once more what was erased since this was done last: a fenced writer's last points may
/// have arrived after the erasure (INV-9).
pub(crate) async fn remains(collection: &Collection) -> Result<(), PortError> {
    let marked = Filter::must([
        Condition::matches(field::KIND, kind::HEAD.to_owned()),
        Condition::range(field::RESIDUE, Range { gte: Some(1.0), ..Range::default() }),
    ]);
    let wanted = Wanted::Fields(&[field::TENANT, field::USER]);
    let found = collection.all("look for erasures", marked, wanted).await?;
    for heads in found.chunks(MAX_HEADS) {
        let unreadable = |e| corrupt(format!("a stored id {e}"));
        let mut users = Vec::with_capacity(heads.len());
        for head in heads {
            let tenant = TenantId::try_new(text(&head.payload, field::TENANT)?);
            let user = UserId::try_new(text(&head.payload, field::USER)?);
            users.push(UserKey::new(tenant.map_err(unreadable)?, user.map_err(unreadable)?));
        }
        let known = heads::known(collection, &users.iter().collect::<Vec<_>>()).await?;
        let mut filters = Vec::with_capacity(users.len());
        for (user, known) in &known {
            // What has been learnt since the erasure stays, with its history.
            let steps = Steps::read(collection, user, None).await?;
            let mut kept = known.manifest.points();
            kept.extend(known.manifest.entries().flat_map(|entry| steps.ids(entry)));
            filters.push(Owner::of(user).stale(&CONTENT, known.residue, &kept));
        }
        collection.delete("erase remains", &[], filters).await?;
        let ids = users.iter().map(|user| point_id(Owner::of(user).head_id()));
        let unmarked = [(field::RESIDUE.to_owned(), 0_i64.into())].into();
        collection.set("note an erasure", Filter::must([Condition::has_id(ids)]), unmarked).await?;
    }
    Ok(())
}
