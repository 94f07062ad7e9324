//! The erasure ledger: who was erased, up to where.
//!
//! Kafka cannot remove single records, so an erasure is written to a compacted topic that never
//! expires, and records of an erased user at or before the erasure are delivered as erased from
//! then on: to learners, to rebuilds, to the list of dead letters (INV-9). The content itself
//! leaves the brokers' disks with the topic's retention.
//!
//! The key of an entry is a SHA-256 over tenant and user, so the ledger names nobody; it is a
//! pseudonym, not anonymous, because ids can be guessed. The value is the position. Entries are
//! positions on *one* events topic: when that topic is recreated, its ledger has to be as well.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use penchant_core::{Position, UserKey};
use penchant_ports::{PortError, PortErrorKind};
use sha2::{Digest as _, Sha256};

use crate::key;
use crate::record::Record;

/// The pseudonym of a user in the ledger.
pub(crate) type Pseudonym = [u8; 32];

/// The pseudonym of a user in the ledger.
pub(crate) fn pseudonym(user: &UserKey) -> Pseudonym {
    let mut hash = Sha256::new();
    // So that the hash is of no use where the same ids are hashed for something else.
    hash.update(b"penchant erasure\0");
    hash.update(key::encode(user));
    hash.finalize().into()
}

/// All erasures, in memory: about 60 bytes each.
#[derive(Debug, Default)]
pub(crate) struct Ledger(RwLock<HashMap<Pseudonym, Position>>);

impl Ledger {
    /// Whether the user's record at `position` was erased.
    pub(crate) fn covers(&self, user: &UserKey, position: Position) -> bool {
        let erased = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // Most logs have no erasures at all; hashing each record's user would be waste.
        !erased.is_empty()
            && erased.get(&pseudonym(user)).is_some_and(|upto| {
                upto.partition == position.partition && upto.offset >= position.offset
            })
    }

    /// Takes an erasure in; an earlier one takes nothing back.
    pub(crate) fn learn(&self, user: &UserKey, upto: Position) {
        self.insert(pseudonym(user), upto);
    }

    fn insert(&self, who: Pseudonym, upto: Position) {
        let mut erased = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let entry = erased.entry(who).or_insert(upto);
        // Users stay in one partition; were the positions of two, the later entry would count.
        if upto.partition != entry.partition || upto.offset > entry.offset {
            *entry = upto;
        }
    }

    /// Takes an entry of the topic in.
    pub(crate) fn take(&self, record: &Record) -> Result<(), PortError> {
        let entry = || {
            let who: Pseudonym = record.key.as_deref()?.try_into().ok()?;
            let value = std::str::from_utf8(record.payload.as_deref()?).ok()?;
            Some((who, value.parse().ok()?))
        };
        let (who, upto) = entry().ok_or_else(|| {
            PortError::new(
                PortErrorKind::Corrupt,
                format!("the erasure ledger cannot be read at {}", record.position),
            )
        })?;
        self.insert(who, upto);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use penchant_core::{TenantId, Timestamp, UserId};

    use super::*;

    fn user(tenant: &str, user: &str) -> UserKey {
        UserKey::new(TenantId::try_new(tenant).unwrap(), UserId::try_new(user).unwrap())
    }

    #[test]
    fn an_erasure_covers_its_user_up_to_its_position() {
        let ledger = Ledger::default();
        let ada = user("acme", "ada");
        ledger.learn(&ada, Position::new(2, 10));
        ledger.learn(&ada, Position::new(2, 4));
        assert!(ledger.covers(&ada, Position::new(2, 10)));
        assert!(!ledger.covers(&ada, Position::new(2, 11)));
        assert!(!ledger.covers(&ada, Position::new(1, 3)));
        assert!(!ledger.covers(&user("other", "ada"), Position::new(2, 10)));
    }

    #[test]
    fn entries_name_nobody_and_are_read_back() {
        let ada = user("acme", "ada");
        let mut entry = Record {
            position: Position::default(),
            logged_at: Timestamp::from_millis(0),
            key: Some(pseudonym(&ada).to_vec()),
            payload: Some(Position::new(2, 10).to_string().into_bytes()),
            headers: Vec::new(),
            too_many_headers: false,
        };
        let ledger = Ledger::default();
        ledger.take(&entry).unwrap();
        assert!(ledger.covers(&ada, Position::new(2, 10)));
        entry.payload = Some(b"?".to_vec());
        assert_eq!(ledger.take(&entry).unwrap_err().kind, PortErrorKind::Corrupt);
    }
}
