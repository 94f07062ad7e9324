//! Comparing two generations, user by user, at equal positions.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use penchant_core::{Partition, UserKey, UserState};
use penchant_ports::{PortError, PortErrorKind, PreferenceStore};
use serde::Serialize;

use super::memory::{Difference, Digest, Memory};
use super::patience::patiently;
use super::{Step, Told, Work};

/// Users loaded at once.
const CHUNK: usize = 64;
/// How often users who are learnt about meanwhile are compared again in bulk. After that they are
/// compared one by one, each at the very position that the serving generation was read at.
const ROUNDS: usize = 3;

/// A user whose memory differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Different {
    /// The user's tenant.
    pub tenant: String,
    /// The user.
    pub user: String,
    /// In what.
    pub differences: Vec<Difference>,
}

/// What comparing found.
#[derive(Debug, Default)]
pub(super) struct Verified {
    pub(super) equal: u64,
    pub(super) different: u64,
    pub(super) pending: u64,
    pub(super) shown: Vec<Different>,
    pub(super) digest: Digest,
}

enum Verdict {
    Equal(Digest),
    Different(Vec<Difference>, Digest),
    /// The serving generation was read at a later position than the new one has reached, or is yet
    /// to carry an erasure out.
    Apart,
}

/// Compares all users seen on the log. The new generation must have caught up once.
pub(super) async fn verify(work: &Work, shown: usize, told: Told<'_>) -> Result<Verified> {
    let mut comparison = Comparison { work, shown, told, done: 0, verified: Verified::default() };
    let mut open: BTreeSet<UserKey> = work.feed.fresh();
    for _ in 0..ROUNDS {
        open = comparison.compare_all(open).await?;
        if open.is_empty() {
            break;
        }
        let target = patiently(|| work.old.store.checkpoint()).await?;
        work.catch_up(&target, &|_| {}).await?;
        open.extend(work.feed.fresh());
    }
    comparison.compare_one_by_one(open).await?;
    Ok(comparison.verified)
}

struct Comparison<'a> {
    work: &'a Work,
    shown: usize,
    told: Told<'a>,
    done: u64,
    verified: Verified,
}

/// A loaded state, or why there is none that could be compared.
type Loaded = Result<UserState, PortError>;

/// Loads users; one that is damaged does not keep the others from being read.
async fn load(store: &dyn PreferenceStore, users: &[UserKey]) -> Result<Vec<Loaded>, PortError> {
    match patiently(|| store.load(users)).await {
        Ok(states) => return Ok(states.into_iter().map(Ok).collect()),
        Err(error) if error.kind == PortErrorKind::Corrupt => {}
        Err(error) => return Err(error),
    }
    let mut loaded = Vec::new();
    for user in users {
        let one = patiently(|| store.load(std::slice::from_ref(user))).await;
        loaded.push(match one {
            Ok(mut states) => Ok(states.pop().unwrap_or_default()),
            Err(error) if error.kind == PortErrorKind::Corrupt => Err(error),
            Err(error) => return Err(error),
        });
    }
    Ok(loaded)
}

impl Comparison<'_> {
    /// Answers the users that could not be compared yet.
    async fn compare_all(&mut self, users: BTreeSet<UserKey>) -> Result<BTreeSet<UserKey>> {
        let all: Vec<UserKey> = users.into_iter().collect();
        let total = self.done + all.len() as u64;
        let mut apart = BTreeSet::new();
        for chunk in all.chunks(CHUNK) {
            let (old, new) = tokio::try_join!(
                load(&*self.work.old.store, chunk),
                load(&*self.work.new.store, chunk),
            )?;
            for ((user, old), new) in chunk.iter().zip(old).zip(new) {
                match self.compare(user, old, new)? {
                    Verdict::Apart => drop(apart.insert(user.clone())),
                    verdict => self.take(user, verdict),
                }
            }
            (self.told)(Step::Comparing { done: self.done, total });
        }
        Ok(apart)
    }

    /// Compares users of whom there is always more to learn: the serving generation is read first,
    /// and the new one then brought to the very position of what was read.
    async fn compare_one_by_one(&mut self, users: BTreeSet<UserKey>) -> Result<()> {
        let all: Vec<UserKey> = users.into_iter().collect();
        let total = self.done + all.len() as u64;
        for chunk in all.chunks(CHUNK) {
            let old = load(&*self.work.old.store, chunk).await?;
            let mut ordered: BTreeMap<(Partition, u64), Vec<(&UserKey, Loaded)>> = BTreeMap::new();
            for (user, old) in chunk.iter().zip(old) {
                let partition = self.partition(user);
                let next = old.as_ref().map_or(0, |old| next_offset(old, partition));
                ordered.entry((partition, next)).or_default().push((user, old));
            }
            // Lowest position first: the new generation never has to go back.
            for ((partition, next), users) in ordered {
                self.work.catch_up(&Work::upto(partition, next), &|_| {}).await?;
                for (user, old) in users {
                    let erasing = self.erasing(user, &old);
                    let mut new = load(&*self.work.new.store, std::slice::from_ref(user)).await?;
                    let new = new.pop().unwrap_or_else(|| Ok(UserState::default()));
                    match self.compare(user, old, new)? {
                        Verdict::Apart if erasing => {
                            self.verified.pending += 1;
                            self.done += 1;
                        }
                        Verdict::Apart => {
                            let lost = "the log no longer holds what the serving generation knows";
                            let all = vec![Difference::of(lost)];
                            self.take(user, Verdict::Different(all, Digest::default()));
                        }
                        verdict => self.take(user, verdict),
                    }
                }
                (self.told)(Step::Comparing { done: self.done, total });
            }
        }
        Ok(())
    }

    fn partition(&self, user: &UserKey) -> Partition {
        penchant_ports::EventLog::partition_of(&self.work.feed, user)
    }

    /// Whether the user's erasure is on the log and the serving generation has not come to it.
    fn erasing(&self, user: &UserKey, old: &Loaded) -> bool {
        let erasure = self.work.feed.erasure(user);
        erasure.is_some_and(|at| {
            old.as_ref().is_ok_and(|old| next_offset(old, at.partition) <= at.offset)
        })
    }

    fn compare(&self, user: &UserKey, old: Loaded, new: Loaded) -> Result<Verdict> {
        let partition = self.partition(user);
        let erasing = self.erasing(user, &old);
        let (old, new) = match (old, new) {
            (Ok(old), Ok(new)) => (old, new),
            (old, new) => {
                let which = if old.is_err() { "serving" } else { "rebuilt" };
                let digest = match new {
                    Ok(new) => Memory::of(new)?.digest(),
                    Err(_) => Digest::default(),
                };
                let what = format!("cannot be read in the {which} generation");
                return Ok(Verdict::Different(vec![Difference::of(what)], digest));
            }
        };
        if erasing || next_offset(&old, partition) > next_offset(&new, partition) {
            return Ok(Verdict::Apart);
        }
        let ahead = next_offset(&new, partition) > next_offset(&old, partition);
        let (old, new) = (Memory::of(old)?, Memory::of(new)?);
        let digest = new.digest();
        if ahead {
            let what = "the serving generation has not come as far as the rebuilt one";
            return Ok(Verdict::Different(vec![Difference::of(what)], digest));
        }
        if old.digest() == digest {
            return Ok(Verdict::Equal(digest));
        }
        let differences = old.differences(&new);
        Ok(if differences.is_empty() {
            Verdict::Equal(digest)
        } else {
            Verdict::Different(differences, digest)
        })
    }

    fn take(&mut self, user: &UserKey, verdict: Verdict) {
        self.done += 1;
        let digest = match verdict {
            Verdict::Equal(digest) => {
                self.verified.equal += 1;
                digest
            }
            Verdict::Different(differences, digest) => {
                self.verified.different += 1;
                if self.verified.shown.len() < self.shown {
                    self.verified.shown.push(Different {
                        tenant: user.tenant.to_string(),
                        user: user.user.to_string(),
                        differences,
                    });
                }
                digest
            }
            Verdict::Apart => return,
        };
        self.verified.digest.add(digest.of(user));
    }
}

fn next_offset(state: &UserState, partition: Partition) -> u64 {
    state.head.checkpoint.next_offset(partition)
}
