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
    let closed = state.preferences.len().saturating_sub(alive);
    for _ in config.max_closed..closed {
        let oldest = state
            .preferences
            .iter()
            .enumerate()
            .filter(|(_, p)| !live(p.status))
            .min_by(|(_, a), (_, b)| a.valid_to.cmp(&b.valid_to).then_with(|| a.id.cmp(&b.id)))
            .map(|(index, _)| index);
        let Some(index) = oldest else { break };
        state.preferences.remove(index);
    }
}
