//! Taking back: "forget the bullet point thing", "X is fine again", "the low-carb phase is over".

use std::sync::LazyLock;

use penchant_core::Vector;
use serde::Deserialize;

use crate::reading::Withdrawal;
use crate::words::phrases::Phrases;
use crate::words::text::{self, Sentence};
use crate::words::{describe, polish};

const SOURCE: &str = include_str!("../../data/words/withdrawals.toml");
/// Longest name of a withdrawn thing.
const MAX_WORDS: usize = 10;

#[derive(Deserialize)]
struct Against {
    #[serde(default)]
    inverse: bool,
}

/// Without it nothing is withdrawn in words.
static PHRASES: LazyLock<Phrases<Against>> =
    LazyLock::new(|| Phrases::built_in(SOURCE, "withdrawals"));

/// What a sentence withdraws.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// In words.
    pub text: String,
    /// The withdrawn wish was *against* this ("stairs are fine again").
    pub inverse: bool,
    /// Log-odds that this is a withdrawal, by the phrase alone.
    pub weight: f32,
}

/// The surest withdrawal in a sentence.
#[must_use]
pub fn find(sentence: &Sentence) -> Option<Found> {
    // Named in quotation marks it is still named: match the unmasked words.
    PHRASES.matches(sentence.lower.as_str()).find_map(|(_, phrase, found)| {
        let range = found.name("x")?.range();
        let words = name_of(sentence.text.get(range)?)?;
        Some(Found { text: words, inverse: phrase.own.inverse, weight: phrase.weight })
    })
}

/// The thing itself: the first clause, without "about", "the", "rule".
fn name_of(words: &str) -> Option<String> {
    let first =
        text::clauses(&Sentence::new(describe::without_reason(words))).into_iter().next()?;
    let mut name = polish::tidy(&first.text);
    loop {
        let lower = name.to_ascii_lowercase();
        let opener = [
            "about ",
            "they was ",
            "they were ",
            "into ",
            "being ",
            "having ",
            "the ",
            "that ",
            "this ",
            "all ",
            "only ",
            "regarding ",
            "with ",
            "any ",
            "a ",
            "an ",
        ]
        .into_iter()
        .find(|o| lower.starts_with(o));
        let closer = [
            " thing",
            " rule",
            " rules",
            " business",
            " stuff",
            " request",
            " wish",
            " thingy",
            " again",
            " requirement",
            " idea",
            " phase",
            " i told",
            " they told",
            " they said",
            " they mentioned",
        ]
        .into_iter()
        .find(|c| lower.ends_with(c));
        match (opener, closer) {
            (Some(o), _) => name = name[o.len()..].to_owned(),
            (None, Some(c)) => name.truncate(name.len() - c.len()),
            (None, None) => break,
        }
    }
    let name = polish::shorten(name.trim_matches(['"', '\'', ' ', '.', ',']), MAX_WORDS);
    // A sentence is no name: "the lift was out" withdraws nothing.
    let sentence = name.split_whitespace().any(|w| {
        matches!(
            w.to_ascii_lowercase().as_str(),
            "is" | "was" | "are" | "were" | "they" | "has" | "had" | "going" | "she" | "he"
        )
    });
    if sentence {
        return None;
    }
    let bare = matches!(
        name.to_ascii_lowercase().as_str(),
        "it" | "that" | "this" | "they" | "them" | "what" | "so"
    );
    (name.chars().any(char::is_alphanumeric) && !bare)
        .then(|| penchant_core::sanitize::one_line(&name, 120))
}

/// A withdrawal of `found`, said in `sentence`, on `occasion` only if one is named.
#[must_use]
pub fn withdrawal(text: &str, sentence: &str, occasion: &str) -> Withdrawal {
    Withdrawal {
        guessed: false,
        text: text.to_owned(),
        content: Vector::default(),
        snippet: penchant_core::sanitize::one_line(sentence, 160),
        occasion: occasion.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn named(text: &str) -> String {
        find(&Sentence::new(text)).map(|f| f.text).unwrap_or_default()
    }

    #[test]
    fn every_withdrawal_phrase_compiles() {
        assert!(Phrases::<Against>::load(SOURCE).is_ok());
    }

    #[test]
    fn the_withdrawn_thing_is_named() {
        assert_eq!(named("forget the haiku thing"), "haiku");
        assert_eq!(named("I take back what I said about audiobooks, they're great"), "audiobooks");
        assert_eq!(named("stairs are fine again"), "stairs");
        assert_eq!(named("my raw food phase is over"), "raw food");
        assert_eq!(named("the \"no calls before ten\" rule can go"), "no calls before ten");
        assert_eq!(named("what a nice day"), "");
    }

    #[test]
    fn a_liking_that_was_once_told_is_named_and_a_report_withdraws_nothing() {
        assert_eq!(named("Forget I said I was into falconry"), "falconry");
        assert_eq!(named("please take back the nautical thing"), "nautical");
        assert_eq!(named("the station's escalator was out"), "");
    }
}
