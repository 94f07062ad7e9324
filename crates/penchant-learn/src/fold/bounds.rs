//! A user's state is bounded, so that an event costs the same however long the history is.

use penchant_core::index::Index;
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
    while state.index.live() > config.max_live.max(1) {
        let weakest = state.index.weakest(cause.at).and_then(|id| state.find(id));
        let Some(index) = weakest else { break };
        let reason = "the weakest of more preferences than are kept".to_owned();
        close(state, index, RevisionKind::Expire, cause, reason, None, config, out);
    }
    if state.index.closed().len() > config.max_closed {
        // Several at once: taking one out moves all that stand behind it.
        let kept = config.max_closed - config.max_closed / 4;
        let floor = state.index.closed().nth(kept).map(|(at, _)| *at);
        state.head.let_go = state.head.let_go.max(floor);
        forget_let_go(state);
    }
}

/// Puts a state in the one form that the fold works on: without what was let go of, by id, with
/// its index. A store may answer more and in another order.
pub(crate) fn canonical(state: &mut UserState, config: &FoldConfig) {
    let rates = rates(config);
    if state.index.fits(&state.preferences, rates) {
        return;
    }
    forget_let_go(state);
    state.preferences.sort_by(|a, b| a.id.cmp(&b.id));
    state.index = Index::of(&state.preferences, rates);
}

fn forget_let_go(state: &mut UserState) {
    let Some(floor) = state.head.let_go else { return };
    let index = &mut state.index;
    state.preferences.retain(|p| {
        let stays =
            matches!(p.status, Status::Active | Status::Quarantined) || p.updated_at > floor;
        if !stays {
            index.forget(&p.id);
        }
        stays
    });
}
