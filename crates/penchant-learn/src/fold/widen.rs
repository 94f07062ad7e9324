//! What is seen alike in many kinds of situations holds in all of them.
//!
//! Backing off from the nearest contexts to the user is what answers in a situation that is like
//! no other; what was learnt there stays, and wins there.

use penchant_core::head::ValueBelief;
use penchant_core::{
    Claim, FacetValue, Polarity, RevisionKind, Scope, SourceClass, Status, UserState, Vector,
};

use super::change::{close, find};
use super::facets::{DEMOTE, PROMOTE, add, belief_key};
use super::{Cause, FoldConfig, FoldOutcome};
use crate::reading::ClaimReading;

/// From this many kinds of situations on, a value may be the user's in general.
const KINDS: usize = 3;

/// How a value stands in the user's kinds of situations.
struct Standing {
    /// Kinds in which it is a preference.
    holds: usize,
    /// Kinds in which anything is known about its subject.
    informed: usize,
    /// Mean log-odds where it holds.
    log_odds: f32,
}

fn standing(state: &UserState, subject: &str, slot: &str, polarity: Polarity) -> Standing {
    let sign = if polarity == Polarity::Prefer { 1.0 } else { -1.0 };
    let (mut holds, mut informed, mut sum) = (0_usize, 0_usize, 0.0_f32);
    for cluster in &state.head.contexts {
        let Some(belief) = state.head.beliefs.get(&belief_key(Some(cluster.id), subject)) else {
            continue;
        };
        informed += usize::from(belief.values.values().any(|v| v.log_odds.abs() >= DEMOTE));
        if let Some(value) = belief.values.get(slot)
            && sign * value.log_odds >= PROMOTE
            && value.preference.is_some()
        {
            holds += 1;
            sum += value.log_odds;
        }
    }
    Standing { holds, informed, log_odds: sum / holds.max(1) as f32 }
}

/// Makes a value user-wide, or no longer, after it changed hands in one kind of situation.
pub(super) fn review(
    state: &mut UserState,
    cause: &Cause<'_>,
    context: &Vector,
    reading: &ClaimReading,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    // Targets differ from one kind to the next; their mean would be nobody's.
    if matches!(&reading.claim, Claim::Facet { value: FacetValue::Number(_), .. })
        || reading.quarantine.is_some()
    {
        return;
    }
    let subject = reading.claim.subject();
    let (key, slot) = (belief_key(None, &subject), reading.claim.slot());
    let wide = state.head.beliefs.get(&key).map(|b| &b.values);
    let known: Vec<(String, usize)> = wide
        .into_iter()
        .flatten()
        .filter_map(|(slot, value)| Some((slot.clone(), find(state, value.preference.as_ref()?)?)))
        .collect();
    for (slot, at) in known {
        let Some(preference) = state.preferences.get(at) else { continue };
        let directed =
            preference.pinned || preference.support.strongest().is_some_and(SourceClass::explicit);
        let stands = standing(state, &subject, &slot, preference.polarity);
        let open = preference.status == Status::Active;
        if open && !directed && stands.holds * 2 < stands.informed {
            let reason = "no longer alike in most situations".to_owned();
            close(state, at, RevisionKind::Supersede, cause, reason, None, config, out);
        }
    }
    let value = state.head.beliefs.get(&key).and_then(|b| b.values.get(&slot));
    let stands = standing(state, &subject, &slot, reading.polarity);
    let held = value.is_some_and(|v| v.preference.is_some());
    if held || stands.holds < KINDS || stands.holds * 3 < stands.informed * 2 {
        return;
    }
    let value = ValueBelief {
        log_odds: stands.log_odds,
        count: u32::try_from(stands.holds).unwrap_or(u32::MAX),
        ..ValueBelief::default()
    };
    let everywhere = ClaimReading { scope: Scope::Always, ..reading.clone() };
    let id = add(
        state,
        cause,
        context,
        &everywhere,
        None,
        &value,
        reading.claim.clone(),
        reading.polarity,
        reading.description.clone(),
        cause.reference(reading.source, &reading.snippet),
        format!("seen alike in {} kinds of situations", stands.holds),
        out,
    );
    let belief = state.head.beliefs.entry(key).or_default();
    belief.last_at = belief.last_at.max(cause.at);
    belief.values.insert(slot, ValueBelief { preference: id, ..value });
}
