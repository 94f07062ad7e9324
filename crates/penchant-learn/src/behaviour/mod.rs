//! What users do with items: choices, clicks and ratings.

mod affinity;
mod items;
#[cfg(test)]
mod tests;
pub mod weights;

use penchant_core::event::{Comparison, Edit, Event, EventBody, Feedback, Item, Statement};
use penchant_core::{SourceClass, Vector};
use penchant_ports::Marked;

pub use affinity::affinity;

use crate::edits::EditReader;
use crate::reading::{ClaimReading, Reader, Reading, Surroundings};
use crate::words::WordsReader;

/// A rating from here on counts as acceptance of the response as it stands.
const GOOD: f32 = 0.5;
/// Share of an edit's strength that a choice between two texts has: it is not said which of their
/// differences decided.
const CHOSEN_TEXT: f32 = 0.5;

/// Reads interactions, comparisons (with what is said about them), wordless ratings, and the new
/// words of a directive.
#[derive(Debug, Clone, Default)]
pub struct BehaviourReader {
    edits: EditReader,
    words: WordsReader,
}

impl BehaviourReader {
    /// A reader.
    #[must_use]
    pub fn new() -> Self {
        Self { edits: EditReader::new(), words: WordsReader::new() }
    }

    fn read_items(&self, body: &EventBody) -> Vec<ClaimReading> {
        match body {
            EventBody::Interaction(interaction) => items::of_interaction(interaction),
            EventBody::Comparison(comparison) => items::of_comparison(comparison),
            EventBody::Directive(directive) => match &directive.action {
                penchant_core::event::DirectiveAction::Edit(words) => vec![reworded(words)],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

impl Reader for BehaviourReader {
    fn prepare(&self, event: &Event, around: &Surroundings) -> Vec<Marked> {
        // One text, then those of the rationale.
        let mut texts = match as_edit(event) {
            Some(edit) => self.edits.prepare(&edit, around),
            None => vec![event.context.embedding_text().into()],
        };
        if let Some(said) = rationale(event) {
            texts.extend(self.words.prepare(&said, around));
        }
        texts
    }

    fn read(&self, event: &Event, around: &Surroundings, vectors: &[Vector]) -> Reading {
        let mut reading = match as_edit(event) {
            Some(edit) => {
                let mut reading = self.edits.read(&edit, around, vectors);
                for claim in &mut reading.claims {
                    claim.strength *= CHOSEN_TEXT;
                    claim.source = SourceClass::Comparison;
                }
                reading
            }
            None => Reading {
                context: vectors.first().cloned().unwrap_or_default(),
                ..Reading::default()
            },
        };
        reading.claims.extend(self.read_items(&event.body));
        if let Some(said) = rationale(event) {
            let vectors = vectors.get(1..).unwrap_or_default();
            let words = self.words.read(&said, around, vectors);
            reading.signal = words.signal;
            reading.language = words.language;
            reading.unsure = words.unsure;
            reading.claims.extend(words.claims);
            reading.withdrawals.extend(words.withdrawals);
        }
        reading
    }
}

/// Why the user chose as they did, in their own words: a statement of theirs.
fn rationale(event: &Event) -> Option<Event> {
    let EventBody::Comparison(comparison) = &event.body else { return None };
    let text = comparison.rationale.trim();
    (!text.is_empty()).then(|| Event {
        body: EventBody::Statement(Statement { text: text.to_owned() }),
        ..event.clone()
    })
}

/// The edit that an event amounts to: choosing one text over another is like having changed the
/// one into the other, and praising a text is like having kept it.
fn as_edit(event: &Event) -> Option<Event> {
    let (draft, revised) = match &event.body {
        EventBody::Comparison(Comparison { chosen, rejected, .. }) => {
            (prose(rejected)?, prose(chosen)?)
        }
        EventBody::Feedback(Feedback { target, rating, .. })
            if *rating >= GOOD && !target.trim().is_empty() =>
        {
            (target.clone(), target.clone())
        }
        _ => return None,
    };
    Some(Event { body: EventBody::Edit(Edit { draft, revised }), ..event.clone() })
}

/// The text of the only item, when it is a text rather than a title with attributes.
fn prose(items: &[Item]) -> Option<String> {
    match items {
        [only] if only.attributes.is_empty() && only.text.split_whitespace().count() >= 8 => {
            Some(only.text.clone())
        }
        _ => None,
    }
}

/// Carries a person's words through the embedder; the fold takes only their vector.
fn reworded(words: &str) -> ClaimReading {
    ClaimReading {
        claim: penchant_core::Claim::Statement { text: words.to_owned() },
        polarity: penchant_core::Polarity::Prefer,
        scope: penchant_core::Scope::Always,
        strength: 0.0,
        source: SourceClass::Directive,
        description: words.to_owned(),
        content: Vector::default(),
        snippet: String::new(),
        replaces: String::new(),
        replaces_content: Vector::default(),
        leanings: None,
        ends: penchant_ports::Ends::default(),
        wish: None,
        quarantine: None,
        language: String::new(),
    }
}
