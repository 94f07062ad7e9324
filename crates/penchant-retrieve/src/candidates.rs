//! Scores drafts by what the user is known to like here.
//!
//! Two parts: how a draft is written, against how this user leaves texts in such situations and
//! what their edits change; and what it is about, against what the user said they want and avoid.

use std::collections::BTreeMap;

use penchant_core::aggregate::Served;
use penchant_core::head::ContextCluster;
use penchant_core::style::Style;
use penchant_core::{Claim, Polarity, Shared, Vector, telling};

/// What drafts are scored against.
#[derive(Debug, Clone, Default)]
pub struct Taste {
    /// What is served for the situation.
    pub served: Vec<Served>,
    /// The user's kinds of situations.
    pub clusters: Shared<Vec<ContextCluster>>,
    /// How likely the situation is of each kind.
    pub membership: BTreeMap<u32, f32>,
}

/// Weight of following the direction of the user's edits.
const DIRECTION: f32 = 1.0;
/// Weight of the distance to the style the user leaves texts in, per unit of measure.
const DISTANCE: f32 = 0.5;
/// Weight of style against content.
const STYLE: f32 = 0.3;
/// Weight of naming the telling words of a preference, beside meaning the same.
const NAMED: f32 = 0.3;

/// How well `draft` suits `taste`; higher is better, comparable only between drafts of one call.
/// `vector` is the draft's embedding (may be empty).
#[must_use]
pub fn score(taste: &Taste, draft: &str, vector: &Vector) -> f32 {
    STYLE * style(taste, draft) + content(taste, draft, vector)
}

fn style(taste: &Taste, draft: &str) -> f32 {
    let known = |c: &&ContextCluster| !c.style.is_empty() && !c.drift.is_empty();
    if !taste.clusters.iter().any(|c| known(&c)) {
        return 0.0;
    }
    let written = Style::of(draft);
    taste
        .clusters
        .iter()
        .filter(known)
        .map(|cluster| {
            let member = taste.membership.get(&cluster.id).copied().unwrap_or(0.0);
            if member < 0.02 {
                return 0.0;
            }
            let mut away = written.change_to(&cluster.style);
            let distance = away.norm();
            // How far along the way that edits go: the projection on their mean change.
            away = cluster.drift.clone();
            let along: f32 =
                away.as_slice().iter().zip(written.as_slice()).map(|(d, s)| d * s).sum();
            member * (DIRECTION * along / away.norm().max(1.0) - DISTANCE * distance)
        })
        .sum()
}

fn content(taste: &Taste, draft: &str, vector: &Vector) -> f32 {
    let words = telling::telling(draft);
    taste
        .served
        .iter()
        .map(|served| {
            let preference = &served.neighbour.preference;
            if matches!(preference.kind, Claim::Facet { .. }) {
                return 0.0;
            }
            let own = telling::telling(&preference.description);
            let shared = telling::shared(&own, &words) as f32 / own.len().max(1) as f32;
            let near = preference.content.cosine(vector) + NAMED * shared;
            let sign = if preference.polarity == Polarity::Prefer { 1.0 } else { -1.0 };
            sign * served.score * near
        })
        .sum()
}
