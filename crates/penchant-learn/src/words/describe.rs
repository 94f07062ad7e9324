//! From a clause to a short third-person description, by the phrases of
//! `data/words/phrases.toml`.

use std::sync::LazyLock;

use penchant_core::Polarity;
use regex::Captures;
use serde::Deserialize;

use crate::words::phrases::{Phrase, Phrases};
use crate::words::polish;
use crate::words::text::Sentence;

const SOURCE: &str = include_str!("../../data/words/phrases.toml");
/// Longest part of a description that is taken from the user's words.
const MAX_WORDS: usize = 16;

/// How a phrase says what it found.
#[derive(Deserialize)]
struct Wording {
    say: String,
    #[serde(default)]
    polarity: Way,
    #[serde(default)]
    replaces: bool,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Way {
    #[default]
    Prefer,
    Avoid,
}

impl From<Way> for Polarity {
    fn from(way: Way) -> Self {
        match way {
            Way::Prefer => Self::Prefer,
            Way::Avoid => Self::Avoid,
        }
    }
}

/// Without it descriptions fall back to the user's words.
static PHRASES: LazyLock<Phrases<Wording>> = LazyLock::new(|| Phrases::built_in(SOURCE, "phrases"));

/// How many phrases there are.
#[must_use]
pub fn count() -> usize {
    PHRASES.len()
}

/// What a clause says about its writer.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Third person, one line.
    pub text: String,
    /// Wanted or not.
    pub polarity: Polarity,
    /// What it replaces, in words; empty if nothing is named.
    pub replaces: String,
    /// Log-odds that the clause states a preference, by the phrase alone.
    pub weight: f32,
    /// Which phrase matched, by its place in the file; `None` for the user's words as they are.
    pub phrase: Option<usize>,
    /// The clause.
    pub snippet: String,
}

/// Describes a clause by the first phrase that matches; `None` when none does or nothing is left
/// to say.
#[must_use]
pub fn clause(clause: &Sentence) -> Option<Described> {
    let lower = clause.masked.as_str();
    PHRASES.matches(lower).find_map(|(n, phrase, found)| {
        let text = say(phrase, &found, &clause.text)?;
        let replaces =
            if phrase.own.replaces { part(&found, &clause.text, "y") } else { String::new() };
        Some(Described {
            text,
            polarity: phrase.own.polarity.into(),
            replaces,
            weight: phrase.weight,
            phrase: Some(n),
            snippet: clause.text.clone(),
        })
    })
}

/// The name of a phrase, for explanations.
#[must_use]
pub fn phrase_name(number: usize) -> &'static str {
    PHRASES.get(number).map_or("", |p| p.name.as_str())
}

/// The log-odds of a phrase.
#[must_use]
pub fn phrase_weight(number: usize) -> f32 {
    PHRASES.get(number).map_or(0.0, |p| p.weight)
}

/// A named part of the match in the user's own case, tidied.
fn part(found: &Captures<'_>, text: &str, name: &str) -> String {
    found
        .name(name)
        .and_then(|m| text.get(m.range()))
        .map(|words| polish::shorten(&polish::tidy(without_reason(words)), MAX_WORDS))
        .unwrap_or_default()
}

/// What comes before ", it's …" and the like: the wish without its reason.
pub(crate) fn without_reason(words: &str) -> &str {
    const REASONS: &[&str] = &[
        ", it",
        ", i ",
        ", i'",
        ", they",
        ", we ",
        ", you ",
        ", he ",
        ", she ",
        ", else",
        ", like ",
        ", as ",
        ", so ",
        ", because",
        ", when ",
        ", unless",
        ", that",
        ", or ",
        ", there",
        ", not ",
        ", my ",
        ", even ",
        ", if ",
        ", its ",
        ", which",
        " because ",
        " since ",
        " cause ",
        " bc ",
        " so that ",
        " so i ",
        " or i ",
        " or it ",
        " otherwise",
        " as i ",
        " since i",
    ];
    let lower = words.to_ascii_lowercase();
    let cut = REASONS.iter().filter_map(|r| lower.find(r)).filter(|at| *at > 2).min();
    cut.and_then(|at| words.get(..at)).unwrap_or(words)
}

/// Whether nothing is left that says what it is about.
fn hollow(x: &str) -> bool {
    x.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).all(|w| {
        matches!(
            w.to_ascii_lowercase().as_str(),
            "it" | "that"
                | "this"
                | "they"
                | "them"
                | "to"
                | "in"
                | "of"
                | "want"
                | "on"
                | "up"
                | "do"
                | "the"
                | "a"
                | "so"
                | "be"
                | "is"
                | "as"
                | "what"
                | "one"
                | "honestly"
                | "things"
                | "thing"
                | "know"
                | "anything"
                | "something"
                | "any"
                | "these"
                | "those"
                | "there"
                | "s"
                | "t"
                | "re"
                | "at"
                | "care"
                | "mind"
                | "why"
                | "how"
                | "out"
                | "go"
                | "get"
                | "have"
                | "again"
                | "much"
                | "more"
        )
    })
}

fn say(phrase: &Phrase<Wording>, found: &Captures<'_>, text: &str) -> Option<String> {
    let x = part(found, text, "x");
    let y = part(found, text, "y");
    if !phrase.own.say.contains("{x") {
        return Some(phrase.own.say.clone());
    }
    if hollow(&x) {
        return None;
    }
    let mut said = phrase.own.say.clone();
    if y.is_empty() {
        said = said.replace(" over {y}", "");
    }
    let bare = x.strip_prefix("as ").or_else(|| x.strip_prefix("in ")).unwrap_or(&x);
    let said = said
        .replace("{x:ing}", &polish::gerund(&x))
        .replace("{x:s}", &polish::singular(&x))
        .replace("{x:bare}", bare)
        .replace("{x}", &x)
        .replace("{y}", &y);
    Some(finish(&said))
}

/// A description out of the user's words as they are, for clauses that no phrase knows.
#[must_use]
pub fn verbatim(words: &str, polarity: Polarity) -> Option<Described> {
    let tidy = polish::shorten(&polish::tidy(words), MAX_WORDS);
    if !tidy.chars().any(char::is_alphanumeric) {
        return None;
    }
    let verb = match polarity {
        Polarity::Prefer => "prefers",
        Polarity::Avoid => "dislikes",
    };
    Some(Described {
        text: finish(&format!("{verb} {}", lower_first(&tidy))),
        polarity,
        replaces: String::new(),
        weight: 0.0,
        phrase: None,
        snippet: words.to_owned(),
    })
}

/// The first letter in lower case unless the word looks like a name or an acronym.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or("");
    let capitals = first.chars().filter(|c| c.is_uppercase()).count();
    let sentence_case = capitals == 1 && first.chars().next().is_some_and(char::is_uppercase);
    if !sentence_case {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

pub(crate) fn finish(said: &str) -> String {
    let line = penchant_core::sanitize::one_line(said, 200);
    let mut words: Vec<&str> = Vec::new();
    for word in line.split(' ') {
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    words.join(" ").trim_end_matches([',', ';', ':', '.', '!', '?', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn said(words: &str) -> (String, Polarity) {
        let d = clause(&Sentence::new(words)).expect("a phrase matches");
        (d.text, d.polarity)
    }

    #[test]
    fn every_phrase_compiles() {
        assert!(Phrases::<Wording>::load(SOURCE).unwrap().len() > 30);
    }

    #[test]
    fn likes_dislikes_and_orders_become_short_descriptions() {
        use Polarity::{Avoid, Prefer};
        assert_eq!(said("I really hate museums"), ("dislikes museums".into(), Avoid));
        assert_eq!(said("no emojis please"), ("dislikes emojis".into(), Avoid));
        assert_eq!(
            said("I'd rather sit by the aisle"),
            ("prefers sitting by the aisle".into(), Prefer)
        );
        assert_eq!(said("aisle seats only, please"), ("prefers aisle seats only".into(), Prefer));
        assert_eq!(said("I don't eat pork"), ("dislikes pork".into(), Avoid));
        assert_eq!(said("always use metric units"), ("prefers metric units".into(), Prefer));
        assert_eq!(said("Call me Anna"), ("wants to be called Anna".into(), Prefer));
    }

    #[test]
    fn a_switch_names_what_it_replaces() {
        let d = clause(&Sentence::new("I'm done with coffee, it's green tea now")).unwrap();
        assert_eq!(
            (d.text.as_str(), d.replaces.as_str()),
            ("prefers green tea over coffee", "coffee")
        );
    }

    #[test]
    fn standing_orders_name_the_thing_and_how_it_is_to_be() {
        let cases = [
            ("keep your replies under ten lines", "prefers replies under ten lines"),
            ("turn the ruler off", "wants ruler turned off"),
            ("move my violin hour to Sunday mornings", "prefers violin hour in Sunday mornings"),
            ("My letters should always be handwritten", "prefers letters handwritten"),
            ("for tents the main thing is that it's light", "wants light"),
            ("let's stick with the night train", "prefers the night train"),
        ];
        for (words, expected) in cases {
            let d = clause(&Sentence::new(words)).expect(words);
            assert_eq!(d.text, expected, "{words}");
        }
    }

    #[test]
    fn changes_of_mind_say_what_is_wanted_now() {
        let cases = [
            ("I used to take the ferry, now I swim", "swim", "the ferry"),
            ("candles are out, lanterns are in", "lanterns", "candles"),
            ("I'm done with kale, it's spinach now", "spinach", "kale"),
        ];
        for (words, wanted, given_up) in cases {
            let d = clause(&Sentence::new(words)).expect(words);
            assert!(d.text.contains(wanted) && d.replaces == given_up, "{words}: {d:?}");
        }
        assert_eq!(said("back to the fountain pen").0, "prefers fountain pen");
        assert_eq!(said("We're on heat pumps now").0, "prefers heat pumps");
    }

    #[test]
    fn idioms_and_circumstances_are_no_dislikes() {
        for words in ["don't judge me", "please don't be shy", "no regrets", "not sorry at all"] {
            assert_eq!(clause(&Sentence::new(words)), None, "{words}");
        }
        assert_eq!(said("please not bell towers at dawn").0, "dislikes bell towers at dawn");
    }
}
