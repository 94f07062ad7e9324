//! Wishes whose time is over.

use std::time::Duration;

use penchant_core::{RevisionKind, Scope, Status, UserState};

use super::change::close;
use super::{Cause, FoldConfig, FoldOutcome};

/// How long a wish for the session lasts when no other session begins.
pub(crate) const SESSION_SPAN: Duration = Duration::from_secs(12 * 3600);

/// Closes what has ended by the time of this event, and notes the session it belongs to.
pub(crate) fn apply(
    state: &mut UserState,
    cause: &Cause<'_>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let other_session = match (&cause.event.session, &state.head.session) {
        (Some(now), Some(before)) => now != before,
        _ => false,
    };
    for id in state.index.ending() {
        let Some(index) = state.find(&id) else { continue };
        let Some(preference) = state.preferences.get(index) else { continue };
        if preference.status != Status::Active {
            continue;
        }
        let over = preference.valid_to.is_some_and(|end| end <= cause.at);
        let session_bound =
            matches!(preference.scope, Scope::ThisTime { until: None, .. }) && !preference.pinned;
        let left = session_bound && other_session && preference.updated_at <= cause.at;
        if over || left {
            let reason =
                if over { "its time was over" } else { "it was meant for a session that is over" };
            close(state, index, RevisionKind::Expire, cause, reason.to_owned(), None, config, out);
        }
    }
    if cause.event.session.is_some() {
        state.head.session.clone_from(&cause.event.session);
    }
}
