//! Older wishes that are not to be followed while one for now holds.

use penchant_core::aggregate::aside_by_nearness;
use penchant_core::{Preference, Scope, UserState};

use super::{Cause, FoldOutcome, ended};
use crate::reading::ClaimReading;

/// What a model's word must come to, in log-odds.
const SET_ASIDE: f32 = -1.0;
/// The same for a wish that lies near the one for now.
const SET_ASIDE_NEAR: f32 = -2.0;

/// Names what the wish at `target` sets aside, where it is for now and a model has read the
/// message.
pub(super) fn set_aside(
    state: &mut UserState,
    claim: &ClaimReading,
    cause: &Cause<'_>,
    target: usize,
    out: &mut FoldOutcome,
) {
    if claim.ends.unknown() {
        return;
    }
    let own = state.preferences.get(target).map(|own| own.id.clone());
    let lasting = |old: &Preference| {
        !matches!(old.scope, Scope::ThisTime { .. }) && !old.pinned && Some(&old.id) != own.as_ref()
    };
    let asked = ended::candidates(state, cause, &claim.content, lasting);
    let aside = |(index, odds): (usize, f32)| {
        let old = state.preferences.get(index)?;
        let cosine = claim.content.cosine(&old.content);
        let near = aside_by_nearness(claim.polarity, old.polarity, cosine);
        let least = if near { SET_ASIDE_NEAR } else { SET_ASIDE };
        (odds >= least).then(|| old.id.clone())
    };
    let named: Vec<_> =
        ended::odds(state, &claim.ends, &asked).into_iter().filter_map(aside).collect();
    let own = state.preferences.get_mut(target);
    if let Some(own) = own.filter(|own| matches!(own.scope, Scope::ThisTime { .. })) {
        let known = own.sets_aside.get_or_insert_default();
        known.extend(named);
        known.sort();
        known.dedup();
        // What was recorded of it a moment ago is what will be stored.
        out.changed.insert(own.id.clone(), own.clone());
    }
}
