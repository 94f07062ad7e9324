//! Reads. Each begins with a head, and reads the points that it names; when one is gone, the head
//! has been replaced meanwhile and the read begins again.

mod history;
mod list;
mod load;
mod nearest;

pub(crate) use history::{Steps, get, histories};
pub(crate) use list::{preferences, users};
pub(crate) use load::load;
pub(crate) use nearest::nearest;

use std::collections::BTreeMap;

use penchant_core::{Preference, UserKey};
use penchant_ports::PortError;
use uuid::Uuid;

use crate::collection::{Collection, MAX_POINTS, Wanted};
use crate::error::corrupt;
use crate::heads::{self, Known, OVERTAKEN, overtaken};
use crate::manifest::Entry;
use crate::payload::{id_of, preference};

/// Attempts at reading what one user's head names.
struct Attempts<'a> {
    user: &'a UserKey,
    left: usize,
    last: Option<Uuid>,
}

impl<'a> Attempts<'a> {
    const fn on(user: &'a UserKey) -> Self {
        Self { user, left: OVERTAKEN, last: None }
    }

    /// The head to read by; `None` for an unknown user. Asked for again when a point was missing.
    async fn head(&mut self, collection: &Collection) -> Result<Option<Known>, PortError> {
        self.left = self.left.checked_sub(1).ok_or_else(overtaken)?;
        let known = heads::known(collection, &[self.user]).await?.remove(self.user);
        let write_id = known.as_ref().map(|known| known.write_id);
        if write_id.is_some() && write_id == self.last {
            return Err(gone(self.user));
        }
        self.last = write_id;
        Ok(known)
    }
}

/// The head has not changed, and yet what it names does not exist.
fn gone(user: &UserKey) -> PortError {
    corrupt(format!(
        "the head of {user} names points that are gone; rebuild the store from the log"
    ))
}

/// The preferences at these entries, in their order; `None` when one is gone.
async fn at_entries(
    collection: &Collection,
    user: &UserKey,
    entries: Vec<&Entry>,
) -> Result<Option<Vec<Preference>>, PortError> {
    let ids = entries.iter().map(|entry| entry.point());
    let found = collection.get("read preferences", ids, Wanted::Everything, MAX_POINTS).await?;
    let mut by_id = BTreeMap::<Uuid, Preference>::new();
    for point in found {
        let read = preference(user, &point.payload, point.vectors.as_ref())?;
        by_id.insert(id_of(&point)?, read);
    }
    Ok(entries.iter().map(|entry| by_id.remove(&entry.point())).collect())
}
