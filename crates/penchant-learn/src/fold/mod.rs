//! What an event does to one user's state: pure, bounded, deterministic.
//!
//! The oracle of every test is this fold, run single-threaded over the unique events.

mod aside;
mod bounds;
pub(crate) mod change;
mod directives;
mod ended;
pub(crate) mod erasure;
mod expiry;
pub mod facets;
pub mod merge;
mod replaced;
pub mod statements;
pub mod story;
mod succession;
#[cfg(test)]
mod tests;
mod widen;
mod withdrawals;

pub use erasure::mark as mark_of_erasure;
pub use story::story;

use std::collections::BTreeMap;
use std::time::Duration;

use penchant_core::event::{Event, EventBody, Role};
use penchant_core::head::LastReply;
use penchant_core::{
    Claim, EvidenceRef, Position, Preference, PreferenceId, Revision, SourceClass, Timestamp,
    UserState,
};

use crate::contexts;
use crate::reading::Reading;

/// The event that causes a change, with its place and (clamped) time.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    /// The event.
    pub event: &'a Event,
    /// Its place on the log.
    pub position: Position,
    /// Event time, clamped to log time unless imported.
    pub at: Timestamp,
}

impl Cause<'_> {
    /// A reference to this event as evidence.
    #[must_use]
    pub fn reference(&self, source: SourceClass, snippet: &str) -> EvidenceRef {
        EvidenceRef {
            event: self.event.id.clone(),
            position: self.position,
            occurred_at: self.at,
            source,
            snippet: penchant_core::sanitize::one_line(snippet, 160),
        }
    }
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoldOutcome {
    /// Every preference that was added or changed, as it is now; also those that the bounded
    /// state has meanwhile let go of.
    pub changed: BTreeMap<PreferenceId, Preference>,
    /// The changes, in order.
    pub revisions: Vec<Revision>,
    /// The user's memory is to be deleted first (INV-9).
    pub erase: bool,
}

/// Bounds and rates of the fold. Part of what a replay must keep equal.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldConfig {
    /// Most live preferences per user; the weakest are let go of.
    pub max_live: usize,
    /// Lately closed preferences kept in the state for changes of mind. At most 32, which every
    /// store promises to load.
    pub max_closed: usize,
    /// Most context clusters per user.
    pub max_clusters: usize,
    /// Most belief subjects per user.
    pub max_beliefs: usize,
    /// After this long, inferred evidence counts half.
    pub inferred_half_life: Duration,
    /// After this long, stated evidence counts half.
    pub stated_half_life: Duration,
    /// Cosine from which two statements say the same.
    pub same_statement: f32,
}

impl Default for FoldConfig {
    fn default() -> Self {
        let days = |n: u64| Duration::from_secs(n * 86_400);
        Self {
            max_live: 768,
            max_closed: 32,
            max_clusters: 32,
            max_beliefs: 512,
            inferred_half_life: days(60),
            stated_half_life: days(720),
            same_statement: 0.86,
        }
    }
}

/// The whole effect of one event on one user's memory.
///
/// Applies an event id once (INV-2) and nothing that an erasure covers (INV-9). Depends on its
/// arguments only. Does not touch revision, epoch and checkpoint of the head: the lane does.
pub fn apply(
    state: &mut UserState,
    cause: &Cause<'_>,
    reading: &Reading,
    config: &FoldConfig,
) -> FoldOutcome {
    let mut out = FoldOutcome::default();
    if erasure::covers(&state.head, cause) || !state.head.recent.insert(&cause.event.id) {
        return out;
    }
    bounds::canonical(state, config);
    match &cause.event.body {
        EventBody::Erase => {
            erasure::erase(state, cause, &mut out);
            return out;
        }
        EventBody::Directive(directive) => {
            let content = reading.claims.first().map(|c| &c.content);
            directives::apply(state, cause, directive, content, config, &mut out);
            bounds::apply(state, cause, config, &mut out);
            return out;
        }
        EventBody::Message(message) if message.role == Role::Assistant => {
            state.head.last_reply = Some(LastReply::of(cause.event, &message.text));
            return out;
        }
        _ => {}
    }
    expiry::apply(state, cause, config, &mut out);
    withdrawals::apply(state, cause, reading, config, &mut out);
    // A situation is worth a cluster only when something is learnt or confirmed in it.
    let teaches = !reading.claims.is_empty() || !reading.accepted.is_empty();
    let cluster = if teaches {
        contexts::assign(state, cause, &reading.context, &reading.claims, config, &mut out)
    } else {
        None
    };
    statements::apply(state, cause, &reading.context, &reading.claims, cluster, config, &mut out);
    let other = |c: &crate::reading::ClaimReading| !matches!(c.claim, Claim::Statement { .. });
    if reading.claims.iter().any(other) {
        facets::apply(state, cause, &reading.context, &reading.claims, cluster, config, &mut out);
    }
    if !reading.accepted.is_empty() {
        facets::confirm(state, cause, &reading.accepted, cluster, config, &mut out);
    }
    bounds::apply(state, cause, config, &mut out);
    out
}
