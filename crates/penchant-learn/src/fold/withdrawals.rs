//! Taking something back.

use penchant_core::{
    Preference, RevisionKind, Scope, SourceClass, Status, UserState, Vector, telling,
};
use penchant_ports::Ends;

use super::change::close;
use super::{Cause, FoldConfig, FoldOutcome, ended};
use crate::reading::{Reading, Withdrawal};

/// Least match of what is withdrawn with a preference.
const LEAST: f32 = 0.45;
/// Below this cosine a withdrawal and a preference have nothing to do with each other.
const STRANGERS: f32 = 0.2;
/// Share of the withdrawn words in the sentence that taught a preference from which on it goes too.
const SAID_THERE: f32 = 0.99;
/// Others that match nearly as well go with the best one.
const WITH_IT: f32 = 0.75;

/// What a model's word must come to for a message that takes something back and names nothing that
/// is held, in log-odds ([`penchant_ports::Note::ends`]).
const ENDED: f32 = 0.0;

/// Closes what each withdrawal names; where that is nothing, what a model that has read the message
/// says it ends.
pub(crate) fn apply(
    state: &mut UserState,
    cause: &Cause<'_>,
    reading: &Reading,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let before = out.revisions.len();
    let heard = !reading.ends.unknown();
    for withdrawal in reading.withdrawals.iter().filter(|own| !(own.guessed && heard)) {
        let closing = if withdrawal.text.trim().is_empty() {
            latest(state, cause).into_iter().collect()
        } else {
            matching(state, withdrawal)
        };
        for index in closing {
            let evidence = Some(cause.reference(SourceClass::Statement, &withdrawal.snippet));
            let reason = "the user took it back".to_owned();
            close(state, index, RevisionKind::Retract, cause, reason, evidence, config, out);
        }
    }
    if out.revisions.len() > before {
        return;
    }
    // A message is only asked what it ends where some words of it take something back.
    let Some(said) = reading.withdrawals.first() else { return };
    if let Some(index) = ended(state, cause, &reading.ends, &said.content) {
        let evidence = Some(cause.reference(SourceClass::Statement, &said.snippet));
        let reason = "what the user said ends it".to_owned();
        close(state, index, RevisionKind::Retract, cause, reason, evidence, config, out);
    }
}

/// What most likely holds no longer after a message that names nothing held; `about` is what the
/// words mean that take something back. The model learnt among notes of one corner of life: what has
/// nothing to do with the words is not for it to judge.
fn ended(state: &UserState, cause: &Cause<'_>, ends: &Ends, about: &Vector) -> Option<usize> {
    if ends.unknown() {
        // Most messages end nothing: looking at all that is held would make them dear.
        return None;
    }
    let near = |p: &Preference| about.is_empty() || p.content.cosine(about) >= STRANGERS;
    let asked = ended::candidates(state, cause, about, |p| !p.pinned && near(p));
    ended::odds(state, ends, &asked)
        .into_iter()
        .filter(|(_, odds)| *odds >= ENDED)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(index, _)| index)
}

fn matching(state: &UserState, withdrawal: &Withdrawal) -> Vec<usize> {
    let words = telling::telling(&withdrawal.text);
    let occasion = telling::telling(&withdrawal.occasion);
    let mut scored: Vec<(usize, f32)> = state
        .preferences
        .iter()
        .enumerate()
        .filter(|(_, p)| p.status == Status::Active && !p.pinned && in_occasion(p, &occasion))
        .map(|(index, p)| {
            let by_name = similarity(p, withdrawal, &words, &occasion);
            (index, if taught_with(p, &words) { by_name.max(WITH_IT) } else { by_name })
        })
        .filter(|(_, score)| *score >= LEAST)
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let Some(best) = scored.first().map(|s| s.1) else { return Vec::new() };
    scored
        .into_iter()
        .enumerate()
        .filter(|(rank, (_, score))| {
            *rank == 0 || (*score >= WITH_IT && (*score >= best - 0.05 || *score == WITH_IT))
        })
        .map(|(_, (index, _))| index)
        .collect()
}

/// Whether the sentence that first taught it names what is withdrawn: "I'm into opera, so tell me
/// about Verdi" taught the wish about Verdi, which goes with the opera.
fn taught_with(p: &Preference, words: &[String]) -> bool {
    let Some(first) = p.evidence.first() else { return false };
    let said = telling::telling(&first.snippet);
    let shared = telling::shared(words, &said) as f32;
    !words.is_empty() && said.len() <= 12 && shared / words.len() as f32 >= SAID_THERE
}

/// Words count for as much as meaning: a withdrawal usually repeats the very word.
fn similarity(p: &Preference, w: &Withdrawal, words: &[String], occasion: &[String]) -> f32 {
    let cosine = p.content.cosine(&w.content);
    let known = !p.content.is_empty() && p.content.dimension() == w.content.dimension();
    if known && cosine < STRANGERS {
        return 0.0;
    }
    let said = telling::telling(&p.description);
    let shared = telling::shared(words, &said) as f32;
    let about = words.len().min(said.len()).max(1) as f32;
    let lexical = shared / about;
    let base = if !known {
        lexical
    } else if shared > 0.0 {
        (0.5 * lexical + 0.6 * cosine).max(cosine)
    } else {
        // Without a common word, only a close meaning will do.
        cosine - 0.1
    };
    let label = telling::telling(p.scope.label());
    let fits = !occasion.is_empty() && telling::shared(occasion, &label) > 0;
    base + if fits { 0.1 } else { 0.0 }
}

/// "Not in recipes" withdraws what holds in recipes, not what holds everywhere.
fn in_occasion(p: &Preference, occasion: &[String]) -> bool {
    if occasion.is_empty() {
        return true;
    }
    let mut own = telling::telling(p.scope.label());
    own.extend(telling::telling(&p.description));
    own.sort_unstable();
    own.dedup();
    telling::shared(occasion, &own) > 0
}

/// "Forget that": the newest thing learnt in this session, if it is recent at all.
fn latest(state: &UserState, cause: &Cause<'_>) -> Option<usize> {
    let same_session = cause.event.session.is_some() && cause.event.session == state.head.session;
    let horizon = cause.at.minus(super::expiry::SESSION_SPAN);
    state
        .preferences
        .iter()
        .enumerate()
        .filter(|(_, p)| p.status == Status::Active && !p.pinned)
        .filter(|(_, p)| same_session && p.updated_at >= horizon || shown(state, p))
        .max_by(|(i, a), (j, b)| a.updated_at.cmp(&b.updated_at).then(i.cmp(j)))
        .map(|(index, _)| index)
}

/// Whether the last response showed it: it has most of its telling words.
fn shown(state: &UserState, p: &Preference) -> bool {
    if matches!(p.scope, Scope::ThisTime { .. }) {
        return false;
    }
    let Some(reply) = &state.head.last_reply else { return false };
    let words = telling::telling(&p.description);
    let shared = telling::shared(&words, &telling::telling(&reply.text));
    words.len() >= 2 && shared * 2 > words.len()
}
