//! Erased is erased (INV-9).

use penchant_core::head::Erased;
use penchant_core::{Head, UserState};

use super::{Cause, FoldOutcome};

/// Whether the event belongs to what was erased: it stands before the erasure on the log, or
/// happened before it and only arrives late.
pub(crate) fn covers(head: &Head, cause: &Cause<'_>) -> bool {
    head.erased.is_some_and(|erased| {
        let earlier_on_log = cause.position.partition == erased.position.partition
            && cause.position.offset <= erased.position.offset;
        earlier_on_log || cause.at <= erased.at
    })
}

/// Forgets everything but what keeps the user erased and the commit protocol going.
pub(crate) fn erase(state: &mut UserState, cause: &Cause<'_>, out: &mut FoldOutcome) {
    let old = std::mem::take(&mut state.head);
    // An erasure must also cover what the user did just before on a clock that runs ahead.
    let at = old.erased.map_or(cause.at, |earlier| earlier.at.max(cause.at));
    state.head = Head {
        revision: old.revision,
        epoch: old.epoch,
        checkpoint: old.checkpoint,
        erased: Some(Erased { position: cause.position, at }),
        ..Head::default()
    };
    state.head.recent.insert(&cause.event.id);
    state.preferences.clear();
    out.changed.clear();
    out.revisions.clear();
    out.erase = true;
}
