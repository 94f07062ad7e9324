//! How likely an asked context is of each kind of situation the user has been seen in.

use std::collections::BTreeMap;

use penchant_core::cues::Cues;
use penchant_core::head::ContextCluster;
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

/// Log-odds from which on more evidence makes a value no more telling.
const ENOUGH: f32 = 3.0;

/// How telling each facet value of each cluster is, by `(cluster, "subject=slot")`, in about
/// [0.3, 1.3]: well-proven values that the user's other kinds of situations do not share come
/// first, for an answer should say what is special here.
#[must_use]
pub fn distinction(head: &Head) -> BTreeMap<(u32, String), f32> {
    let mut believed: BTreeMap<String, Vec<(u32, f32)>> = BTreeMap::new();
    for (key, belief) in &head.beliefs {
        let Some((cluster, subject)) = key.split_once('|') else { continue };
        let Ok(cluster) = cluster.parse::<u32>() else { continue };
        for (slot, value) in &belief.values {
            let strength = value.log_odds.clamp(0.0, ENOUGH) / ENOUGH;
            believed.entry(format!("{subject}={slot}")).or_default().push((cluster, strength));
        }
    }
    let clusters_by_id: BTreeMap<u32, &ContextCluster> =
        head.contexts.iter().map(|c| (c.id, c)).collect();
    // One kind of situation may be scattered over several clusters of like style; they must not
    // make its values look common.
    let otherness = |a: u32, b: u32| match (clusters_by_id.get(&a), clusters_by_id.get(&b)) {
        (Some(x), Some(y)) if a != b => y.count as f32 * (1.0 - x.style.cosine(&y.style).max(0.0)),
        _ => 0.0,
    };
    let mut telling = BTreeMap::new();
    for (value, clusters) in believed {
        for (cluster, own) in &clusters {
            let all: f32 = clusters_by_id.keys().map(|id| otherness(*cluster, *id)).sum();
            let shared: f32 =
                clusters.iter().map(|(id, held)| held * otherness(*cluster, *id)).sum();
            let elsewhere = if all > 0.0 { shared / all } else { 0.0 };
            telling.insert((*cluster, value.clone()), 0.4 + 0.9 * own - 0.6 * elsewhere);
        }
    }
    telling
}
