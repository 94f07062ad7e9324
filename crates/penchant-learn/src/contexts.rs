//! Kinds of situations: contexts in which the same things were learnt belong together.

use std::sync::LazyLock;

use penchant_core::cues::Cues;
use penchant_core::event::EventBody;
use penchant_core::head::ContextCluster;
use penchant_core::situation::{Situation, nearness};
use penchant_core::style::{Measure, Style};
use penchant_core::{Timestamp, UserState, Vector};

use crate::edits::change::Change;
use crate::edits::vocabulary;
use crate::fold::{Cause, FoldConfig, FoldOutcome, merge};
use crate::reading::ClaimReading;

/// What an edit shows about the style wanted here.
struct Seen {
    style: Style,
    drift: Style,
}

fn seen(cause: &Cause<'_>) -> Option<Seen> {
    let EventBody::Edit(edit) = &cause.event.body else { return None };
    // A corrected fact shows nothing about style, and must not move what is known of it.
    if !Change::between(&edit.draft, &edit.revised).style {
        return None;
    }
    let (draft, revised) = (Style::of(&edit.draft), Style::of(&edit.revised));
    let drift = draft.change_to(&revised);
    Some(Seen { style: revised, drift })
}

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
    out: &mut FoldOutcome,
) -> Option<u32> {
    if context.is_empty() || cause.event.context.is_empty() {
        return None;
    }
    let situation = Situation {
        vector: context.clone(),
        cues: Cues::of(&cause.event.context.text),
        task: cause.event.context.task.trim().to_owned(),
    };
    let seen = seen(cause);
    let head = &mut state.head;
    let best = nearness(&head.contexts, &situation)
        .into_iter()
        .enumerate()
        .filter(|(_, n)| n.same_task)
        .filter_map(|(at, near)| {
            let cluster = head.contexts.get(at)?;
            Some((at, belonging(cluster, near.topic, near.relative, seen.as_ref())))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((at, fit)) = best
        && fit >= 0.0
        && let Some(cluster) = head.contexts.get_mut(at)
    {
        join(cluster, &situation, seen.as_ref(), cause.at);
        return Some(cluster.id);
    }
    // Words replaced in passing, or a text kept as it was, are not worth a kind of their own.
    if seen.is_none() && matches!(cause.event.body, EventBody::Edit(_)) {
        return None;
    }
    let config = &FoldConfig { max_clusters: places(context, config), ..config.clone() };
    let id = head.next_cluster;
    head.next_cluster = head.next_cluster.wrapping_add(1);
    let (style, drift) = seen.map(|s| (s.style, s.drift)).unwrap_or_default();
    let mut founded = ContextCluster {
        id,
        centroid: situation.vector,
        cues: situation.cues,
        style,
        drift,
        count: 1,
        task: situation.task,
        last_at: cause.at,
    };
    founded.settle();
    head.contexts.push(founded);
    if head.contexts.len() > config.max_clusters {
        merge::within_bound(state, cause, config, out);
        state.head.contexts.iter_mut().for_each(ContextCluster::settle);
    }
    // The new cluster may itself have been the nearest to another.
    let there = |id: &u32| state.head.contexts.iter().any(|c| c.id == *id);
    Some(id)
        .filter(there)
        .or_else(|| state.head.contexts.iter().max_by_key(|c| (c.last_at, c.id)).map(|c| c.id))
}

/// Bytes that a head keeps for clusters, of the 128 KiB that it may have.
const ROOM: usize = 40 * 1024;
/// Bytes of a cluster besides its centroid.
const BESIDES: usize = 512;

/// How many clusters there is room for: fewer when embeddings are wide.
fn places(context: &Vector, config: &FoldConfig) -> usize {
    let each = 2 * context.dimension() + BESIDES;
    config.max_clusters.min((ROOM / each).max(4))
}

/// Fit from which an event joins a cluster instead of founding one. Splitting one kind of
/// situation in two costs little (both learn the same); mixing two kinds spoils both.
const BELONGS: f32 = 0.92;
/// Fit that is asked of contexts in which no edit shows what is wanted.
const NEAR: f32 = 0.3;

/// How well an event fits a cluster, over the bound that is asked of it. What was learnt decides,
/// where it happened helps.
fn belonging(cluster: &ContextCluster, topic: f32, relative: f32, seen: Option<&Seen>) -> f32 {
    let near = 0.3 * topic + 0.25 * relative;
    match seen {
        Some(seen) if !cluster.style.is_empty() => {
            near + alike(&cluster.style, &seen.style) - BELONGS
        }
        _ => near + 0.3 * topic - NEAR,
    }
}

/// How telling each measure is, squared, in the order of [`Style`].
static TELLING: LazyLock<Vec<f32>> = LazyLock::new(|| {
    Measure::ALL
        .iter()
        .map(|measure| {
            let facets = vocabulary::built_in().facets.iter();
            let weight = facets.filter(|f| f.measure == *measure).map(|f| f.weight).sum::<f32>();
            weight * weight
        })
        .collect()
});

/// Cosine of two styles in which telling measures count more.
fn alike(a: &Style, b: &Style) -> f32 {
    let (mut dot, mut norm_a, mut norm_b) = (0.0_f32, 0.0_f32, 0.0_f32);
    for ((x, y), w) in a.as_slice().iter().zip(b.as_slice()).zip(TELLING.iter()) {
        dot += w * x * y;
        norm_a += w * x * x;
        norm_b += w * y * y;
    }
    let norms = (norm_a * norm_b).sqrt();
    if norms <= f32::EPSILON { 0.0 } else { dot / norms }
}

fn join(cluster: &mut ContextCluster, situation: &Situation, seen: Option<&Seen>, at: Timestamp) {
    cluster.count = cluster.count.saturating_add(1);
    // Past some events the mean keeps moving, so that it follows a user who changes.
    let share = 1.0 / cluster.count.min(50) as f32;
    cluster.centroid = cluster.centroid.toward(&situation.vector, share);
    cluster.cues.move_toward(&situation.cues, share);
    if let Some(seen) = seen {
        cluster.style.move_toward(&seen.style, share);
        cluster.drift.move_toward(&seen.drift, share);
    }
    cluster.last_at = cluster.last_at.max(at);
    cluster.settle();
}
