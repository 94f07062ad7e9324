//! The few ways in which a stored preference changes; each leaves a revision.

use penchant_core::posterior::{HalfLives, log_odds_at, probability};
use penchant_core::{
    EvidenceRef, Head, Preference, PreferenceId, Revision, RevisionKind, Status, UserState,
};

use super::facets::belief_key;
use super::{Cause, FoldConfig, FoldOutcome};

/// Largest log-odds kept: beyond it, evidence could not be outweighed within a life.
pub(crate) const MAX_LOG_ODDS: f32 = 8.0;

/// The decay rates of a configuration.
pub(crate) fn rates(config: &FoldConfig) -> HalfLives {
    HalfLives { inferred: config.inferred_half_life, stated: config.stated_half_life }
}

/// The next preference id of this user. Ids of before an erasure are never used again.
pub(crate) fn next_id(head: &mut Head) -> Option<PreferenceId> {
    let number = head.next_preference;
    let text = match head.erased {
        Some(erased) => format!("p{}.{number:05}", erased.position.next_offset()),
        None => format!("p{number:05}"),
    };
    head.next_preference += 1;
    PreferenceId::try_new(text).ok()
}

/// Moves `preference`'s evidence to the event's time and adds `log_odds` to it.
pub(crate) fn weigh(
    preference: &mut Preference,
    cause: &Cause<'_>,
    log_odds: f32,
    config: &FoldConfig,
) {
    let left = log_odds_at(preference, cause.at, rates(config));
    preference.log_odds = (left + log_odds).clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS);
    preference.updated_at = preference.updated_at.max(cause.at);
    preference.confidence = probability(preference.log_odds);
}

/// Records the change that was just made to the preference at `index`.
pub(crate) fn record(
    state: &mut UserState,
    index: usize,
    kind: RevisionKind,
    cause: &Cause<'_>,
    reason: String,
    evidence: Option<EvidenceRef>,
    out: &mut FoldOutcome,
) {
    let Some(preference) = state.preferences.get_mut(index) else { return };
    preference.version += 1;
    preference.updated_at = preference.updated_at.max(cause.at);
    out.revisions.push(Revision::of(preference, kind, cause.at, cause.position, reason, evidence));
    out.changed.insert(preference.id.clone(), preference.clone());
    state.index.note(preference);
}

/// Closes the preference at `index`: it is no longer served, its history stays (INV-7).
// One event, one change: bundling these would only rename them.
#[allow(clippy::too_many_arguments)]
pub(crate) fn close(
    state: &mut UserState,
    index: usize,
    kind: RevisionKind,
    cause: &Cause<'_>,
    reason: String,
    evidence: Option<EvidenceRef>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let Some(preference) = state.preferences.get_mut(index) else { return };
    let status = match kind {
        RevisionKind::Supersede => Status::Superseded,
        RevisionKind::Retract => Status::Retracted,
        _ => Status::Expired,
    };
    weigh(preference, cause, 0.0, config);
    preference.status = status;
    preference.pinned = false;
    preference.valid_to = Some(
        preference.valid_to.map_or(cause.at, |end| end.min(cause.at)).max(preference.valid_from),
    );
    let told = kind == RevisionKind::Retract
        || evidence.as_ref().is_some_and(|reference| reference.source.explicit());
    unlink_belief(&mut state.head, index, &state.preferences, told);
    record(state, index, kind, cause, reason, evidence, out);
}

/// Opens a closed preference again, under its old id.
pub(crate) fn reopen(
    state: &mut UserState,
    index: usize,
    cause: &Cause<'_>,
    reason: String,
    evidence: Option<EvidenceRef>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let Some(preference) = state.preferences.get_mut(index) else { return };
    weigh(preference, cause, 0.0, config);
    preference.status = Status::Active;
    preference.valid_to = None;
    preference.superseded_by = None;
    record(state, index, RevisionKind::Restore, cause, reason, evidence, out);
}

/// A closed preference is no longer what its belief stands for. When the user's word (`told`)
/// closed it, what accumulated for it starts again from nothing: otherwise the next small piece of
/// evidence would bring it back against that word.
fn unlink_belief(head: &mut Head, index: usize, preferences: &[Preference], told: bool) {
    let Some(preference) = preferences.get(index) else { return };
    if matches!(preference.kind, penchant_core::Claim::Statement { .. }) {
        return;
    }
    let key = belief_key(preference.cluster, &preference.kind.subject());
    let Some(belief) = head.beliefs.get_mut(&key) else { return };
    for value in belief.values.values_mut() {
        if value.preference.as_ref() == Some(&preference.id) {
            value.preference = None;
            if told {
                value.log_odds = value.log_odds.min(0.0);
            }
        }
    }
}

/// Where a preference stands in the state.
pub(crate) fn find(state: &UserState, id: &PreferenceId) -> Option<usize> {
    state.find(id)
}
