//! What a person decided about one remembered preference, through API or console.

use penchant_core::event::{Directive, DirectiveAction};
use penchant_core::{
    Claim, Origin, RevisionKind, SourceClass, Status, UserState, Vector, sanitize,
};

use super::change::{close, find, record, reopen, weigh};
use super::{Cause, FoldConfig, FoldOutcome};

/// Log-odds of a person's decision.
const DECIDED: f32 = 4.0;

/// Carries out a directive. A stale or impossible one changes nothing but is recorded, so that
/// the person who gave it can see why.
pub(crate) fn apply(
    state: &mut UserState,
    cause: &Cause<'_>,
    directive: &Directive,
    content: Option<&Vector>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let Some(index) = find(state, &directive.preference) else { return };
    let Some(preference) = state.preferences.get_mut(index) else { return };
    let stale = directive.expected_version != 0 && directive.expected_version != preference.version;
    if stale {
        let reason = format!(
            "nothing was done: the decision was made on version {}, this was version {}",
            directive.expected_version, preference.version
        );
        record(state, index, RevisionKind::Direct, cause, reason, None, out);
        return;
    }
    let evidence = Some(cause.reference(SourceClass::Directive, action_name(&directive.action)));
    match &directive.action {
        DirectiveAction::Retract => {
            let reason = "a person withdrew it".to_owned();
            close(state, index, RevisionKind::Retract, cause, reason, evidence, config, out);
        }
        DirectiveAction::Restore => {
            support(preference, cause, config);
            reopen(state, index, cause, "a person restored it".to_owned(), evidence, config, out);
        }
        DirectiveAction::Confirm => {
            if matches!(preference.status, Status::Active | Status::Quarantined) {
                support(preference, cause, config);
                preference.status = Status::Active;
                let reason = "a person confirmed it".to_owned();
                record(state, index, RevisionKind::Direct, cause, reason, evidence, out);
            } else {
                reopen_confirmed(state, index, cause, evidence, config, out);
            }
        }
        DirectiveAction::Edit(words) => {
            let line = sanitize::one_line(words, penchant_core::limits::MAX_DESCRIPTION_CHARS);
            support(preference, cause, config);
            preference.origin = Origin::Directed;
            if let Claim::Statement { text } = &mut preference.kind {
                text.clone_from(&line);
            }
            preference.description = line;
            // Without the new words' embedding, none is better than that of the old words.
            preference.content = content.cloned().unwrap_or_default();
            preference.language = String::new();
            if preference.status == Status::Quarantined {
                preference.status = Status::Active;
            }
            let reason = "a person put it in other words".to_owned();
            record(state, index, RevisionKind::Direct, cause, reason, evidence, out);
        }
        DirectiveAction::Pin => {
            support(preference, cause, config);
            preference.pinned = true;
            if preference.status == Status::Quarantined {
                preference.status = Status::Active;
            }
            let reason = "a person pinned it".to_owned();
            if preference.status == Status::Active {
                record(state, index, RevisionKind::Direct, cause, reason, evidence, out);
            } else {
                reopen(state, index, cause, reason, evidence, config, out);
            }
        }
    }
}

fn reopen_confirmed(
    state: &mut UserState,
    index: usize,
    cause: &Cause<'_>,
    evidence: Option<penchant_core::EvidenceRef>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    if let Some(preference) = state.preferences.get_mut(index) {
        support(preference, cause, config);
    }
    reopen(state, index, cause, "a person confirmed it".to_owned(), evidence, config, out);
}

fn support(preference: &mut penchant_core::Preference, cause: &Cause<'_>, config: &FoldConfig) {
    // A person's yes outweighs whatever spoke against it.
    preference.log_odds = preference.log_odds.max(0.0);
    weigh(preference, cause, DECIDED, config);
    preference.support.add(SourceClass::Directive);
    preference.cite(cause.reference(SourceClass::Directive, "a person's decision"));
}

fn action_name(action: &DirectiveAction) -> &'static str {
    match action {
        DirectiveAction::Confirm => "confirmed",
        DirectiveAction::Edit(_) => "edited",
        DirectiveAction::Retract => "retracted",
        DirectiveAction::Restore => "restored",
        DirectiveAction::Pin => "pinned",
    }
}
