//! Which events a language model is asked about, and what it is shown.

use std::collections::BTreeMap;

use penchant_core::event::{Event, EventBody, Role};
use penchant_core::{Position, Preference, TenantId, Timestamp, UserState, telling};
use penchant_ports::inferrer::ProposalTurn;
use penchant_ports::{ProposalOperation, ProposalRequest};

use super::proposal::{Note, Proposal};
use crate::reading::{Reading, Signal, Surroundings};
use crate::words::{hostile, text};

/// Bounds of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageConfig {
    /// Most events in one call; not more than the inferrer takes.
    pub max_turns: usize,
    /// Most preferences shown in one call.
    pub max_nearby: usize,
}

impl Default for StageConfig {
    fn default() -> Self {
        Self { max_turns: 8, max_nearby: 12 }
    }
}

/// An event of a user, as stages one and two read it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The event.
    pub event: &'a Event,
    /// Its place on the log.
    pub position: Position,
    /// What it reacts to.
    pub around: &'a Surroundings,
    /// What was read in it.
    pub reading: &'a Reading,
}

/// One call, and which event each of its turns is.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What the model is shown.
    pub request: ProposalRequest,
    /// Per turn, the index of its candidate.
    pub candidates: Vec<usize>,
    notes: Vec<Note>,
}

/// The user's words in an event, quotations, code and forged turns left out; empty for events
/// that hold none.
pub(super) fn own_words(event: &Event) -> String {
    let words = match &event.body {
        EventBody::Message(message) if message.role == Role::User => &message.text,
        EventBody::Statement(statement) => &statement.text,
        EventBody::Feedback(feedback) => &feedback.comment,
        _ => return String::new(),
    };
    let sentences: Vec<String> = text::sentences(words).into_iter().map(|s| s.text).collect();
    sentences.join(" ")
}

/// Whether an event is worth a call: its words say or ask for something, or the heads were unsure.
///
/// Words that look like an attack are not shown to the model: stages one and two have set them
/// aside already, and a model could only be talked into more.
#[must_use]
pub fn passes(event: &Event, reading: &Reading) -> bool {
    let Some(signal) = reading.signal else { return false };
    let stated = matches!(event.body, EventBody::Statement(_));
    let found = !reading.claims.is_empty() || !reading.withdrawals.is_empty();
    let telling = match signal {
        Signal::PreferenceStatement
        | Signal::Command
        | Signal::Dissatisfied
        | Signal::Retraction => true,
        // Thanks and facts are no wishes, unless the reader found one in them.
        Signal::Satisfied | Signal::CorrectionOfFact | Signal::Neutral => found,
    };
    if !(telling || stated || reading.unsure) {
        return false;
    }
    let words = own_words(event);
    !words.trim().is_empty()
        && reading.claims.iter().all(|claim| claim.quarantine.is_none())
        && hostile::reason(&words).is_none()
}

/// Puts what passes into questions of at most `max_turns` turns, in order. `candidates` are of one
/// user, `state` is that user's memory before the batch.
#[must_use]
pub fn ask(
    tenant: &TenantId,
    candidates: &[Candidate<'_>],
    state: &UserState,
    now: Timestamp,
    config: &StageConfig,
) -> Vec<Question> {
    let passing: Vec<usize> = candidates
        .iter()
        .enumerate()
        .filter(|(_, c)| passes(c.event, c.reading))
        .map(|(at, _)| at)
        .collect();
    passing
        .chunks(config.max_turns.max(1))
        .map(|chunk| {
            let shown: Vec<&Candidate<'_>> =
                chunk.iter().filter_map(|at| candidates.get(*at)).collect();
            let notes: Vec<Note> =
                nearby(&shown, state, now, config.max_nearby).into_iter().map(Note::of).collect();
            let request = ProposalRequest {
                tenant: tenant.as_str().to_owned(),
                turns: shown.iter().map(|c| turn(c)).collect(),
                nearby: notes.iter().map(Note::shown).collect(),
            };
            Question { request, candidates: chunk.to_vec(), notes }
        })
        .collect()
}

fn turn(candidate: &Candidate<'_>) -> ProposalTurn {
    ProposalTurn { assistant: candidate.around.reply_to.clone(), user: own_words(candidate.event) }
}

/// The current preferences nearest to what was said, nearest first: by common words, by the
/// likeness of what stages one and two read in it, and, where nothing tells, the latest. None is
/// too far: a change of mind need not name what it changes.
fn nearby<'a>(
    shown: &[&Candidate<'_>],
    state: &'a UserState,
    now: Timestamp,
    limit: usize,
) -> Vec<&'a Preference> {
    let said: Vec<Vec<String>> =
        shown.iter().map(|c| telling::telling(&own_words(c.event))).collect();
    let contents = || {
        shown.iter().flat_map(|c| {
            let claims = c.reading.claims.iter();
            claims
                .flat_map(|claim| [&claim.content, &claim.replaces_content])
                .chain(c.reading.withdrawals.iter().map(|w| &w.content))
        })
    };
    let mut scored: Vec<(f32, &Preference)> = state
        .preferences
        .iter()
        .filter(|p| p.current_at(now))
        .map(|p| {
            let words = telling::telling(&p.description);
            let common = said
                .iter()
                .map(|s| telling::shared(s, &words) as f32 / words.len().max(1) as f32)
                .fold(0.0, f32::max);
            let alike = contents().map(|c| c.cosine(&p.content)).fold(0.0, f32::max);
            (common.max(alike), p)
        })
        .collect();
    scored.sort_by(|(a, p), (b, q)| {
        b.total_cmp(a).then(q.updated_at.cmp(&p.updated_at)).then_with(|| p.id.cmp(&q.id))
    });
    scored.into_iter().take(limit).map(|(_, preference)| preference).collect()
}

impl Question {
    /// Takes an answer apart: per candidate (by index) what is proposed for it. Candidates for
    /// which nothing is proposed are left out, and so are operations whose turn or number is not
    /// of this question.
    #[must_use]
    pub fn proposals(
        &self,
        version: &str,
        operations: &[ProposalOperation],
    ) -> Vec<(usize, Proposal)> {
        let mut by_turn: BTreeMap<usize, Proposal> = BTreeMap::new();
        for operation in operations {
            let (turn, number) = match operation {
                ProposalOperation::Add { turn, .. } => (*turn, None),
                ProposalOperation::Refine { turn, number, .. }
                | ProposalOperation::Supersede { turn, number, .. }
                | ProposalOperation::Retract { turn, number } => (*turn, Some(*number)),
                ProposalOperation::Keep => continue,
            };
            let Some(candidate) = at(&self.candidates, turn) else { continue };
            let note = number.map(|number| (number, at(&self.notes, number)));
            if matches!(note, Some((_, None))) {
                continue;
            }
            let proposal = by_turn.entry(*candidate).or_insert_with(|| Proposal {
                version: version.to_owned(),
                operations: Vec::new(),
                nearby: BTreeMap::new(),
            });
            proposal.operations.push(operation.clone());
            if let Some((number, Some(note))) = note {
                proposal.nearby.insert(number, note.clone());
            }
        }
        by_turn.into_iter().collect()
    }
}

/// The item with a number counted from 1.
fn at<T>(items: &[T], number: usize) -> Option<&T> {
    items.get(number.checked_sub(1)?)
}
