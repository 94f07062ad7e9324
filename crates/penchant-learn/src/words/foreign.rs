//! Wishes in languages other than English, whose words are kept as they are.
//!
//! The heads and the sentence model know English; of other languages they guess. So a sentence is
//! held to be a wish where it says so outright, and to be none where it has not one word of a wish
//! and another sentence has; else it is as the heads hear it, for the lists are short and what was
//! wished must not be lost. The words are in `data/words/foreign.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

const SOURCE: &str = include_str!("../../data/words/foreign.toml");

/// A test reads the file, so a failure here was a failed build; without it the heads decide.
static LANGUAGES: LazyLock<BTreeMap<String, Language>> =
    LazyLock::new(|| match toml::from_str(SOURCE) {
        Ok(languages) => languages,
        Err(error) => {
            tracing::error!(%error, "words/foreign.toml cannot be read and is not used");
            BTreeMap::new()
        }
    });

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    outright: Vec<String>,
    perhaps: Vec<String>,
    against: Vec<String>,
}

/// How much a sentence sounds like a wish of its writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sound {
    /// It says so.
    Outright,
    /// It may be one.
    Perhaps,
    /// It has no word of one.
    No,
}

/// How a sentence in a language sounds; `language` is an ISO 639-3 code. In one that nobody has
/// listed the words of, English among them, all may be wishes.
pub(crate) fn sound(language: &str, sentence: &str) -> Sound {
    let Some(known) = LANGUAGES.get(language) else { return Sound::Perhaps };
    let words = words(sentence);
    if holds(&words, &known.outright) {
        Sound::Outright
    } else if holds(&words, &known.perhaps) {
        Sound::Perhaps
    } else {
        Sound::No
    }
}

/// Whether a sentence turns what it names down.
pub(crate) fn negates(language: &str, sentence: &str) -> bool {
    let words = words(sentence);
    match LANGUAGES.get(language) {
        Some(known) => holds(&words, &known.against),
        None => LANGUAGES.values().any(|known| holds(&words, &known.against)),
    }
}

/// Words in lower case with a blank before and after each.
fn words(sentence: &str) -> String {
    let lower = sentence.to_lowercase().replace('\u{2019}', "'");
    let apart = |c: char| !(c.is_alphanumeric() || c == '\'' || c == '-');
    let words: Vec<&str> = lower.split(apart).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

fn holds(words: &str, phrases: &[String]) -> bool {
    phrases.iter().any(|phrase| words.contains(&format!(" {phrase} ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_said_outright_is_told_from_a_task_and_from_a_tale() {
        let cases = [
            ("deu", "Ab sofort nur vegane Rezepte.", Sound::Outright),
            ("deu", "Bitte übersetze den Absatz.", Sound::Perhaps),
            ("deu", "Der Zug hatte wieder eine Stunde Verspätung.", Sound::No),
            ("fra", "J’aime les films muets.", Sound::Outright),
            ("spa", "El tren sale a las nueve.", Sound::No),
            ("ita", "D'ora in poi risposte brevi", Sound::Outright),
            ("fin", "Juna lähtee yhdeksältä.", Sound::Perhaps),
        ];
        for (language, sentence, heard) in cases {
            assert_eq!(sound(language, sentence), heard, "{sentence}");
        }
    }

    #[test]
    fn negation_is_seen_in_other_languages() {
        assert!(negates("deu", "Ich mag keine Oliven") && !negates("deu", "Ich mag Oliven"));
        assert!(negates("spa", "No me gusta el ruido") && !negates("spa", "Me gusta el mar"));
        assert!(negates("swe", "utan kein"), "of a language without a list, by all lists");
    }

    #[test]
    fn the_file_is_read() {
        assert!(LANGUAGES.len() >= 7);
    }
}
