//! Asking a model that has read a message which older wishes it ends.

use std::collections::{BTreeMap, BTreeSet};

use penchant_core::{Claim, Preference, Status, UserState, Vector};
use penchant_ports::Ends;

use super::Cause;
use super::succession::Near;
use crate::reading::ClaimReading;

/// Most older wishes that a message is asked about: those nearest to it in meaning. What ends a wish
/// is about the same thing nearly always.
const ASKED: usize = 6;
/// Most that a wish is asked about, those near by their words included: dozens may share a word with
/// it, and whoever folds waits for the answer.
const ASKED_IN_ALL: usize = 12;

/// The older wishes that a message may end: said in words, active and earlier than it, those nearest
/// to what it is `about`, nearest first, so that those alike are asked about together. Where nobody
/// knows what that means, the newest.
pub(super) fn candidates(
    state: &UserState,
    cause: &Cause<'_>,
    about: &Vector,
    fits: impl Fn(&Preference) -> bool,
) -> Vec<usize> {
    let older = |p: &Preference| p.status == Status::Active && p.valid_from < cause.at;
    let mut near: Vec<(f32, usize)> = state
        .preferences
        .iter()
        .enumerate()
        .filter(|(_, p)| older(p) && matches!(p.kind, Claim::Statement { .. }) && fits(p))
        .map(|(index, p)| (p.content.cosine(about), index))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    near.truncate(ASKED);
    near.into_iter().map(|(_, index)| index).collect()
}

/// Log-odds that a wish, kept at `target`, ends older ones: those nearest in meaning, and those near
/// by their words.
pub(super) fn by_wish(
    state: &UserState,
    cause: &Cause<'_>,
    claim: &ClaimReading,
    target: usize,
    near: &[Near],
) -> BTreeMap<usize, f32> {
    if claim.ends.unknown() || !claim.source.explicit() {
        return BTreeMap::new();
    }
    let mut asked = candidates(state, cause, &claim.content, |_| true);
    let active = |index: &usize| {
        state.preferences.get(*index).is_some_and(|old| old.status == Status::Active)
    };
    asked.extend(near.iter().filter_map(|(id, _)| state.find(id)).filter(active));
    let mut met = BTreeSet::from([target]);
    asked.retain(|index| met.insert(*index));
    asked.truncate(ASKED_IN_ALL);
    odds(state, &claim.ends, &asked)
}

/// Log-odds that each of some wishes is ended; none where nobody could say.
pub(super) fn odds(state: &UserState, ends: &Ends, asked: &[usize]) -> BTreeMap<usize, f32> {
    let known = |index: &usize| Some((*index, state.preferences.get(*index)?.description.as_str()));
    let (indexes, notes): (Vec<usize>, Vec<&str>) = asked.iter().filter_map(known).unzip();
    indexes.into_iter().zip(ends.odds(&notes).unwrap_or_default()).collect()
}
