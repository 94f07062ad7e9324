//! Whose data a call is about: ids of points, and the one builder of filters.
//!
//! A filter over preferences can be made from an [`Owner`] only, which can be made from a
//! [`UserKey`] only: there is no query without its user (INV-6).

use penchant_core::{PreferenceId, UserKey};
use qdrant_client::qdrant::{Condition, Filter, PointId, Range};
use uuid::Uuid;

/// Names of payload fields. Never rename.
pub(crate) mod field {
    pub(crate) const KIND: &str = "kind";
    pub(crate) const OWNER: &str = "owner";
    pub(crate) const TENANT: &str = "tenant";
    pub(crate) const USER: &str = "user";
    pub(crate) const BODY: &str = "body";
    pub(crate) const MANIFEST: &str = "manifest";
    pub(crate) const WRITE_ID: &str = "write_id";
    pub(crate) const EPOCH: &str = "epoch";
    pub(crate) const REVISION: &str = "rev";
    pub(crate) const RESIDUE: &str = "residue";
    pub(crate) const STATUS: &str = "status";
    pub(crate) const CLAIM: &str = "claim";
    pub(crate) const PREFERENCE: &str = "preference";
    pub(crate) const DESCRIPTION: &str = "description";
    pub(crate) const VERSION: &str = "version";
    pub(crate) const PREVIOUS: &str = "previous";
    pub(crate) const PARTITION: &str = "partition";
    pub(crate) const NEXT: &str = "next_offset";
}

/// Kinds of points. Never rename.
pub(crate) mod kind {
    pub(crate) const META: &str = "meta";
    pub(crate) const PARTITION: &str = "partition";
    pub(crate) const HEAD: &str = "head";
    pub(crate) const PAGE: &str = "page";
    pub(crate) const PREFERENCE: &str = "preference";
    pub(crate) const REVISION: &str = "revision";
}

/// Names of this crate's points; made once with `uuidgen`, never to change.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d0f_3f5e_90d2_4c51_9f8e_27a4_c5b1_d7e3);

/// An id from parts, each with its length, so that no two lists of parts look alike.
fn id_of(parts: &[&[u8]]) -> Uuid {
    let mut name = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        name.extend((part.len() as u64).to_le_bytes());
        name.extend_from_slice(part);
    }
    Uuid::new_v5(&NAMESPACE, &name)
}

/// The point that says what the collection is.
pub(crate) fn meta_id() -> Uuid {
    id_of(&[kind::META.as_bytes()])
}

/// The point of a partition: its epoch and its checkpoint.
pub(crate) fn partition_id(partition: u32) -> Uuid {
    id_of(&[kind::PARTITION.as_bytes(), &partition.to_le_bytes()])
}

/// The wire's form of an id.
pub(crate) fn point_id(id: Uuid) -> PointId {
    PointId::from(id.to_string())
}

/// One user, as points and filters know them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a>(&'a UserKey);

impl<'a> Owner<'a> {
    pub(crate) const fn of(user: &'a UserKey) -> Self {
        Self(user)
    }

    pub(crate) const fn user(self) -> &'a UserKey {
        self.0
    }

    /// The indexed key. `#` is in no id, so no two users share one.
    pub(crate) fn key(self) -> String {
        format!("{}#{}", self.0.tenant, self.0.user)
    }

    fn id(self, kind: &str, rest: &[&[u8]]) -> Uuid {
        let (tenant, user) = (self.0.tenant.as_str().as_bytes(), self.0.user.as_str().as_bytes());
        let mut parts: Vec<&[u8]> = vec![kind.as_bytes(), tenant, user];
        parts.extend_from_slice(rest);
        id_of(&parts)
    }

    /// The commit record, at one place for good.
    pub(crate) fn head_id(self) -> Uuid {
        self.id(kind::HEAD, &[])
    }

    /// A point that never changes: its id holds the revision of the head that brings it and its
    /// content, so writing it twice, or late, changes nothing.
    pub(crate) fn content_id(self, kind: &str, revision: u64, content: &[&[u8]]) -> Uuid {
        let revision = revision.to_le_bytes();
        let mut rest: Vec<&[u8]> = vec![&revision];
        rest.extend_from_slice(content);
        self.id(kind, &rest)
    }

    /// This user's points of some kinds.
    pub(crate) fn only(self, kinds: &[&str]) -> Filter {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        Filter::must([
            Condition::matches(field::OWNER, self.key()),
            Condition::matches(field::KIND, kinds),
        ])
    }

    /// Of this user's points those with these ids.
    pub(crate) fn among(self, ids: impl IntoIterator<Item = Uuid>) -> Filter {
        Filter::must([
            Condition::matches(field::OWNER, self.key()),
            Condition::has_id(ids.into_iter().map(point_id)),
        ])
    }

    /// The history of one preference.
    pub(crate) fn history(self, preference: Option<&PreferenceId>) -> Filter {
        let mut filter = self.only(&[kind::REVISION]);
        filter.must.extend(
            preference.map(|id| Condition::matches(field::PREFERENCE, id.as_str().to_owned())),
        );
        filter
    }

    /// This user's points of some kinds that came with head `revision` or an earlier one, but for
    /// those in `kept`.
    pub(crate) fn stale(self, kinds: &[&str], revision: u64, kept: &[Uuid]) -> Filter {
        let mut filter = self.only(kinds);
        let upto = Range { lte: Some(revision as f64), ..Range::default() };
        filter.must.push(Condition::range(field::REVISION, upto));
        if !kept.is_empty() {
            filter.must_not.push(Condition::has_id(kept.iter().copied().map(point_id)));
        }
        filter
    }
}

#[cfg(test)]
mod tests {
    use penchant_core::{TenantId, UserId};

    use super::*;

    fn user(tenant: &str, user: &str) -> UserKey {
        UserKey::new(TenantId::try_new(tenant).unwrap(), UserId::try_new(user).unwrap())
    }

    #[test]
    fn no_two_users_share_a_key_or_an_id() {
        let (one, other) = (user("a", "b|c"), user("a|b", "c"));
        assert_ne!(Owner::of(&one).key(), Owner::of(&other).key());
        assert_ne!(Owner::of(&one).head_id(), Owner::of(&other).head_id());
    }

    #[test]
    fn ids_never_change() {
        // Stored points are found by these; another value orphans every collection in use.
        let ada = user("acme", "ada");
        let found = Owner::of(&ada).head_id().to_string();
        assert_eq!(found, "3893a2ae-a11c-581a-be94-44e14569917b");
    }

    #[test]
    fn every_filter_over_a_users_points_names_the_user() {
        let ada = user("acme", "ada");
        let owner = Owner::of(&ada);
        let named = Condition::matches(field::OWNER, "acme#ada".to_owned());
        for filter in [
            owner.only(&[kind::PREFERENCE]),
            owner.among([owner.head_id()]),
            owner.history(None),
            owner.stale(&[kind::PREFERENCE], 3, &[]),
        ] {
            assert!(filter.must.contains(&named), "{filter:?}");
            assert!(filter.should.is_empty(), "an alternative would widen it: {filter:?}");
        }
    }
}
