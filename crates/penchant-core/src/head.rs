//! The per-user commit record, and what a commit consists of.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::checkpoint::Checkpoint;
use crate::cues::Cues;
use crate::event::Event;
use crate::ids::{EventId, PreferenceId, SessionId, UserKey};
use crate::index::Index;
use crate::position::Position;
use crate::preference::Preference;
use crate::revision::Revision;
use crate::shared::Shared;
use crate::style::Style;
use crate::time::Timestamp;
use crate::vector::Vector;

/// How many event ids a head remembers. A producer's resend comes within seconds, so within very
/// few events of the same user; redelivery by the log is caught by the checkpoint instead.
pub const RECENT_EVENTS: usize = 512;

/// Most characters of an assistant turn remembered for the user's reaction to it.
pub const MAX_REPLY_CHARS: usize = 600;

/// The commit record of one user: everything the fold needs besides the preferences themselves.
/// Bounded, so that the cost of an event does not grow with the user's history.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Head {
    /// Grows by one with each commit of this user.
    pub revision: u64,
    /// The epoch of the assignment that wrote it (INV-4).
    pub epoch: u64,
    /// How far each partition is reflected in this user's memory (INV-3).
    pub checkpoint: Checkpoint,
    /// Hashes of the newest event ids (INV-2).
    pub recent: RecentEvents,
    /// The kinds of situations this user has been seen in.
    pub contexts: Shared<Vec<ContextCluster>>,
    /// Next cluster number.
    pub next_cluster: u32,
    /// Accumulated evidence that is not (or not only) a preference yet, by belief key.
    pub beliefs: Shared<BTreeMap<String, Belief>>,
    /// The session of the newest event that named one; wishes for the session end with it.
    pub session: Option<SessionId>,
    /// The last assistant turn of the latest session.
    pub last_reply: Option<LastReply>,
    /// Set once the user was erased (INV-9).
    pub erased: Option<Erased>,
    /// Closed preferences last changed at or before this are out of the fold's sight, whether or
    /// not the store still holds them: a reloaded state then folds like one kept in memory.
    pub let_go: Option<Timestamp>,
    /// Grows with each new preference; makes ids deterministic.
    pub next_preference: u64,
}

/// What is left of an erased user: no personal data, only what keeps it erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// The erasure's place on the log; everything up to it is skipped by any replay.
    pub position: Position,
    /// When; events that happened before it are late and ignored, wherever they stand.
    pub at: Timestamp,
}

/// The assistant's turn that the user's next one reacts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastReply {
    /// The session it was said in.
    pub session: Option<SessionId>,
    /// Its beginning, at most [`MAX_REPLY_CHARS`].
    pub text: String,
}

impl LastReply {
    /// The turn `text` of the event.
    #[must_use]
    pub fn of(event: &Event, text: &str) -> Self {
        let text = text.chars().take(MAX_REPLY_CHARS).collect();
        Self { session: event.session.clone(), text }
    }
}

/// A kind of situation: contexts in which the same things were learnt belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContextCluster {
    /// Its number, unique per user, never reused.
    pub id: u32,
    /// Mean of its contexts' embeddings, unit length.
    #[serde(with = "crate::grid::unit")]
    pub centroid: Vector,
    /// Mean genre cues of its contexts' texts.
    #[serde(default)]
    pub cues: Cues,
    /// Mean style of the texts as users left them in it; empty when it was never seen.
    #[serde(default)]
    pub style: Style,
    /// Mean change of style from draft to revision in it.
    #[serde(default)]
    pub drift: Style,
    /// How many events formed it.
    pub count: u32,
    /// The task most of them had; empty when none said.
    pub task: String,
    /// Event time of the newest.
    pub last_at: Timestamp,
}

impl ContextCluster {
    /// Moves its means to where they will be read back from the store. To be called after each
    /// change of them.
    pub fn settle(&mut self) {
        self.centroid = crate::grid::unit::on_grid(&self.centroid);
        self.cues.settle();
        self.style.settle();
        self.drift.settle();
    }
}

/// Evidence accumulated for the competing values of one subject in one cluster.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Belief {
    /// Log-odds per value slot; positive speaks for it, negative against.
    pub values: BTreeMap<String, ValueBelief>,
    /// Event time of the newest evidence.
    pub last_at: Timestamp,
}

/// Evidence accumulated for one value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ValueBelief {
    /// Sum of signed strengths, decayed to `last_at` of the belief.
    pub log_odds: f32,
    /// Events behind it.
    pub count: u32,
    /// Running mean of the target, for numeric facets; of the signed strengths, for likings.
    pub mean: f32,
    /// Running sum of squared differences from the mean.
    pub spread: f32,
    /// The preference this value became, once it was strong enough.
    pub preference: Option<PreferenceId>,
}

/// A bounded memory of event ids, as 64-bit FNV-1a hashes: stable across builds and machines,
/// and no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecentEvents(VecDeque<u64>);

impl RecentEvents {
    /// Remembers `id`; false when it was already there.
    pub fn insert(&mut self, id: &EventId) -> bool {
        let hash = fnv1a(id.as_str().as_bytes());
        if self.0.contains(&hash) {
            return false;
        }
        if self.0.len() == RECENT_EVENTS {
            self.0.pop_front();
        }
        self.0.push_back(hash);
        true
    }

    /// Whether `id` is remembered.
    #[must_use]
    pub fn contains(&self, id: &EventId) -> bool {
        self.0.contains(&fnv1a(id.as_str().as_bytes()))
    }
}

/// 64-bit FNV-1a.
#[must_use]
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3))
}

/// What the fold works on: a user's head and the preferences that still matter (live ones, and
/// the latest closed ones, which a change of mind may restore).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserState {
    /// The commit record.
    pub head: Head,
    /// Live preferences and at most a configured number of lately closed ones. Whoever replaces
    /// them makes a new state ([`Self::new`]).
    pub preferences: Vec<Preference>,
    /// What they are found by; derived.
    pub index: Index,
}

impl UserState {
    /// A state as it was stored.
    #[must_use]
    pub fn new(head: Head, preferences: Vec<Preference>) -> Self {
        Self { head, preferences, index: Index::default() }
    }

    /// Where a preference stands among [`Self::preferences`].
    #[must_use]
    pub fn find(&self, id: &PreferenceId) -> Option<usize> {
        let by_search = self.preferences.binary_search_by(|p| p.id.cmp(id)).ok();
        // What was added by the event in hand may not be in its place yet.
        by_search.or_else(|| self.preferences.iter().rposition(|p| p.id == *id))
    }
}

/// One user's part of a commit. Applied whole or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct UserCommit {
    /// The user.
    pub user: UserKey,
    /// The head's revision that this was computed from; another one stored is refused.
    pub base_revision: u64,
    /// The new head.
    pub head: Head,
    /// Preferences as they are now (added or changed), absolute values.
    pub preferences: Vec<Preference>,
    /// The changes, in order.
    pub revisions: Vec<Revision>,
    /// First delete every preference and revision of this user (INV-9).
    pub erase: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_forgets_only_past_its_bound() {
        let mut recent = RecentEvents::default();
        let id = |n: usize| EventId::try_new(format!("e{n}")).unwrap();
        assert!(recent.insert(&id(0)));
        assert!(!recent.insert(&id(0)));
        for n in 1..RECENT_EVENTS {
            assert!(recent.insert(&id(n)));
        }
        assert!(recent.contains(&id(0)));
        recent.insert(&id(RECENT_EVENTS));
        assert!(!recent.contains(&id(0)));
    }
}
