//! How near an asked context is to each kind of situation the user has been seen in.

use std::collections::BTreeMap;

use penchant_core::{Context, Head, Vector};

/// For each cluster of `head`, the probability (0–1, summing to at most 1) that the asked context
/// is of its kind. Empty when the user has no clusters or nothing is asked about.
#[must_use]
pub fn membership(head: &Head, vector: &Vector, asked: &Context) -> BTreeMap<u32, f32> {
    let _ = asked;
    let scores: Vec<(u32, f32)> =
        head.contexts.iter().map(|c| (c.id, (c.centroid.cosine(vector) * 12.0).exp())).collect();
    let total: f32 = scores.iter().map(|(_, s)| s).sum();
    scores.into_iter().map(|(id, s)| (id, s / total.max(f32::EPSILON))).collect()
}
