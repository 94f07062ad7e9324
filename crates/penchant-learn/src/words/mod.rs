//! Reads words: chat messages, outright statements, comments on a response.
//!
//! A message is taken apart into sentences; trained heads (with an embedder that knows meaning)
//! or their lexical twins (without one) say which of them carry a preference, what the message
//! mainly is, and how far a wish reaches; phrases and cues say it in the third person.

pub mod claims;
mod clauses;
pub mod cues;
pub mod describe;
pub mod hostile;
pub mod judge;
pub mod language;
pub(crate) mod patterns;
pub(crate) mod phrases;
pub mod polish;
pub mod react;
pub mod scope;
pub mod text;
pub(crate) mod topic;
pub mod until;
pub mod withdraw;

#[cfg(test)]
mod tests;

use penchant_core::event::{Event, EventBody, Role};
use penchant_core::{Timestamp, Vector};

use crate::heads::features::Shown;
use crate::reading::{Reader, Reading, Signal, Surroundings, context_text};
use crate::words::judge::Judged;

/// Most sentences of one message that are embedded besides the message itself; the likeliest by
/// the lexical heads.
const MAX_EMBEDDED: usize = 4;

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
    /// The message, the assistant's turn, the event's context (empty text when it names none),
    /// then the sentences worth it.
    fn prepare(&self, event: &Event, around: &Surroundings) -> Vec<String> {
        let Some(said) = Self::utterance(event, around) else { return Vec::new() };
        let shown = Shown::new(said.text, said.reply);
        let mut texts =
            vec![said.text.to_owned(), said.reply.to_owned(), context_text(&event.context)];
        texts.extend(
            embedded(&shown).into_iter().filter_map(|n| Some(shown.sentences.get(n)?.text.clone())),
        );
        texts
    }

    fn read(
        &self,
        event: &Event,
        around: &Surroundings,
        vectors: &[Vector],
        meaning: bool,
    ) -> Reading {
        let Some(said) = Self::utterance(event, around) else { return Reading::default() };
        let shown = Shown::new(said.text, said.reply);
        let vector = |n: usize| vectors.get(n).cloned().unwrap_or_default();
        let mut sentence_vectors = vec![Vector::default(); shown.sentences.len()];
        for (place, n) in embedded(&shown).into_iter().enumerate() {
            sentence_vectors[n] = vector(3 + place);
        }
        let message = vector(0);
        if shown.sentences.len() == 1 {
            sentence_vectors[0] = message.clone();
        }
        let meaning = meaning && !message.is_empty();
        let seen = judge::Seen { message, reply: vector(1), sentences: sentence_vectors };
        let judged = judge::judge(&shown, meaning.then_some(&seen));
        let mut reading = assemble(&said, &shown, &judged);
        reading.context = vector(2);
        reading
    }
}

/// The numbers of the sentences that are embedded by themselves, in order.
fn embedded(shown: &Shown) -> Vec<usize> {
    if shown.sentences.len() < 2 {
        return Vec::new();
    }
    let mut ranked = judge::rank(shown);
    ranked.truncate(MAX_EMBEDDED);
    ranked.sort_unstable();
    ranked
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
    reading.claims = claims::claims(said, shown, judged, language, &reading.withdrawals);
    if !reading.withdrawals.is_empty()
        && reading.signal != Some(Signal::Retraction)
        && judged.retracts()
    {
        reading.signal = Some(Signal::Retraction);
    }
    reading
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
