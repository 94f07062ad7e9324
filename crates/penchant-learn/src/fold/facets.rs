//! Facet and affinity evidence to beliefs, and beliefs to preferences.
//!
//! Per kind of situation and subject, each value gathers log-odds that fade with time; evidence
//! for one class is evidence against its rivals. A value whose log-odds pass a bound becomes a
//! preference; one that falls again closes it.

use penchant_core::head::{Belief, ValueBelief};
use penchant_core::posterior::{decayed, probability};
use penchant_core::preference::Support;
use penchant_core::{
    Claim, EvidenceRef, FacetValue, Head, Origin, Polarity, Preference, PreferenceId, RevisionKind,
    Scope, SourceClass, Status, Timestamp, UserState, Vector,
};

use super::change::{MAX_LOG_ODDS, close, find, next_id, record, reopen};
use super::{Cause, FoldConfig, FoldOutcome, widen};
use crate::edits::vocabulary;
use crate::reading::ClaimReading;

/// Log-odds from which a value is a preference.
pub const PROMOTE: f32 = 0.55;
/// Log-odds below which it is one no more; lower, so that it does not flicker.
pub const DEMOTE: f32 = 0.2;
/// What evidence for a class takes from each of its rivals.
const RIVALRY: f32 = 0.8;
/// Events after which the mean of a target forgets as fast as it learns.
const TARGET_WINDOW: u32 = 20;
/// The same for the mean of what speaks for a liking, which is noisier.
const LIKING_WINDOW: u32 = 200;
/// What a text accepted as it was adds to values it shows.
const CONFIRMATION: f32 = 0.3;

/// The key of a belief: its kind of situation and subject.
#[must_use]
pub fn belief_key(cluster: Option<u32>, subject: &str) -> String {
    cluster.map_or_else(|| format!("*|{subject}"), |id| format!("{id}|{subject}"))
}

/// Folds the facet and affinity claims of one event; statements are left to
/// [`super::statements`]. `cluster` is the kind of situation they hold in; `None`: everywhere.
pub fn apply(
    state: &mut UserState,
    cause: &Cause<'_>,
    context: &Vector,
    claims: &[ClaimReading],
    cluster: Option<u32>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let known = state.head.beliefs.len();
    for reading in claims {
        if matches!(reading.claim, Claim::Statement { .. }) {
            continue;
        }
        // What holds always is not tied to the situation it was said in.
        let cluster = if matches!(reading.scope, Scope::Always) { None } else { cluster };
        let key = belief_key(cluster, &reading.claim.subject());
        let slot = reading.claim.slot();
        learn(&mut state.head, &key, &slot, cause, reading, config);
        let rivals: Vec<String> = state
            .head
            .beliefs
            .get(&key)
            .map(|b| b.values.keys().filter(|s| **s != slot).cloned().collect())
            .unwrap_or_default();
        let before = out.revisions.len();
        let held = settle(state, cause, context, reading, cluster, &key, config, out);
        for rival in rivals {
            retire(state, cause, &key, &rival, held.as_ref(), config, out);
        }
        let turned = |kind| !matches!(kind, RevisionKind::Refine);
        let news = out.revisions.get(before..).unwrap_or_default();
        if cluster.is_some() && news.iter().any(|r| turned(r.kind)) {
            widen::review(state, cause, context, reading, config, out);
        }
    }
    if state.head.beliefs.len() > known {
        forget_weakest(&mut state.head, config.max_beliefs);
    }
}

/// Adds one claim to its belief.
fn learn(
    head: &mut Head,
    key: &str,
    slot: &str,
    cause: &Cause<'_>,
    reading: &ClaimReading,
    config: &FoldConfig,
) {
    let half_life =
        if reading.source.explicit() { config.stated_half_life } else { config.inferred_half_life };
    let belief = head.beliefs.entry(key.to_owned()).or_default();
    fade(belief, cause, half_life);
    let weight = reading.strength.clamp(0.0, MAX_LOG_ODDS);
    let signed = if reading.polarity == Polarity::Prefer { weight } else { -weight };
    for (other, value) in &mut belief.values {
        if other != slot && value.log_odds > 0.0 && signed > 0.0 {
            value.log_odds -= RIVALRY * signed;
        }
    }
    let value = belief.values.entry(slot.to_owned()).or_default();
    value.log_odds = (value.log_odds + signed).clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS);
    value.count = value.count.saturating_add(1);
    // Welford's running mean; past some events it keeps moving, so that targets can change.
    let (observed, window) = match &reading.claim {
        Claim::Facet { value: FacetValue::Number(n), .. } => (*n, TARGET_WINDOW),
        Claim::Affinity { .. } => (signed, LIKING_WINDOW),
        _ => return,
    };
    let step = observed - value.mean;
    value.mean += step / value.count.clamp(1, window) as f32;
    value.spread += step * (observed - value.mean);
}

fn fade(belief: &mut Belief, cause: &Cause<'_>, half_life: std::time::Duration) {
    for value in belief.values.values_mut() {
        value.log_odds = decayed(value.log_odds, belief.last_at, cause.at, half_life);
    }
    belief.last_at = belief.last_at.max(cause.at);
}

/// The value that a belief stands for now: the target's mean, or the claim's own.
fn current_kind(claim: &Claim, belief: &ValueBelief) -> Claim {
    match claim {
        Claim::Facet { facet, value: FacetValue::Number(_) } => {
            Claim::Facet { facet: facet.clone(), value: FacetValue::Number(belief.mean) }
        }
        other => other.clone(),
    }
}

fn wording(kind: &Claim, polarity: Polarity, reading: &ClaimReading) -> Option<String> {
    match kind {
        Claim::Facet { facet, value: value @ FacetValue::Number(_) }
            if polarity == Polarity::Prefer =>
        {
            vocabulary::built_in().describe(facet, value)
        }
        _ => Some(reading.description.clone()),
    }
}

/// Brings the preference of a claim's value in line with its belief. The id of the preference
/// that is held now, if any.
#[allow(clippy::too_many_arguments)] // one change and all that it needs
fn settle(
    state: &mut UserState,
    cause: &Cause<'_>,
    context: &Vector,
    reading: &ClaimReading,
    cluster: Option<u32>,
    key: &str,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) -> Option<PreferenceId> {
    let slot = reading.claim.slot();
    let belief = state.head.beliefs.get(key)?.values.get(&slot)?.clone();
    let kind = current_kind(&reading.claim, &belief);
    let polarity = if belief.log_odds >= 0.0 { Polarity::Prefer } else { Polarity::Avoid };
    let certain = belief.log_odds.abs();
    let evidence = cause.reference(reading.source, &reading.snippet);
    let description =
        if polarity == reading.polarity { wording(&kind, polarity, reading) } else { None };
    let held = belief
        .preference
        .as_ref()
        .and_then(|id| find(state, id))
        .filter(|at| open(state.preferences.get(*at)));
    if let Some(at) = held {
        let agrees = state.preferences.get(at).is_some_and(|p| p.polarity == polarity);
        if agrees && certain >= DEMOTE {
            refine(state, at, cause, context, reading, &belief, kind, description, evidence, out);
            return state.preferences.get(at).map(|p| p.id.clone());
        }
        if state.preferences.get(at).is_some_and(|p| p.pinned) {
            return None;
        }
        let reason = "newer evidence speaks against it".to_owned();
        close(
            state,
            at,
            RevisionKind::Supersede,
            cause,
            reason,
            Some(evidence.clone()),
            config,
            out,
        );
        return None;
    }
    if certain < PROMOTE || polarity != reading.polarity {
        return None;
    }
    let description = description?;
    let id = match closed_twin(state, &kind, polarity, cluster) {
        Some(at) => {
            let reason = "the evidence for it is back".to_owned();
            if let Some(p) = state.preferences.get_mut(at) {
                p.log_odds = belief.log_odds.abs();
                p.confidence = probability(p.log_odds);
                p.updated_at = cause.at;
                p.cite(evidence.clone());
                p.support.add(reading.source);
            }
            reopen(state, at, cause, reason, Some(evidence), config, out);
            state.preferences.get(at).map(|p| p.id.clone())
        }
        None => add(
            state,
            cause,
            context,
            reading,
            cluster,
            &belief,
            kind,
            polarity,
            description,
            evidence,
            format!("learnt from {}", source_name(reading.source)),
            out,
        ),
    };
    if let Some(value) = state.head.beliefs.get_mut(key).and_then(|b| b.values.get_mut(&slot)) {
        value.preference.clone_from(&id);
    }
    id
}

fn open(preference: Option<&Preference>) -> bool {
    preference.is_some_and(|p| matches!(p.status, Status::Active | Status::Quarantined))
}

/// A closed preference for the same value in the same kind of situation, which a change of mind
/// opens again. What a person withdrew stays withdrawn until said otherwise.
fn closed_twin(
    state: &UserState,
    kind: &Claim,
    polarity: Polarity,
    cluster: Option<u32>,
) -> Option<usize> {
    let twin = |at: &usize| {
        state.preferences.get(*at).is_some_and(|p| {
            matches!(p.status, Status::Superseded | Status::Expired)
                && p.cluster == cluster
                && p.polarity == polarity
                && p.kind.subject() == kind.subject()
                && p.kind.slot() == kind.slot()
        })
    };
    state.index.closed().filter_map(|(_, id)| state.find(id)).filter(twin).min()
}

#[allow(clippy::too_many_arguments)] // one change and all that it needs
fn refine(
    state: &mut UserState,
    at: usize,
    cause: &Cause<'_>,
    context: &Vector,
    reading: &ClaimReading,
    belief: &ValueBelief,
    kind: Claim,
    description: Option<String>,
    evidence: EvidenceRef,
    out: &mut FoldOutcome,
) {
    let Some(preference) = state.preferences.get_mut(at) else { return };
    preference.support.add(reading.source);
    preference.cite(evidence.clone());
    preference.log_odds = belief.log_odds.abs();
    preference.confidence = probability(preference.log_odds);
    let n = preference.support.total().clamp(1, 50);
    preference.context = preference.context.toward(context, 1.0 / n as f32);
    // A pinned wording is a person's; inference leaves it alone.
    if !preference.pinned && preference.origin != Origin::Directed {
        if let Some(description) = description {
            if !reading.content.is_empty() && description == reading.description {
                preference.content = reading.content.clone();
            }
            preference.description = description;
        }
        preference.kind = kind;
    }
    let reason = "more evidence of the same".to_owned();
    record(state, at, RevisionKind::Refine, cause, reason, Some(evidence), out);
}

/// Adds a preference for a value that is believed enough; `why` is told to people.
#[allow(clippy::too_many_arguments)] // one change and all that it needs
pub(super) fn add(
    state: &mut UserState,
    cause: &Cause<'_>,
    context: &Vector,
    reading: &ClaimReading,
    cluster: Option<u32>,
    belief: &ValueBelief,
    kind: Claim,
    polarity: Polarity,
    description: String,
    evidence: EvidenceRef,
    why: String,
    out: &mut FoldOutcome,
) -> Option<PreferenceId> {
    let id = next_id(&mut state.head)?;
    let mut support = Support::default();
    support.add(reading.source);
    let quarantined = reading.quarantine.is_some();
    state.preferences.push(Preference {
        id: id.clone(),
        kind,
        description,
        polarity,
        scope: reading.scope.clone(),
        confidence: probability(belief.log_odds.abs()),
        log_odds: belief.log_odds.abs(),
        support,
        origin: if reading.source.explicit() { Origin::Stated } else { Origin::Inferred },
        status: if quarantined { Status::Quarantined } else { Status::Active },
        pinned: false,
        valid_from: cause.at,
        valid_to: match &reading.scope {
            Scope::ThisTime { until, .. } => *until,
            _ => None,
        },
        superseded_by: None,
        sets_aside: None,
        evidence: vec![evidence.clone()],
        version: 0,
        updated_at: cause.at,
        language: reading.language.clone(),
        cluster,
        context: context.clone(),
        content: reading.content.clone(),
    });
    let at = state.preferences.len() - 1;
    let (revision, reason) = match &reading.quarantine {
        Some(why) => (RevisionKind::Quarantine, why.clone()),
        None => (RevisionKind::Add, why),
    };
    record(state, at, revision, cause, reason, Some(evidence), out);
    Some(id)
}

fn source_name(source: SourceClass) -> &'static str {
    match source {
        SourceClass::Behaviour => "what was done",
        SourceClass::Feedback => "a reaction",
        SourceClass::Comparison => "a choice",
        SourceClass::Edit => "an edit",
        SourceClass::Statement => "what was said",
        SourceClass::Directive => "a person's decision",
    }
}

/// Closes the preference of a rival value whose evidence no longer carries it.
fn retire(
    state: &mut UserState,
    cause: &Cause<'_>,
    key: &str,
    slot: &str,
    winner: Option<&PreferenceId>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let Some(value) = state.head.beliefs.get(key).and_then(|b| b.values.get(slot)) else { return };
    let Some(at) = value.preference.as_ref().and_then(|id| find(state, id)) else { return };
    let Some(preference) = state.preferences.get_mut(at) else { return };
    if !open(Some(preference)) || preference.pinned || value.log_odds >= DEMOTE {
        return;
    }
    preference.superseded_by = winner.cloned();
    let reason = "a competing value has more evidence".to_owned();
    close(state, at, RevisionKind::Supersede, cause, reason, None, config, out);
}

/// Bytes of beliefs that a head keeps, of the 128 KiB that it may have: words differ in length.
const ROOM: usize = 56 * 1024;
/// Bytes of a belief, and of each of its values, besides their names.
const BESIDES: usize = 36;

fn bytes(key: &str, belief: &Belief) -> usize {
    key.len() + BESIDES + belief.values.keys().map(|slot| slot.len() + BESIDES).sum::<usize>()
}

/// Past the bounds, beliefs that became no preference go first, weakest and oldest first; a
/// sixteenth of them at once, so that few events pay for the search.
fn forget_weakest(head: &mut Head, most: usize) {
    let most = most.max(1);
    let mut size: usize = head.beliefs.iter().map(|(key, belief)| bytes(key, belief)).sum();
    let mut left = head.beliefs.len();
    if left <= most && size <= ROOM {
        return;
    }
    let mut ranked: Vec<(bool, f32, Timestamp, &String)> = head
        .beliefs
        .iter()
        .map(|(key, belief)| {
            let held = belief.values.values().any(|v| v.preference.is_some());
            let strongest =
                belief.values.values().map(|v| v.log_odds.abs()).fold(0.0_f32, f32::max);
            (held, strongest, belief.last_at, key)
        })
        .collect();
    ranked.sort_by(|a, b| {
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)).then_with(|| a.3.cmp(b.3))
    });
    let mut gone = Vec::new();
    for (.., key) in ranked {
        if left <= most - most / 16 && size <= ROOM - ROOM / 16 {
            break;
        }
        left -= 1;
        size -= head.beliefs.get(key).map_or(0, |belief| bytes(key, belief));
        gone.push(key.clone());
    }
    for key in gone {
        head.beliefs.remove(&key);
    }
}

/// A text the user accepted showed these values: preferences that agree grow a little surer.
pub fn confirm(
    state: &mut UserState,
    cause: &Cause<'_>,
    accepted: &[Claim],
    cluster: Option<u32>,
    _config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    for claim in accepted {
        let slot = claim.slot();
        for key in [belief_key(cluster, &claim.subject()), belief_key(None, &claim.subject())] {
            let Some(value) =
                state.head.beliefs.get_mut(&key).and_then(|b| b.values.get_mut(&slot))
            else {
                continue;
            };
            if value.log_odds <= 0.0 {
                continue;
            }
            value.log_odds = (value.log_odds + CONFIRMATION).min(MAX_LOG_ODDS);
            let log_odds = value.log_odds;
            let Some(at) = value.preference.clone().and_then(|id| find(state, &id)) else {
                continue;
            };
            let Some(preference) = state.preferences.get_mut(at) else { continue };
            if !open(Some(preference)) || preference.polarity != Polarity::Prefer {
                continue;
            }
            preference.log_odds = log_odds;
            preference.confidence = probability(log_odds);
            let evidence = cause.reference(SourceClass::Edit, "kept as it was");
            preference.support.add(SourceClass::Edit);
            preference.cite(evidence.clone());
            let reason = "a text that follows it was kept as it was".to_owned();
            record(state, at, RevisionKind::Refine, cause, reason, Some(evidence), out);
        }
    }
}

#[cfg(test)]
mod tests;
