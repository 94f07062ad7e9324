//! Reading and proposal to a new reading.

use penchant_core::contradiction::{self, Relation};
use penchant_core::event::Event;
use penchant_core::limits::MAX_DESCRIPTION_CHARS;
use penchant_core::{
    Claim, EventBody, Polarity, Scope, SourceClass, Timestamp, Vector, sanitize, telling,
};
use penchant_ports::ProposalOperation;

use super::ask::own_words;
use super::proposal::{Note, Proposal};
use crate::reading::{ClaimReading, Reading, Signal, Withdrawal};
use crate::words::{hostile, text, until};

/// Most claims and most withdrawals that a reading may grow to.
const MAX_TOGETHER: usize = 8;
/// Log-odds of what the user said outright.
const STATED: f32 = 3.0;
/// Log-odds of what holds for now.
const FOR_NOW: f32 = 2.5;
/// Log-odds of what the model concluded from the user's words.
const CONCLUDED: f32 = 1.8;

/// The words that a proposal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    words: String,
    at: Timestamp,
    outright: bool,
}

impl Said {
    /// Of an event that happened at `at` (clamped). `outright`: the user asked for it to be
    /// remembered.
    #[must_use]
    pub fn of(event: &Event, at: Timestamp) -> Self {
        let outright = matches!(event.body, EventBody::Statement(_));
        Self { words: own_words(event), at, outright }
    }
}

/// Adds what is proposed to what was read.
///
/// The model's words take the place of a claim that says the same, because one event must not
/// count twice; that claim keeps its strength and source. Facets that were read stay: they say it
/// in the interpretable vocabulary. New descriptions have no vectors yet: the lane embeds
/// [`Reading::descriptions`] again.
#[must_use]
pub fn amend(mut reading: Reading, said: &Said, proposal: &Proposal) -> Reading {
    let Ok(json) = proposal.to_json() else { return reading };
    let before = (reading.claims.clone(), reading.withdrawals.clone());
    for operation in &proposal.operations {
        match operation {
            ProposalOperation::Add { description, polarity, scope, occasion, .. } => {
                let (Some(polarity), Some(scope)) =
                    (polarity_of(polarity), scope_of(scope, occasion, said.at))
                else {
                    continue;
                };
                claim(&mut reading, said, description, polarity, scope, "");
            }
            ProposalOperation::Refine { number, description, .. } => {
                let Some(note) = proposal.nearby.get(number).filter(|note| note.statement) else {
                    continue;
                };
                let replaces = if grows(note, description) { "" } else { &note.description };
                let (polarity, scope) = (note.polarity, note.scope.clone());
                claim(&mut reading, said, description, polarity, scope, replaces);
            }
            ProposalOperation::Supersede { number, description, polarity, .. } => {
                let Some(note) = proposal.nearby.get(number) else { continue };
                let Some(polarity) = polarity_of(polarity) else { continue };
                if matches!(note.scope, Scope::ThisTime { .. }) {
                    // A wish for now closes nothing by itself.
                    withdraw(&mut reading, said, note);
                }
                let scope = note.scope.clone();
                claim(&mut reading, said, description, polarity, scope, &note.description);
            }
            ProposalOperation::Retract { number, .. } => {
                let Some(note) = proposal.nearby.get(number) else { continue };
                withdraw(&mut reading, said, note);
            }
            ProposalOperation::Keep => {}
        }
    }
    if (&reading.claims, &reading.withdrawals) != (&before.0, &before.1) {
        reading.proposal = Some(json);
    }
    reading
}

fn polarity_of(name: &str) -> Option<Polarity> {
    [Polarity::Prefer, Polarity::Avoid].into_iter().find(|p| p.as_str() == name)
}

fn scope_of(name: &str, occasion: &str, at: Timestamp) -> Option<Scope> {
    let label = sanitize::one_line(occasion, 80);
    match name {
        "always" => Some(Scope::Always),
        "context" => Some(Scope::Context { label }),
        "this_time" => {
            let until = until::find(&label.to_lowercase(), at).and_then(|term| term.until);
            Some(Scope::ThisTime { label, until })
        }
        _ => None,
    }
}

/// Whether the fold will see by itself that `description` is the note in other words.
fn grows(note: &Note, description: &str) -> bool {
    let said = |text: &str| contradiction::Said::of(text, note.polarity, &note.scope);
    matches!(
        contradiction::relation(&said(description), &said(&note.description), None, false),
        Relation::Same | Relation::Narrower | Relation::Broader
    )
}

fn claim(
    reading: &mut Reading,
    said: &Said,
    description: &str,
    polarity: Polarity,
    scope: Scope,
    replaces: &str,
) {
    // Checked by the inferrer already, but a recorded proposal may have been through other hands.
    let description = sanitize::one_line(description, MAX_DESCRIPTION_CHARS);
    let suspicion = hostile::reason(&description);
    if description.is_empty() || suspicion.is_some_and(hostile::secret) {
        return;
    }
    let scope = keep_end(scope, reading, &description);
    let known = reading.claims.iter().position(|c| overlap(&c.description, &description));
    if let Some(known) = known.and_then(|at| reading.claims.get_mut(at)) {
        if matches!(known.claim, Claim::Statement { .. }) {
            known.claim = Claim::Statement { text: description.clone() };
            known.description = description;
            known.polarity = polarity;
            known.scope = scope;
            known.content = Vector::default();
            known.language = String::new();
            known.quarantine = known.quarantine.take().or_else(|| suspicion.map(str::to_owned));
            if !replaces.is_empty() {
                replaces.clone_into(&mut known.replaces);
                known.replaces_content = Vector::default();
            }
        }
        return;
    }
    if reading.claims.len() >= MAX_TOGETHER {
        return;
    }
    let stated = restates(reading, said, &description, replaces);
    let strength = match (&scope, stated) {
        (_, false) => CONCLUDED,
        (Scope::ThisTime { .. }, true) => FOR_NOW,
        (Scope::Always | Scope::Context { .. }, true) => STATED,
    };
    reading.claims.push(ClaimReading {
        claim: Claim::Statement { text: description.clone() },
        polarity,
        scope,
        strength,
        source: if stated { SourceClass::Statement } else { SourceClass::Feedback },
        snippet: snippet(said, &description),
        description,
        content: Vector::default(),
        replaces: replaces.to_owned(),
        replaces_content: Vector::default(),
        leanings: None,
        ends: penchant_ports::Ends::default(),
        wish: None,
        quarantine: suspicion.map(str::to_owned),
        language: String::new(),
    });
}

/// A wish for now ends when the user's own words say, where stage one found that out.
fn keep_end(scope: Scope, reading: &Reading, description: &str) -> Scope {
    let Scope::ThisTime { label, until: None } = scope else { return scope };
    let until = reading
        .claims
        .iter()
        .filter(|c| overlap(&c.description, description))
        .find_map(|c| if let Scope::ThisTime { until, .. } = c.scope { until } else { None });
    Scope::ThisTime { label, until }
}

fn withdraw(reading: &mut Reading, said: &Said, note: &Note) {
    // The whole description is named, so that nothing else is closed with it.
    let withdrawal = Withdrawal {
        guessed: false,
        text: note.description.clone(),
        content: Vector::default(),
        snippet: snippet(said, &note.description),
        occasion: String::new(),
    };
    let known = reading
        .withdrawals
        .iter()
        .position(|w| w.text.is_empty() || overlap(&w.text, &note.description));
    if let Some(known) = known.and_then(|at| reading.withdrawals.get_mut(at)) {
        *known = withdrawal;
    } else if reading.withdrawals.len() < MAX_TOGETHER {
        reading.withdrawals.push(withdrawal);
    }
}

/// Whether two descriptions are about the same: most telling words of the shorter one.
fn overlap(a: &str, b: &str) -> bool {
    let (a, b) = (telling::telling(a), telling::telling(b));
    let least = a.len().min(b.len());
    least > 0 && telling::shared(&a, &b) * 5 >= least * 3
}

/// Whether the description says again what the user said, rather than what the model concluded.
/// Only what was said closes what was said before.
fn restates(reading: &Reading, said: &Said, description: &str, replaces: &str) -> bool {
    let (own, words) = (telling::telling(&said.words), telling::telling(description));
    // Naming both the old and the new is a change of mind, also within a complaint.
    if telling::shared(&own, &telling::telling(replaces)) > 0 && telling::shared(&own, &words) > 0 {
        return true;
    }
    let reaction =
        matches!(reading.signal, Some(Signal::Satisfied | Signal::Dissatisfied)) && !said.outright;
    if reaction {
        return false;
    }
    if !matches!(reading.language.as_str(), "" | "eng") {
        // Descriptions are English: the words cannot be compared.
        return said.outright || reading.signal == Some(Signal::PreferenceStatement);
    }
    !words.is_empty() && telling::shared(&own, &words) * 2 >= words.len()
}

/// The sentence that has most words in common with the description.
fn snippet(said: &Said, description: &str) -> String {
    let words = telling::telling(description);
    let sentences = text::sentences(&said.words);
    let best = sentences
        .iter()
        .enumerate()
        .max_by_key(|(at, sentence)| {
            let shared = telling::shared(&telling::telling(&sentence.text), &words);
            (shared, std::cmp::Reverse(*at))
        })
        .map_or(said.words.as_str(), |(_, sentence)| sentence.text.as_str());
    sanitize::one_line(best, 160)
}
