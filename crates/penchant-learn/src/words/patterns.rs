//! Lists of patterns that are tried together, fast enough for every sentence of every message.

use regex::Regex;
use regex::bytes::{RegexSet, RegexSetBuilder};

/// Patterns per automaton. The states of one automaton multiply with its patterns, those of
/// several add up: small groups stay in the cache.
const GROUP: usize = 6;

/// Numbered patterns.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    groups: Vec<RegexSet>,
}

impl Patterns {
    /// Compiles a list, over bytes and in ASCII: the lists are in ASCII, and Unicode word
    /// boundaries would cost ten times as much.
    pub(crate) fn new<S: AsRef<str>>(sources: impl IntoIterator<Item = S>) -> Result<Self, String> {
        // Whether a pattern matches does not depend on how far its last group runs; left in, every
        // pattern that has matched would stay alive to the end.
        let shortened: Vec<String> = sources
            .into_iter()
            .map(|source| {
                let source = source.as_ref();
                ["(?P<x>.+)", "(?P<y>.+)"]
                    .iter()
                    .find_map(|tail| source.strip_suffix(tail))
                    .map_or_else(|| source.to_owned(), |head| format!("{head}."))
            })
            .collect();
        let groups = shortened
            .chunks(GROUP)
            .map(|group| {
                RegexSetBuilder::new(group)
                    .unicode(false)
                    .size_limit(64 << 20)
                    .dfa_size_limit(16 << 20)
                    .build()
                    .map_err(|e| e.to_string())
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { groups })
    }

    /// The numbers of the patterns that match, in order.
    pub(crate) fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.groups.iter().enumerate().flat_map(move |(group, set)| {
            set.matches(text.as_bytes()).into_iter().map(move |n| group * GROUP + n)
        })
    }
}

/// One pattern of such a list by itself, with the same meaning: words and boundaries in ASCII.
pub(crate) fn pattern(source: &str) -> Result<Regex, regex::Error> {
    let ascii = source
        .replace(r"\w", "[0-9A-Za-z_]")
        .replace(r"\W", "[^0-9A-Za-z_]")
        .replace(r"\d", "[0-9]")
        .replace(r"\b", r"(?-u:\b)");
    Regex::new(&ascii)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_count_across_groups() {
        let sources: Vec<String> = (0..20).map(|n| format!(r"\bword{n}\b (?P<x>.+)")).collect();
        let patterns = Patterns::new(&sources).unwrap();
        let found: Vec<usize> = patterns.matches("word3 and word17 are here").collect();
        assert_eq!(found, [3, 17]);
    }
}
