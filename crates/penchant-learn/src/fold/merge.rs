//! Two kinds of situations that turn out to be one, or have to share a place.

use penchant_core::head::{Belief, ContextCluster};
use penchant_core::{PreferenceId, RevisionKind, Status, UserState};

use super::change::{MAX_LOG_ODDS, close, find, record};
use super::facets::belief_key;
use super::{Cause, FoldConfig, FoldOutcome};

/// How alike two clusters are: what was learnt in them counts as much as where.
#[must_use]
pub fn likeness(a: &ContextCluster, b: &ContextCluster) -> f32 {
    if !a.task.eq_ignore_ascii_case(&b.task) {
        return -1.0;
    }
    a.centroid.cosine(&b.centroid) + a.style.cosine(&b.style)
}

/// Merges the most alike clusters until at most `config.max_clusters` are left.
pub fn within_bound(
    state: &mut UserState,
    cause: &Cause<'_>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    while state.head.contexts.len() > config.max_clusters.max(1) {
        let clusters = &state.head.contexts;
        let mut best: Option<(u32, u32, f32)> = None;
        for (at, a) in clusters.iter().enumerate() {
            for b in clusters.iter().skip(at + 1) {
                let alike = likeness(a, b);
                if best.is_none_or(|(_, _, most)| alike > most) {
                    // The larger one keeps its number.
                    let (keep, drop) = if b.count > a.count { (b.id, a.id) } else { (a.id, b.id) };
                    best = Some((keep, drop, alike));
                }
            }
        }
        let Some((keep, drop, _)) = best else { return };
        merge(state, keep, drop, cause, config, out);
    }
}

/// Moves everything of cluster `drop` into cluster `keep`.
pub fn merge(
    state: &mut UserState,
    keep: u32,
    drop: u32,
    cause: &Cause<'_>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let Some(from) = state.head.contexts.iter().position(|c| c.id == drop) else { return };
    if keep == drop || !state.head.contexts.iter().any(|c| c.id == keep) {
        return;
    }
    let gone = state.head.contexts.remove(from);
    if let Some(cluster) = state.head.contexts.iter_mut().find(|c| c.id == keep) {
        let share = gone.count as f32 / (gone.count + cluster.count).max(1) as f32;
        cluster.centroid = cluster.centroid.toward(&gone.centroid, share);
        cluster.cues.move_toward(&gone.cues, share);
        if !gone.style.is_empty() {
            cluster.style.move_toward(&gone.style, share);
            cluster.drift.move_toward(&gone.drift, share);
        }
        cluster.count = cluster.count.saturating_add(gone.count);
        cluster.last_at = cluster.last_at.max(gone.last_at);
    }
    let prefix = belief_key(Some(drop), "");
    let moved: Vec<String> =
        state.head.beliefs.keys().filter(|k| k.starts_with(&prefix)).cloned().collect();
    let mut doubles: Vec<(PreferenceId, PreferenceId)> = Vec::new();
    for key in moved {
        let Some(belief) = state.head.beliefs.remove(&key) else { continue };
        let subject = key.strip_prefix(&prefix).unwrap_or_default();
        let target = state.head.beliefs.entry(belief_key(Some(keep), subject)).or_default();
        doubles.extend(absorb(target, belief));
    }
    for (kept, double) in doubles {
        let Some(at) = find(state, &double) else { continue };
        if let Some(p) = state.preferences.get_mut(at)
            && matches!(p.status, Status::Active | Status::Quarantined)
            && !p.pinned
        {
            p.superseded_by = Some(kept);
            let reason = "the same is known of a like situation".to_owned();
            close(state, at, RevisionKind::Supersede, cause, reason, None, config, out);
        }
    }
    for at in 0..state.preferences.len() {
        let Some(p) = state.preferences.get_mut(at) else { continue };
        if p.cluster == Some(drop) {
            p.cluster = Some(keep);
            let reason = "its kind of situation became part of another".to_owned();
            record(state, at, RevisionKind::Refine, cause, reason, None, out);
        }
    }
}

/// Adds up two beliefs. The preferences of values that both had become one each.
fn absorb(target: &mut Belief, other: Belief) -> Vec<(PreferenceId, PreferenceId)> {
    let mut doubles = Vec::new();
    target.last_at = target.last_at.max(other.last_at);
    for (slot, value) in other.values {
        let mine = target.values.entry(slot).or_default();
        let (a, b) = (mine.count as f32, value.count as f32);
        let all = (a + b).max(1.0);
        let apart = mine.mean - value.mean;
        mine.spread += value.spread + apart * apart * a * b / all;
        mine.mean = (mine.mean * a + value.mean * b) / all;
        mine.count = mine.count.saturating_add(value.count);
        mine.log_odds = (mine.log_odds + value.log_odds).clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS);
        match (&mine.preference, value.preference) {
            (Some(kept), Some(double)) => doubles.push((kept.clone(), double)),
            (None, other) => mine.preference = other,
            _ => {}
        }
    }
    doubles
}
