//! The nearest contexts' preferences, merged into one answer without contradictions.
//!
//! CIPHER (Gao et al. 2024) asks a language model to aggregate the descriptions of the k closest
//! contexts; here the aggregation is arithmetic over interpretable claims, so it costs
//! microseconds and can be explained.

use crate::contradiction::{self, Relation, Said};
use crate::evidence::{Claim, Polarity, Scope};
use crate::ids::PreferenceId;
use crate::preference::{Origin, Preference};
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

/// Keeps of each subject the heaviest value; context-bound beats user-wide when it is near, and a
/// wish for now sets lasting ones about the same thing aside.
///
/// `scored` need not be sorted. Only preferences current at `now` are kept (INV-7).
#[must_use]
pub fn aggregate(mut scored: Vec<Served>, limit: usize, now: Timestamp) -> Aggregate {
    scored.retain(|s| s.neighbour.preference.current_at(now) && s.score.is_finite());
    scored.sort_by(|a, b| {
        let (p, q) = (&a.neighbour.preference, &b.neighbour.preference);
        temporary(q)
            .cmp(&temporary(p))
            .then(q.pinned.cmp(&p.pinned))
            .then(b.score.total_cmp(&a.score))
            .then_with(|| p.id.cmp(&q.id))
    });
    let mut answer = Aggregate::default();
    let mut said: Vec<Said> = Vec::new();
    for candidate in scored {
        if answer.served.len() >= limit {
            break;
        }
        let preference = &candidate.neighbour.preference;
        let own = Said::of(&preference.description, preference.polarity, &preference.scope);
        let rival = answer.served.iter().zip(&said).find_map(|(kept, other)| {
            let verdict = verdict(&kept.neighbour.preference, other, preference, &own);
            verdict.map(|contradicts| (&kept.neighbour.preference, contradicts))
        });
        match rival {
            Some((winner, true)) => answer.conflicts.push(Conflict {
                kept: winner.id.clone(),
                dropped: preference.id.clone(),
                dropped_description: preference.description.clone(),
                reason: reason(winner, preference).to_owned(),
            }),
            Some((_, false)) => {}
            None => {
                answer.served.push(candidate);
                said.push(own);
            }
        }
    }
    answer.served.sort_by(|a, b| {
        let (p, q) = (&a.neighbour.preference, &b.neighbour.preference);
        q.pinned.cmp(&p.pinned).then(b.score.total_cmp(&a.score)).then_with(|| p.id.cmp(&q.id))
    });
    answer
}

fn temporary(preference: &Preference) -> bool {
    matches!(preference.scope, Scope::ThisTime { .. })
}

/// Whether a preference must not stand beside one that is kept: `Some(true)` when it contradicts
/// it, `Some(false)` when it only repeats it.
fn verdict(kept: &Preference, kept_said: &Said, other: &Preference, said: &Said) -> Option<bool> {
    let statements = matches!(
        (&kept.kind, &other.kind),
        (Claim::Statement { .. }, _) | (_, Claim::Statement { .. })
    );
    if !statements {
        let one_subject = kept.kind.subject() == other.kind.subject();
        let same = kept.kind.slot() == other.kind.slot() && kept.polarity == other.polarity;
        return one_subject.then_some(!same);
    }
    let known = !kept.content.is_empty() && kept.content.dimension() == other.content.dimension();
    let cosine = known.then(|| kept.content.cosine(&other.content));
    if cosine.is_some_and(|cosine| sets_aside(kept, other, cosine)) {
        return Some(true);
    }
    match contradiction::relation(kept_said, said, cosine, false) {
        Relation::Opposed(_) => Some(true),
        Relation::Same => Some(false),
        Relation::Narrower | Relation::Broader | Relation::Unrelated => None,
    }
}

/// Cosines from which a wish for now sets an older lasting one aside, though no word of theirs
/// contradicts: "drinks tonic with lime" in January, "drinks a gin and tonic as the usual".
/// On 1,252 notes that stood beside a wish for now (`corpus/memories`), of those nearer than this
/// 86 in a hundred were set aside where the wish refuses something, else 71.
const ASIDE_REFUSED: f32 = 0.45;
const ASIDE: f32 = 0.5;
/// The same where the older one is a refusal.
const ASIDE_ALLOWED: f32 = 0.6;

/// Whether a wish for now sets an older lasting one aside while it holds: those that it names, and
/// where it names none those that are near. What was concluded does so to nothing that was said.
fn sets_aside(kept: &Preference, other: &Preference, cosine: f32) -> bool {
    let concluded = |p: &Preference| matches!(p.origin, Origin::Inferred | Origin::Proposed);
    let lasting = !temporary(other) && !other.pinned && other.valid_from < kept.valid_from;
    if !temporary(kept) || !lasting || (concluded(kept) && !concluded(other)) {
        return false;
    }
    if let Some(named) = &kept.sets_aside {
        return named.contains(&other.id);
    }
    aside_by_nearness(kept.polarity, other.polarity, cosine)
}

/// Whether a wish for now and an older lasting one are so near that both can hardly be followed.
#[must_use]
pub fn aside_by_nearness(now: Polarity, lasting: Polarity, cosine: f32) -> bool {
    match (now, lasting) {
        // Two refusals can both be kept to.
        (Polarity::Avoid, Polarity::Avoid) => false,
        (Polarity::Avoid, Polarity::Prefer) => cosine >= ASIDE_REFUSED,
        (Polarity::Prefer, Polarity::Prefer) => cosine >= ASIDE,
        (Polarity::Prefer, Polarity::Avoid) => cosine >= ASIDE_ALLOWED,
    }
}

fn reason(winner: &Preference, loser: &Preference) -> &'static str {
    match (&winner.scope, &loser.scope) {
        (Scope::ThisTime { .. }, Scope::Always | Scope::Context { .. }) => {
            "a temporary wish is in force"
        }
        (Scope::Context { .. }, Scope::Always) => {
            "a preference for this context beats a general one"
        }
        _ => "weaker in this context",
    }
}
