//! Stock phrases that are taken out or put in, and words that replace others.
//!
//! One edit proves nothing about a phrase: claims are weak and only their repetition makes a
//! preference. Words of the topic never qualify.

use penchant_core::style::lexicon::mask;
use penchant_core::{Claim, FacetId, FacetValue, Polarity};

use super::change::{Change, Place, fact};

/// The facet that phrases belong to.
pub const FACET: &str = "phrasing";
/// Log-odds of one occurrence: three of them are needed.
pub const STRENGTH: f32 = 0.4;
/// Edits that change more than this rewrite, so that single phrases say nothing.
const MAX_SHARE: f32 = 0.5;
/// Most words of a phrase.
const MAX_WORDS: usize = 5;
/// Most bytes of a phrase: a head remembers many.
const MAX_BYTES: usize = 64;
/// Most phrases read from one edit.
const MAX_PHRASES: usize = 6;

/// A phrase that an edit treats in a telling way.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// The phrase or replacement.
    pub claim: Claim,
    /// Whether it is put in or taken out.
    pub polarity: Polarity,
    /// The wording of a preference for it.
    pub says: String,
}

fn plain(words: &[String]) -> Option<String> {
    if words.is_empty() || words.len() > MAX_WORDS {
        return None;
    }
    let mut phrase = Vec::new();
    for word in words {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if word.is_empty() || word.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        phrase.push(word);
    }
    Some(phrase.join(" ")).filter(|p| p.len() <= MAX_BYTES)
}

fn names(words: &[String]) -> bool {
    words.iter().skip(1).any(|w| w.starts_with(char::is_uppercase))
}

const FUNCTION_WORDS: &str = " a an the of to in on at by for with from and or but that this it as is are be been was were not no so all any more most very much many some such than then there here what which who how if when your you i we my our me us ";

/// Whether every word is a function word or carries tone, so that the phrase is no topic.
fn stock(phrase: &str) -> bool {
    phrase.split(' ').all(|w| mask(w) != 0 || FUNCTION_WORDS.contains(&format!(" {w} ")))
        && phrase.split(' ').any(|w| mask(w) != 0 && w.len() > 3)
}

fn facet(value: FacetValue) -> Claim {
    Claim::Facet { facet: FacetId::new(FACET), value }
}

fn read(place: &Place) -> Option<Phrase> {
    if names(&place.out) || names(&place.put) {
        return None;
    }
    match (plain(&place.out), plain(&place.put)) {
        (Some(out), None) if place.put.is_empty() && stock(&out) => Some(Phrase {
            says: format!("avoids the phrase “{out}”"),
            claim: facet(FacetValue::Term(out)),
            polarity: Polarity::Avoid,
        }),
        (None, Some(put)) if place.out.is_empty() && stock(&put) => Some(Phrase {
            says: format!("likes the phrase “{put}”"),
            claim: facet(FacetValue::Term(put)),
            polarity: Polarity::Prefer,
        }),
        (Some(from), Some(to))
            if from != to
                && !fact(&place.out)
                && !fact(&place.put)
                && from.split(' ').count() <= 3
                && to.split(' ').count() <= 3 =>
        {
            Some(Phrase {
                says: format!("writes “{to}” rather than “{from}”"),
                claim: facet(FacetValue::Substitution { from, to }),
                polarity: Polarity::Prefer,
            })
        }
        _ => None,
    }
}

/// The phrases that `change` treats in a telling way, each once.
#[must_use]
pub fn of(change: &Change) -> Vec<Phrase> {
    if change.share > MAX_SHARE {
        return Vec::new();
    }
    let mut found: Vec<Phrase> = Vec::new();
    for phrase in change.places.iter().filter_map(read) {
        if found.len() < MAX_PHRASES && !found.iter().any(|f| f.claim == phrase.claim) {
            found.push(phrase);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(draft: &str, revised: &str) -> Vec<String> {
        of(&Change::between(draft, revised)).into_iter().map(|p| p.says).collect()
    }

    #[test]
    fn fillers_taken_out_and_words_replaced_are_noted() {
        assert_eq!(
            says("We can honestly utilize the tool today.", "We can use the tool today."),
            ["writes “use” rather than “honestly utilize”"]
        );
        assert_eq!(
            says("It is actually open now.", "It is open now."),
            ["avoids the phrase “actually”"]
        );
    }

    #[test]
    fn endless_words_are_no_phrases() {
        let long = "a".repeat(5_000);
        assert!(says(&format!("We use {long} today."), "We use the tool today.").is_empty());
    }

    #[test]
    fn topic_names_and_rewrites_are_not() {
        assert!(says("The red drawbridge is open now.", "The drawbridge is open now.").is_empty());
        assert!(says("Please call Maria Lopez soon.", "Please call soon.").is_empty());
        assert!(says("One two three.", "Wholly other words stand here.").is_empty());
    }
}
