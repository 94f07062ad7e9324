//! The states that folds start from, for many users in few calls.

use std::collections::BTreeMap;

use penchant_core::{Preference, UserKey, UserState};
use penchant_ports::PortError;
use uuid::Uuid;

use super::gone;
use crate::collection::{Collection, MAX_POINTS, Wanted};
use crate::heads::{self, OVERTAKEN, overtaken};
use crate::payload::{id_of, preference};

pub(crate) async fn load(
    collection: &Collection,
    users: &[UserKey],
) -> Result<Vec<UserState>, PortError> {
    let mut loaded: BTreeMap<&UserKey, UserState> = BTreeMap::new();
    let mut wanted: Vec<&UserKey> = users.iter().collect();
    let mut seen: BTreeMap<&UserKey, Uuid> = BTreeMap::new();
    for _ in 0..OVERTAKEN {
        wanted.sort();
        wanted.dedup();
        let known = heads::known(collection, &wanted).await?;
        let ids = known.values().flat_map(|k| k.manifest.loaded()).map(|entry| entry.point());
        let found = collection.get("load users", ids, Wanted::Everything, MAX_POINTS).await?;
        let mut by_id = BTreeMap::new();
        for point in found {
            by_id.insert(id_of(&point)?, point);
        }
        wanted.clear();
        for (user, known) in known {
            let points: Option<Vec<_>> =
                known.manifest.loaded().iter().map(|entry| by_id.get(&entry.point())).collect();
            match points {
                Some(points) => {
                    let preferences = points
                        .into_iter()
                        .map(|point| preference(user, &point.payload, point.vectors.as_ref()))
                        .collect::<Result<Vec<Preference>, _>>()?;
                    loaded.insert(user, UserState::new(known.head, preferences));
                }
                None if seen.insert(user, known.write_id) == Some(known.write_id) => {
                    return Err(gone(user));
                }
                None => wanted.push(user),
            }
        }
        if wanted.is_empty() {
            let state = |user| loaded.get(user).cloned().unwrap_or_default();
            return Ok(users.iter().map(state).collect());
        }
    }
    Err(overtaken())
}
