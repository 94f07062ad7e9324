//! A user's state is bounded, so that an event costs the same however long the history is.

use penchant_core::posterior::log_odds_at;
use penchant_core::{RevisionKind, Status, UserState};

use super::change::{close, rates};
use super::{Cause, FoldConfig, FoldOutcome};

/// Lets go of the weakest live preferences above the bound, and of the oldest closed ones.
pub(crate) fn apply(
    state: &mut UserState,
    cause: &Cause<'_>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let live = |status: Status| matches!(status, Status::Active | Status::Quarantined);
    let mut alive = state.preferences.iter().filter(|p| live(p.status)).count();
    while alive > config.max_live.max(1) {
        let weakest = state
            .preferences
            .iter()
            .enumerate()
            .filter(|(_, p)| live(p.status) && !p.pinned)
            .min_by(|(_, a), (_, b)| {
                let quarantined = |p: &penchant_core::Preference| p.status != Status::Quarantined;
                quarantined(a)
                    .cmp(&quarantined(b))
                    .then_with(|| {
                        log_odds_at(a, cause.at, rates(config)).total_cmp(&log_odds_at(
                            b,
                            cause.at,
                            rates(config),
                        ))
                    })
                    .then_with(|| a.updated_at.cmp(&b.updated_at))
                    .then_with(|| a.id.cmp(&b.id))
            })
            .map(|(index, _)| index);
        let Some(index) = weakest else { break };
        let reason = "the weakest of more preferences than are kept".to_owned();
        close(state, index, RevisionKind::Expire, cause, reason, None, config, out);
        alive -= 1;
    }
    let mut closed: Vec<_> =
        state.preferences.iter().filter(|p| !live(p.status)).map(|p| p.updated_at).collect();
    if closed.len() > config.max_closed {
        closed.sort_unstable_by(|a, b| b.cmp(a));
        state.head.let_go = state.head.let_go.max(closed.get(config.max_closed).copied());
        forget_let_go(state);
    }
}

/// Puts a state in the one form that the fold works on: without what was let go of, by id. A
/// store may answer more and in another order.
pub(crate) fn canonical(state: &mut UserState) {
    forget_let_go(state);
    if !state.preferences.is_sorted_by(|a, b| a.id < b.id) {
        state.preferences.sort_by(|a, b| a.id.cmp(&b.id));
    }
}

fn forget_let_go(state: &mut UserState) {
    let Some(floor) = state.head.let_go else { return };
    state.preferences.retain(|p| {
        matches!(p.status, Status::Active | Status::Quarantined) || p.updated_at > floor
    });
}
