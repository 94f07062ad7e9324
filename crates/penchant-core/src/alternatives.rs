//! A compact lexicon of what excludes what: values of everyday wishes of which only one can hold
//! (dark or light), or usually one per occasion (coffee or tea at lunch), and occasions that keep
//! wishes apart (work, home). It stands in for world knowledge where no language model runs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::telling;

/// How the values of a class compete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Competition {
    /// One value at a time.
    Exclusive,
    /// One value per occasion.
    PerOccasion,
    /// The values are occasions.
    Occasion,
}

/// One value found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value {
    /// Number of the class.
    pub class: u16,
    /// Number of the value within it.
    pub value: u16,
}

struct Phrase {
    stems: Vec<String>,
    value: Value,
}

struct Lexicon {
    classes: Vec<(Competition, String)>,
    /// Phrases by their first stem, longest first.
    phrases: BTreeMap<String, Vec<Phrase>>,
}

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| parse(include_str!("../data/alternatives.txt")));

fn parse(text: &str) -> Lexicon {
    let mut lexicon = Lexicon { classes: Vec::new(), phrases: BTreeMap::new() };
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let competition = match line.chars().next() {
            Some('!') => Competition::Exclusive,
            Some('~') => Competition::PerOccasion,
            _ => Competition::Occasion,
        };
        let Some((name, values)) = line.get(1..).and_then(|rest| rest.split_once(':')) else {
            continue;
        };
        let class = u16::try_from(lexicon.classes.len()).unwrap_or(u16::MAX);
        lexicon.classes.push((competition, name.trim().to_owned()));
        for (number, synonyms) in values.split('|').enumerate() {
            let value = Value { class, value: u16::try_from(number).unwrap_or(u16::MAX) };
            for synonym in synonyms.split(',') {
                let stems = telling::stems(synonym);
                if let Some(first) = stems.first().cloned() {
                    lexicon.phrases.entry(first).or_default().push(Phrase { stems, value });
                }
            }
        }
    }
    for phrases in lexicon.phrases.values_mut() {
        phrases.sort_by_key(|p| std::cmp::Reverse(p.stems.len()));
    }
    lexicon
}

/// A value that a text names, with the stems that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which value.
    pub value: Value,
    /// The stems that name it.
    pub stems: Vec<String>,
}

/// The values named in `text`. Of each class the longest phrase at a place counts; several
/// classes may claim the same words.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    let stems = telling::stems(text);
    let mut found: Vec<Found> = Vec::new();
    let mut taken: BTreeMap<u16, usize> = BTreeMap::new();
    for (at, first) in stems.iter().enumerate() {
        let Some(phrases) = LEXICON.phrases.get(first) else { continue };
        for phrase in phrases {
            let here = stems.get(at..at + phrase.stems.len());
            if here != Some(phrase.stems.as_slice()) {
                continue;
            }
            let free_from = taken.get(&phrase.value.class).copied().unwrap_or(0);
            if at < free_from {
                continue;
            }
            taken.insert(phrase.value.class, at + phrase.stems.len());
            if !found.iter().any(|f| f.value == phrase.value) {
                found.push(Found { value: phrase.value, stems: phrase.stems.clone() });
            }
        }
    }
    found
}

/// How the values of a class compete.
#[must_use]
pub fn competition(class: u16) -> Competition {
    LEXICON.classes.get(usize::from(class)).map_or(Competition::Occasion, |(kind, _)| *kind)
}

/// A class's name, for explanations.
#[must_use]
pub fn class_name(class: u16) -> &'static str {
    LEXICON.classes.get(usize::from(class)).map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_lexicon_offers_a_choice() {
        assert!(LEXICON.classes.len() > 80);
        for (number, (_, name)) in LEXICON.classes.iter().enumerate() {
            let values: std::collections::BTreeSet<u16> = LEXICON
                .phrases
                .values()
                .flatten()
                .filter(|p| usize::from(p.value.class) == number)
                .map(|p| p.value.value)
                .collect();
            assert!(values.len() >= 2, "{name} has one value only");
        }
    }

    #[test]
    fn synonyms_name_the_same_value_and_alternatives_another() {
        let one = |text: &str, class: &str| {
            find(text).into_iter().find(|f| class_name(f.value.class) == class).map(|f| f.value)
        };
        assert_eq!(one("brief replies", "size of text"), one("keep it concise", "size of text"));
        assert_ne!(one("brief replies", "size of text"), one("in-depth replies", "size of text"));
        assert_eq!(one("replies", "size of text"), None);
    }
}
