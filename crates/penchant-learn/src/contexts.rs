//! Kinds of situations: contexts in which the same things were learnt belong together.

use penchant_core::cues::Cues;
use penchant_core::head::ContextCluster;
use penchant_core::{UserState, Vector};

use crate::fold::{Cause, FoldConfig, FoldOutcome};
use crate::reading::ClaimReading;

/// Finds or founds the cluster that this event's context belongs to, and moves it there.
///
/// `signature` is what the event taught. `None` when the context is unknown. At the bound the two
/// nearest clusters are merged, which moves their beliefs and preferences too (in `out`).
pub fn assign(
    state: &mut UserState,
    cause: &Cause<'_>,
    context: &Vector,
    _signature: &[ClaimReading],
    config: &FoldConfig,
    _out: &mut FoldOutcome,
) -> Option<u32> {
    if context.is_empty() || cause.event.context.is_empty() {
        return None;
    }
    let head = &mut state.head;
    let task = cause.event.context.task.trim();
    let nearest = head
        .contexts
        .iter()
        .enumerate()
        .filter(|(_, c)| c.task == task)
        .map(|(at, c)| (at, c.centroid.cosine(context)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((at, near)) = nearest
        && (near >= 0.35 || head.contexts.len() >= config.max_clusters)
        && let Some(cluster) = head.contexts.get_mut(at)
    {
        cluster.count = cluster.count.saturating_add(1);
        cluster.centroid = cluster.centroid.toward(context, 1.0 / cluster.count as f32);
        cluster.last_at = cluster.last_at.max(cause.at);
        return Some(cluster.id);
    }
    let id = head.next_cluster;
    head.next_cluster += 1;
    head.contexts.push(ContextCluster {
        id,
        centroid: context.clone(),
        cues: Cues::of(&cause.event.context.text),
        count: 1,
        task: task.to_owned(),
        last_at: cause.at,
    });
    Some(id)
}
