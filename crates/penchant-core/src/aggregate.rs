//! The nearest contexts' preferences, merged into one answer without contradictions.
//!
//! CIPHER (Gao et al. 2024) asks a language model to aggregate the descriptions of the k closest
//! contexts; here the aggregation is arithmetic over interpretable claims, so it costs
//! microseconds and can be explained.

use std::collections::BTreeMap;

use crate::evidence::{Claim, Scope};
use crate::ids::PreferenceId;
use crate::preference::Preference;
use crate::time::Timestamp;

/// A preference that may be served, and how near it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// The preference.
    pub preference: Preference,
    /// Cosine of the asked context and the contexts it was learnt in (or of their cluster).
    pub context_similarity: f32,
    /// Cosine of the asked context and its description.
    pub content_similarity: f32,
    /// Share of the description's telling words that the asked context mentions, in [0, 1].
    pub lexical: f32,
}

/// A preference that is served, with its weight in the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Served {
    /// What it is and how near.
    pub neighbour: Neighbour,
    /// Its weight; the order of the answer.
    pub score: f32,
    /// Confidence at the time of asking, after decay.
    pub confidence: f32,
}

/// A contradiction that was resolved instead of listed.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Which one is served.
    pub kept: PreferenceId,
    /// Which one is not.
    pub dropped: PreferenceId,
    /// The dropped one's description.
    pub dropped_description: String,
    /// Why.
    pub reason: String,
}

/// The merged answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aggregate {
    /// Heaviest first.
    pub served: Vec<Served>,
    /// What was resolved on the way.
    pub conflicts: Vec<Conflict>,
}

/// Keeps of each subject the heaviest value; context-bound beats user-wide when it is near.
///
/// `scored` need not be sorted. Only preferences current at `now` are kept (INV-7).
#[must_use]
pub fn aggregate(mut scored: Vec<Served>, limit: usize, now: Timestamp) -> Aggregate {
    scored.retain(|s| s.neighbour.preference.current_at(now) && s.score.is_finite());
    scored.sort_by(|a, b| {
        let (p, q) = (&a.neighbour.preference, &b.neighbour.preference);
        q.pinned
            .cmp(&p.pinned)
            .then(b.score.total_cmp(&a.score))
            .then_with(|| p.id.cmp(&q.id))
    });
    let mut answer = Aggregate::default();
    let mut holder: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in scored {
        let preference = &candidate.neighbour.preference;
        let subject = subject(&preference.kind);
        if let Some(kept) = holder.get(&subject).and_then(|at| answer.served.get(*at)) {
            let winner = &kept.neighbour.preference;
            let same = winner.kind.slot() == preference.kind.slot()
                && winner.polarity == preference.polarity;
            if !same {
                answer.conflicts.push(Conflict {
                    kept: winner.id.clone(),
                    dropped: preference.id.clone(),
                    dropped_description: preference.description.clone(),
                    reason: reason(winner, preference).to_owned(),
                });
            }
            continue;
        }
        if answer.served.len() < limit {
            holder.insert(subject, answer.served.len());
            answer.served.push(candidate);
        }
    }
    answer
}

/// Statements are their own subject; whether two of them contradict was settled when they were
/// learnt.
fn subject(kind: &Claim) -> String {
    kind.subject()
}

fn reason(winner: &Preference, loser: &Preference) -> &'static str {
    match (&winner.scope, &loser.scope) {
        (Scope::ThisTime { .. }, Scope::Always | Scope::Context { .. }) => {
            "a temporary wish is in force"
        }
        (Scope::Context { .. }, Scope::Always) => "a preference for this context beats a general one",
        _ => "weaker in this context",
    }
}
