//! Erased is erased (INV-9).

use penchant_core::head::Erased;
use penchant_core::{Head, UserState};

use super::{Cause, FoldOutcome};

/// Whether the event belongs to what was erased: it stands before the erasure on the log, or
/// happened before it and only arrives late.
pub(crate) fn covers(head: &Head, cause: &Cause<'_>) -> bool {
    covered(head.erased, cause)
}

/// Whether the event belongs to what this erasure removed.
pub(crate) fn covered(erased: Option<Erased>, cause: &Cause<'_>) -> bool {
    erased.is_some_and(|erased| {
        let earlier_on_log = cause.position.partition == erased.position.partition
            && cause.position.offset <= erased.position.offset;
        // The time it names itself, too: what comes days late is otherwise taken for newer than it
        // says, and a resend of what was erased would come back.
        earlier_on_log || cause.at.min(cause.event.occurred_at) <= erased.at
    })
}

/// Forgets everything but what keeps the user erased and the commit protocol going.
pub(crate) fn erase(state: &mut UserState, cause: &Cause<'_>, out: &mut FoldOutcome) {
    let old = std::mem::take(&mut state.head);
    state.head = Head {
        revision: old.revision,
        epoch: old.epoch,
        checkpoint: old.checkpoint,
        erased: Some(erased_by(old.erased, cause)),
        ..Head::default()
    };
    state.head.recent.insert(&cause.event.id);
    state.preferences.clear();
    out.changed.clear();
    out.revisions.clear();
    out.erase = true;
}

/// The mark that an erasure leaves, unless an earlier one covers it: then it takes nothing away,
/// neither from the memory nor from the log, which has to hold what the memory was made of (INV-1).
#[must_use]
pub fn mark(earlier: Option<Erased>, cause: &Cause<'_>) -> Option<Erased> {
    (!covered(earlier, cause)).then(|| erased_by(earlier, cause))
}

/// The mark that an erasure leaves.
pub(crate) fn erased_by(earlier: Option<Erased>, cause: &Cause<'_>) -> Erased {
    // An erasure must also cover what the user did just before on a clock that runs ahead.
    let at = earlier.map_or(cause.at, |earlier| earlier.at.max(cause.at));
    Erased { position: cause.position, at }
}
