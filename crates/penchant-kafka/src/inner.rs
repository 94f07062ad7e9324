//! What the log, its consumers and its dead letters share.

use std::sync::Arc;

use penchant_core::{Partition, UserKey};

use crate::config::KafkaConfig;
use crate::judge::Judge;
use crate::keeper::Keeper;
use crate::producer::Producer;
use crate::reader::Readers;
use crate::{key, murmur2};

pub(crate) struct Inner {
    pub(crate) config: KafkaConfig,
    pub(crate) producer: Arc<Producer>,
    pub(crate) readers: Readers,
    pub(crate) judge: Judge,
    /// Follows the ledger as long as this lives.
    pub(crate) _keeper: Keeper,
}

impl Inner {
    /// The partition of a user's records.
    pub(crate) fn partition_of(&self, user: &UserKey) -> Partition {
        Partition(murmur2::partition(&key::encode(user), self.config.partitions))
    }
}
