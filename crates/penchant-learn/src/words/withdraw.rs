//! Taking back: "forget the bullet point thing", "X is fine again", "the low-carb phase is over".

use std::sync::LazyLock;

use penchant_core::Vector;
use regex::Regex;
use serde::Deserialize;

use crate::reading::Withdrawal;
use crate::words::patterns::{self, Patterns};
use crate::words::text::{self, Sentence};
use crate::words::{describe, polish};

const SOURCE: &str = include_str!("../../data/words/withdrawals.toml");
/// Longest name of a withdrawn thing.
const MAX_WORDS: usize = 10;

#[derive(Deserialize)]
struct File {
    phrase: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "name")]
    _name: String,
    find: String,
    #[serde(default)]
    inverse: bool,
    #[serde(default)]
    not: Option<String>,
    #[serde(default)]
    need: Option<String>,
    weight: f32,
}

struct Phrase {
    find: Regex,
    inverse: bool,
    not: Option<Regex>,
    need: Option<Regex>,
    weight: f32,
}

struct Table {
    set: Patterns,
    phrases: Vec<Phrase>,
}

/// Part of the binary and compiled by a test; without it nothing is withdrawn in words.
static PHRASES: LazyLock<Table> = LazyLock::new(|| match load() {
    Ok(table) => table,
    Err(error) => {
        tracing::error!(%error, "withdrawals cannot be read");
        Table { set: Patterns::default(), phrases: Vec::new() }
    }
});

fn load() -> Result<Table, String> {
    let file: File = toml::from_str(SOURCE).map_err(|e| e.to_string())?;
    let set = Patterns::new(file.phrase.iter().map(|p| p.find.as_str()))?;
    let compile = |p: &str| patterns::pattern(p).map_err(|e| e.to_string());
    let phrases = file
        .phrase
        .iter()
        .map(|p| {
            Ok(Phrase {
                find: compile(&p.find)?,
                inverse: p.inverse,
                not: p.not.as_deref().map(compile).transpose()?,
                need: p.need.as_deref().map(compile).transpose()?,
                weight: p.weight,
            })
        })
        .collect::<Result<_, String>>()?;
    Ok(Table { set, phrases })
}

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
    let lower = sentence.lower.as_str();
    let table = &*PHRASES;
    table.set.matches(lower).find_map(|n| {
        let phrase = table.phrases.get(n)?;
        if phrase.not.as_ref().is_some_and(|not| not.is_match(lower))
            || phrase.need.as_ref().is_some_and(|need| !need.is_match(lower))
        {
            return None;
        }
        let range = phrase.find.captures(lower)?.name("x")?.range();
        let words = name_of(sentence.text.get(range)?)?;
        Some(Found { text: words, inverse: phrase.inverse, weight: phrase.weight })
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
        assert!(load().is_ok());
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
}
