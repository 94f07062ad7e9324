//! Reads what a user made of a draft.
//!
//! PRELUDE/CIPHER (Gao et al. 2024) lets a language model guess the preference behind an edit;
//! here the style of draft and revision is measured, and what changed, or was kept although it is
//! unusual, is claimed in the terms of an interpretable vocabulary.

pub mod change;
pub mod phrases;
pub mod vocabulary;

use change::Change;
use penchant_core::event::{Edit, Event, EventBody};
use penchant_core::style::{Measure, Style};
use penchant_core::{Claim, FacetId, FacetValue, Polarity, Scope, SourceClass, Vector, sanitize};
use penchant_ports::Marked;
use vocabulary::{Facet, Vocabulary};

use crate::reading::{ClaimReading, Reader, Reading, Surroundings, context_text};

/// Most facets claimed by one edit, strongest first.
const MAX_CLAIMS: usize = 16;
/// What a kept value weighs against a changed one.
const KEPT: f32 = 0.4;
/// Log-odds of writing in another language than the draft.
const LANGUAGE: f32 = 1.5;

/// Reader of [`EventBody::Edit`].
#[derive(Debug, Clone, Copy)]
pub struct EditReader {
    vocabulary: &'static Vocabulary,
}

impl Default for EditReader {
    fn default() -> Self {
        Self::new()
    }
}

impl EditReader {
    /// The reader over the built-in vocabulary.
    #[must_use]
    pub fn new() -> Self {
        Self { vocabulary: vocabulary::built_in() }
    }

    /// What the edit claims, strongest first.
    #[must_use]
    pub fn claims(&self, edit: &Edit, scope: &Scope) -> Vec<ClaimReading> {
        let change = Change::between(&edit.draft, &edit.revised);
        let mut claims = Vec::new();
        if change.style {
            let (draft, revised) = (Style::of(&edit.draft), Style::of(&edit.revised));
            let foreign = language(&edit.revised).filter(|l| *l != whatlang::Lang::Eng);
            for facet in &self.vocabulary.facets {
                if foreign.is_some() && !language_free(facet.measure) {
                    continue;
                }
                claims.extend(claim(facet, &draft, &revised, edit, self.vocabulary, scope));
            }
            claims.extend(language_claim(edit, scope));
            claims.sort_by(|a: &ClaimReading, b| b.strength.total_cmp(&a.strength));
            claims.truncate(MAX_CLAIMS);
        }
        claims.extend(phrases::of(&change).into_iter().map(|phrase| {
            let snippet = phrase.says.clone();
            reading(phrase.claim, phrase.polarity, phrases::STRENGTH, phrase.says, snippet, scope)
        }));
        claims
    }

    /// The values that a text shows by itself.
    #[must_use]
    pub fn shown(&self, text: &str) -> Vec<Claim> {
        let style = Style::of(text);
        self.vocabulary
            .facets
            .iter()
            .filter_map(|facet| {
                let level = style.get(facet.measure);
                let value = if facet.number.is_some() {
                    FacetValue::Number(words(text))
                } else if facet.kept.is_some_and(|k| level >= k) {
                    FacetValue::Class(facet.high.class.clone())
                } else {
                    let low = facet.low.as_ref()?;
                    facet.kept_low.filter(|k| level <= *k)?;
                    FacetValue::Class(low.class.clone())
                };
                Some(Claim::Facet { facet: facet.id.clone(), value })
            })
            .collect()
    }
}

impl Reader for EditReader {
    fn prepare(&self, event: &Event, _around: &Surroundings) -> Vec<Marked> {
        vec![context_text(&event.context).into()]
    }

    fn read(&self, event: &Event, _around: &Surroundings, vectors: &[Vector]) -> Reading {
        let EventBody::Edit(edit) = &event.body else { return Reading::default() };
        let context = vectors.first().cloned().unwrap_or_default();
        if edit.draft.trim() == edit.revised.trim() {
            return Reading { context, accepted: self.shown(&edit.revised), ..Reading::default() };
        }
        let scope = if event.context.is_empty() {
            Scope::Always
        } else {
            Scope::Context { label: String::new() }
        };
        Reading {
            signal: None,
            language: language(&edit.revised).map(|l| l.code().to_owned()).unwrap_or_default(),
            context,
            claims: self.claims(edit, &scope),
            ..Reading::default()
        }
    }
}

fn words(text: &str) -> f32 {
    text.split_whitespace().count() as f32
}

fn reading(
    claim: Claim,
    polarity: Polarity,
    strength: f32,
    description: String,
    snippet: String,
    scope: &Scope,
) -> ClaimReading {
    ClaimReading {
        claim,
        polarity,
        scope: scope.clone(),
        strength,
        source: SourceClass::Edit,
        description,
        content: Vector::default(),
        snippet,
        replaces: String::new(),
        replaces_content: Vector::default(),
        leanings: None,
        ends: penchant_ports::Ends::default(),
        wish: None,
        quarantine: None,
        language: String::new(),
    }
}

/// What the two texts say about one facet. A change speaks with its size; an unusual value that
/// the user let stand while changing other things speaks more softly.
fn claim(
    facet: &Facet,
    draft: &Style,
    revised: &Style,
    edit: &Edit,
    vocabulary: &Vocabulary,
    scope: &Scope,
) -> Option<ClaimReading> {
    let (from, to) = (draft.get(facet.measure), revised.get(facet.measure));
    let step = to - from;
    if facet.unless.iter().any(|form| revised.get(*form) >= 0.8) || only_elsewhere(facet, draft) {
        return None;
    }
    let reached = |side: f32| facet.reach.is_none_or(|reach| to * side >= reach);
    let (high, strength, why) = if step >= facet.change && to > 0.0 - facet.change && reached(1.0) {
        (true, step.min(1.5), "more")
    } else if -step >= facet.change && to < facet.change && reached(-1.0) {
        (false, (-step).min(1.5), "less")
    } else if facet.kept.is_some_and(|k| to >= k && from >= 0.8 * k) {
        (true, KEPT * to.min(1.2), "kept")
    } else if facet.kept_low.is_some_and(|k| to <= k && from <= 0.8 * k) {
        (false, KEPT * (-to).min(1.2), "kept")
    } else {
        return None;
    };
    let value = if facet.number.is_some() {
        FacetValue::Number(words(&edit.revised))
    } else {
        let side = if high { &facet.high } else { facet.low.as_ref()? };
        FacetValue::Class(side.class.clone())
    };
    // A target in the unremarkable middle has no words of its own yet, but its mean may move.
    let description =
        vocabulary.describe(&facet.id, &value).unwrap_or_else(|| facet.id.to_string());
    let snippet = format!(
        "{why} {}: “{}” became “{}”",
        facet.measure.as_str().replace('_', " "),
        sanitize::one_line(&edit.draft, 50),
        sanitize::one_line(&edit.revised, 60),
    );
    let claim = Claim::Facet { facet: facet.id.clone(), value };
    let weight = if high { facet.weight } else { facet.low_weight };
    Some(reading(claim, Polarity::Prefer, strength * weight, description, snippet, scope))
}

/// Whether the facet is a form that a letter does not turn into by losing its greeting.
fn only_elsewhere(facet: &Facet, draft: &Style) -> bool {
    let letter = draft.get(Measure::Greeting) > 0.0 || draft.get(Measure::Closing) > 0.0;
    letter && matches!(facet.measure, Measure::Children | Measure::Immersive | Measure::Diary)
}

/// Measures that do not depend on English words.
fn language_free(measure: Measure) -> bool {
    use Measure as M;
    matches!(
        measure,
        M::Bullets
            | M::Numbered
            | M::Headings
            | M::Labels
            | M::Table
            | M::Code
            | M::Marks
            | M::Checklist
            | M::Paragraphs
            | M::Length
            | M::SentenceLength
            | M::Emoji
            | M::Hashtags
            | M::Exclamation
            | M::Questions
            | M::ClosingQuestion
            | M::Ellipsis
            | M::Shouting
            | M::LowerCase
            | M::Brackets
            | M::Quotes
            | M::Figures
            | M::QuestionAnswer
            | M::Verse
            | M::Script
            | M::Citations
    )
}

/// The language of a text long enough to tell.
fn language(text: &str) -> Option<whatlang::Lang> {
    if text.chars().count() < 60 {
        return None;
    }
    whatlang::detect(text).filter(whatlang::Info::is_reliable).map(|info| info.lang())
}

fn language_claim(edit: &Edit, scope: &Scope) -> Option<ClaimReading> {
    let (from, to) = (language(&edit.draft)?, language(&edit.revised)?);
    (from != to).then(|| {
        let claim = Claim::Facet {
            facet: FacetId::new("language"),
            value: FacetValue::Class(to.code().to_owned()),
        };
        let description = format!("written in {}", to.eng_name());
        let snippet = format!("from {} to {}", from.eng_name(), to.eng_name());
        reading(claim, Polarity::Prefer, LANGUAGE, description, snippet, scope)
    })
}

#[cfg(test)]
mod terms;
#[cfg(test)]
mod tests;
