//! Users' states kept between batches of one lane. Dropped when anything is in doubt.

use std::collections::HashMap;

use penchant_core::{UserKey, UserState};
use penchant_ports::{PortError, PreferenceStore};

/// A bounded cache of committed states. Only the lane that owns the users' partition writes them,
/// so what was committed here is what is stored, until the lane is fenced.
#[derive(Debug)]
pub(super) struct States {
    known: HashMap<UserKey, UserState>,
    capacity: usize,
}

impl States {
    pub(super) fn new(capacity: usize) -> Self {
        Self { known: HashMap::new(), capacity }
    }

    /// Takes the users' states out of the cache, loading what is missing in one call. They come
    /// back by [`Self::keep`] once their commit is known to be durable, and not before.
    pub(super) async fn take(
        &mut self,
        users: &[UserKey],
        store: &dyn PreferenceStore,
    ) -> Result<HashMap<UserKey, UserState>, PortError> {
        let missing: Vec<UserKey> =
            users.iter().filter(|user| !self.known.contains_key(user)).cloned().collect();
        let loaded = if missing.is_empty() { Vec::new() } else { store.load(&missing).await? };
        let mut states: HashMap<UserKey, UserState> = missing.into_iter().zip(loaded).collect();
        for user in users {
            if let Some(state) = self.known.remove(user) {
                states.insert(user.clone(), state);
            }
        }
        Ok(states)
    }

    /// Keeps states that are exactly what is stored.
    pub(super) fn keep(&mut self, states: HashMap<UserKey, UserState>) {
        if self.known.len() + states.len() > self.capacity {
            // Whole-cache eviction: rare, simple, and the users of this batch are the warm ones.
            self.known.clear();
        }
        self.known.extend(states);
    }
}
