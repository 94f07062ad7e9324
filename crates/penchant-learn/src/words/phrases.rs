//! Lists of phrases that stand in files: which ones match a text, and where their parts are.
//!
//! Wishes (`phrases.toml`) and withdrawals (`withdrawals.toml`) share this form; what an entry
//! says besides is the list's own (`T`).

use regex::{Captures, Regex};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::words::patterns::{self, Patterns};

#[derive(Deserialize)]
struct File<T> {
    phrase: Vec<Entry<T>>,
}

#[derive(Deserialize)]
struct Entry<T> {
    name: String,
    find: String,
    #[serde(default)]
    not: Option<String>,
    #[serde(default)]
    need: Option<String>,
    weight: f32,
    #[serde(flatten)]
    own: T,
}

/// One entry of a list.
pub(crate) struct Phrase<T> {
    /// Its name in the file.
    pub(crate) name: String,
    /// Log-odds of what the list is about, by this phrase alone.
    pub(crate) weight: f32,
    /// What the list says besides.
    pub(crate) own: T,
    find: Regex,
    not: Option<Regex>,
    need: Option<Regex>,
}

/// A list, in the order of its file.
pub(crate) struct Phrases<T> {
    set: Patterns,
    phrases: Vec<Phrase<T>>,
}

impl<T: DeserializeOwned> Phrases<T> {
    /// Compiles the list `source`. The lists are part of the binary and tests compile them, so an
    /// error here was a failed build; without its list a reader finds nothing, and says so.
    pub(crate) fn built_in(source: &str, what: &str) -> Self {
        Self::load(source).unwrap_or_else(|error| {
            tracing::error!(%error, "{what} cannot be read");
            Self { set: Patterns::default(), phrases: Vec::new() }
        })
    }

    /// Compiles the list `source`, or says which entry is wrong.
    pub(crate) fn load(source: &str) -> Result<Self, String> {
        let file: File<T> = toml::from_str(source).map_err(|e| e.to_string())?;
        let set = Patterns::new(file.phrase.iter().map(|p| p.find.as_str()))?;
        let phrases = file
            .phrase
            .into_iter()
            .map(|p| {
                let compile =
                    |s: &str| patterns::pattern(s).map_err(|e| format!("{}: {e}", p.name));
                Ok(Phrase {
                    find: compile(&p.find)?,
                    not: p.not.as_deref().map(compile).transpose()?,
                    need: p.need.as_deref().map(compile).transpose()?,
                    name: p.name,
                    weight: p.weight,
                    own: p.own,
                })
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { set, phrases })
    }
}

impl<T> Phrases<T> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.phrases.len()
    }

    /// The entry at a place.
    pub(crate) fn get(&self, number: usize) -> Option<&Phrase<T>> {
        self.phrases.get(number)
    }

    /// The entries that match `lower`, in order, with their places and parts. What the caller does
    /// not take costs nothing.
    pub(crate) fn matches<'a>(
        &'a self,
        lower: &'a str,
    ) -> impl Iterator<Item = (usize, &'a Phrase<T>, Captures<'a>)> {
        self.set.matches(lower).filter_map(move |n| {
            let phrase = self.phrases.get(n)?;
            let blocked = phrase.not.as_ref().is_some_and(|not| not.is_match(lower))
                || phrase.need.as_ref().is_some_and(|need| !need.is_match(lower));
            if blocked {
                return None;
            }
            Some((n, phrase, phrase.find.captures(lower)?))
        })
    }
}
