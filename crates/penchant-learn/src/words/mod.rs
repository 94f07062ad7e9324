//! Reads words: chat messages, outright statements, comments on a response.
//!
//! A message is taken apart into sentences; trained heads (with a model that shows its layers)
//! or their lexical twins (without one) say which of them carry a preference, what the message
//! mainly is, and how far a wish reaches; phrases and cues say it in the third person.

pub mod claims;
mod clauses;
pub mod cues;
pub mod describe;
mod foreign;
pub mod hostile;
pub mod judge;
pub mod language;
pub mod leanings;
pub(crate) mod notes;
pub(crate) mod patterns;
pub(crate) mod phrases;
pub mod polish;
pub mod react;
pub mod scope;
pub(crate) mod shifts;
pub mod text;
pub(crate) mod topic;
pub mod until;
pub mod withdraw;
pub(crate) mod wording;

#[cfg(test)]
mod tests;

pub use wording::{idle, told, wish};

use penchant_core::event::{Event, EventBody, Role};
use penchant_core::{Timestamp, Vector};
use penchant_ports::{Marked, Wish};

use crate::heads::features::Shown;
use crate::reading::{Reader, Reading, Signal, Surroundings, context_text};
use crate::words::judge::Judged;

/// Words that an event holds, and what they answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Utterance<'a> {
    /// The user's words.
    pub text: &'a str,
    /// The assistant's turn they react to; may be empty.
    pub reply: &'a str,
    /// When they were said.
    pub at: Timestamp,
    /// What is being done, in a word or two; may be empty.
    pub task: &'a str,
    /// The user asked for it to be remembered.
    pub stated: bool,
    /// The rating that came with the words, in [-1, 1]; `None` without one.
    pub rating: Option<f32>,
}

impl Utterance<'_> {
    /// The reply, unless it repeats something hostile: a note could take its words over.
    fn harmless_reply(&self) -> &str {
        if hostile::reason(self.reply).is_none() { self.reply } else { "" }
    }
}

/// Reads messages, statements and comments.
#[derive(Debug, Clone, Copy)]
pub struct WordsReader;

impl Default for WordsReader {
    fn default() -> Self {
        Self::new()
    }
}

impl WordsReader {
    /// A reader with the heads and phrases that are part of the binary.
    #[must_use]
    pub fn new() -> Self {
        crate::heads::wake();
        Self
    }

    fn utterance<'a>(event: &'a Event, around: &'a Surroundings) -> Option<Utterance<'a>> {
        let at = event.occurred_at;
        let task = event.context.task.as_str();
        match &event.body {
            EventBody::Message(message) if message.role == Role::User => Some(Utterance {
                text: &message.text,
                reply: message.reply_to.as_deref().unwrap_or(&around.reply_to),
                at,
                task,
                stated: false,
                rating: None,
            }),
            EventBody::Statement(statement) => Some(Utterance {
                text: &statement.text,
                reply: "",
                at,
                task,
                stated: true,
                rating: None,
            }),
            EventBody::Feedback(feedback) => Some(Utterance {
                text: &feedback.comment,
                reply: if feedback.target.is_empty() { &around.reply_to } else { &feedback.target },
                at,
                task,
                stated: false,
                rating: Some(feedback.rating),
            }),
            _ => None,
        }
    }
}

impl Reader for WordsReader {
    /// The message with its sentences, the assistant's turn, the event's context (empty text when
    /// it names none).
    fn prepare(&self, event: &Event, around: &Surroundings) -> Vec<Marked> {
        let Some(said) = Self::utterance(event, around) else { return Vec::new() };
        let shown = Shown::new(said.text, said.reply);
        let reply = Marked::whole(said.reply.to_owned());
        vec![shown.marked(), reply, context_text(&event.context).into()]
    }

    fn read(&self, event: &Event, around: &Surroundings, vectors: &[Vector]) -> Reading {
        let Some(said) = Self::utterance(event, around) else { return Reading::default() };
        let shown = Shown::new(said.text, said.reply);
        let vector = |n: usize| vectors.get(n).cloned().unwrap_or_default();
        // The message with its passages, the reply with one, the context.
        let passages = shown.marked().passages.len();
        let own = vectors.get(1..1 + passages).unwrap_or_default();
        let seen = judge::Seen::new(&shown, own, vector(2 + passages));
        let judged = judge::judge(&shown, Some(&seen).filter(|seen| !seen.message.is_empty()));
        let mut reading = assemble(&said, &shown, &judged);
        reading.context = vector(3 + passages);
        reading
    }
}

fn assemble(said: &Utterance<'_>, shown: &Shown, judged: &Judged) -> Reading {
    let language = language::detect(said.text);
    let mut reading = Reading {
        signal: Some(signal(said, shown, judged)),
        language: language.to_owned(),
        unsure: judged.unsure(),
        ..Reading::default()
    };
    if shown.sentences.is_empty() {
        return reading;
    }
    reading.withdrawals = claims::withdrawals(said, shown, judged);
    let claimed = claims::claims(said, shown, judged, language, &reading.withdrawals);
    (reading.claims, reading.possible) = (claimed.claims, claimed.possible);
    reading.idle = to_ask(said, language, &reading);
    if !reading.withdrawals.is_empty()
        && reading.signal != Some(Signal::Retraction)
        && judged.retracts()
    {
        reading.signal = Some(Signal::Retraction);
    }
    reading.stated = said.stated;
    reading
}

/// The words of a message that takes something back and wishes nothing, to be asked what they end:
/// "that was a stupid idea of mine". Among messages of any kind, those that end something are so
/// rare that the answer would mostly be wrong.
fn to_ask(said: &Utterance<'_>, language: &str, reading: &Reading) -> Option<Wish> {
    let wishes = reading.claims.len() + reading.possible.len();
    if wishes > 0 || reading.withdrawals.is_empty() || language != "eng" {
        return None;
    }
    if hostile::reason(said.text).is_some() {
        return None;
    }
    Some(idle(said.text, said.harmless_reply(), said.task))
}

fn signal(said: &Utterance<'_>, shown: &Shown, judged: &Judged) -> Signal {
    if said.stated {
        return if judged.signal == Signal::Retraction {
            judged.signal
        } else {
            Signal::PreferenceStatement
        };
    }
    if shown.sentences.is_empty() {
        return match said.rating {
            Some(rating) if rating > 0.0 => Signal::Satisfied,
            Some(rating) if rating < 0.0 => Signal::Dissatisfied,
            _ => Signal::Neutral,
        };
    }
    judged.signal
}
