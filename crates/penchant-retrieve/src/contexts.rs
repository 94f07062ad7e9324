//! How likely an asked context is of each kind of situation the user has been seen in.

use std::collections::BTreeMap;

use penchant_core::cues::Cues;
use penchant_core::situation::{Situation, nearness};
use penchant_core::{Context, Head, Vector};

/// How sharply nearness (in [-2, 2]) decides: at 4, being nearer by a half multiplies the odds by
/// seven.
const SHARPNESS: f32 = 4.0;
/// What another task leaves of a cluster's weight.
const OTHER_TASK: f32 = 0.15;
/// Plain cosine at which a context is no stranger any more, and what remains of the weights below.
const FAMILIAR: f32 = 0.2;

/// For each cluster of `head`, the probability (0–1, summing to at most 1) that the asked context
/// is of its kind. Empty when the user has no clusters or nothing is asked about.
#[must_use]
pub fn membership(head: &Head, vector: &Vector, asked: &Context) -> BTreeMap<u32, f32> {
    if asked.is_empty() || head.contexts.is_empty() {
        return BTreeMap::new();
    }
    let situation = Situation {
        vector: vector.clone(),
        cues: Cues::of(&asked.text),
        task: asked.task.trim().to_owned(),
    };
    let near = nearness(&head.contexts, &situation);
    let weight = |n: &penchant_core::situation::Nearness| {
        let task = if n.same_task { 1.0 } else { OTHER_TASK };
        (n.relative * SHARPNESS).exp() * task
    };
    let total: f32 = near.iter().map(weight).sum();
    let best_topic = near.iter().filter(|n| n.same_task).map(|n| n.topic).fold(0.0_f32, f32::max);
    let named = near.iter().any(|n| n.same_task) && !situation.task.is_empty();
    let known = if named { 1.0 } else { (best_topic / FAMILIAR).clamp(0.1, 1.0) };
    near.iter().map(|n| (n.cluster, weight(n) / total.max(f32::EPSILON) * known)).collect()
}
