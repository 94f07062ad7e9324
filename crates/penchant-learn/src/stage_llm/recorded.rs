//! Proposals by reading what an earlier generation of the store recorded: a rebuild calls nobody.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::{Checkpoint, Position, UserKey, Vector};
use penchant_ports::{NearestQuery, PortError, PortErrorKind, PreferenceReader};

use super::proposal::Proposal;
use super::proposals::{Answers, Asked, Proposals};

/// Users whose recorded proposals are kept at hand.
const USERS: usize = 4_096;

/// Takes the proposals that the revisions of a store recorded, by the events' positions.
///
/// It answers for every event that the other store reflects. An event beyond that has no recorded
/// proposal, and none is made up for it: a rebuild should stop where the store it is to replace
/// has come to, and leave the rest to a lane that asks.
pub struct Recorded {
    reader: Arc<dyn PreferenceReader>,
    known: Mutex<HashMap<UserKey, Known>>,
}

/// A user's recorded proposals.
#[derive(Clone)]
struct Known {
    /// The head's revision that they were read at.
    revision: u64,
    /// How far that head had come; they say nothing about what is beyond.
    checkpoint: Checkpoint,
    proposals: Arc<BTreeMap<Position, String>>,
}

impl Recorded {
    /// Of the generation that `reader` reads.
    #[must_use]
    pub fn new(reader: Arc<dyn PreferenceReader>) -> Self {
        Self { reader, known: Mutex::new(HashMap::new()) }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<UserKey, Known>> {
        // Entries are put in whole: what a panicking thread left is usable.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The user's recorded proposals, as of at least `upto` if the store has come that far.
    async fn of(&self, user: &UserKey, upto: Position) -> Result<Known, PortError> {
        let known = self.known().get(user).filter(|k| k.checkpoint.reflects(upto)).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let known = self.load(user).await?;
        let mut all = self.known();
        if all.len() >= USERS {
            // Whole-cache eviction: rare, simple, and reading again costs only time.
            all.clear();
        }
        all.insert(user.clone(), known.clone());
        Ok(known)
    }

    /// Reads until nothing was committed meanwhile: lists are ordered by what changed last, so a
    /// commit between two pages could hide a preference.
    async fn load(&self, user: &UserKey) -> Result<Known, PortError> {
        loop {
            let known = self.read(user).await?;
            let (revision, _) = self.head(user).await?;
            if revision == known.revision {
                return Ok(known);
            }
        }
    }

    async fn head(&self, user: &UserKey) -> Result<(u64, Checkpoint), PortError> {
        let query =
            NearestQuery { user: user.clone(), context: Vector::default(), limit: 1, as_of: None };
        let head = self.reader.nearest(&query).await?.head;
        Ok((head.revision, head.checkpoint))
    }

    async fn read(&self, user: &UserKey) -> Result<Known, PortError> {
        let (revision, checkpoint) = self.head(user).await?;
        let all = self.reader.histories(user).await?;
        let proposals = all.into_iter().filter_map(|r| Some((r.position, r.proposal?))).collect();
        Ok(Known { revision, checkpoint, proposals: Arc::new(proposals) })
    }
}

#[async_trait]
impl Proposals for Recorded {
    async fn propose(
        &self,
        asked: &[Asked<'_>],
        _patience: Duration,
    ) -> Result<Answers, PortError> {
        let mut answers = Answers::default();
        for one in asked {
            let Some(last) = one.candidates.iter().map(|c| c.position).max() else { continue };
            let known = self.of(one.user, last).await?;
            for candidate in &one.candidates {
                let Some(json) = known.proposals.get(&candidate.position) else { continue };
                let proposal = Proposal::from_json(json).map_err(|error| {
                    PortError::new(
                        PortErrorKind::Corrupt,
                        format!("the proposal recorded for {} cannot be read", candidate.position),
                    )
                    .caused_by(error)
                })?;
                answers.asked += 1;
                answers.proposals.insert(candidate.position, proposal);
            }
        }
        Ok(answers)
    }
}
