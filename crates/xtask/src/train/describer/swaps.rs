//! Messages told again with other words in the same places: "no oat milk" as "no rice milk".
//!
//! What a note is about is pointed at in the message, whatever it is; a network that has heard
//! each message ten times knows it by heart instead. Words are changed for others of their kind in
//! message, reply, task and notes alike (after Jia and Liang 2016, "Data recombination for neural
//! semantic parsing").

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use candle_core::{Device, IndexOp as _, Tensor};
use penchant_core::telling;
use penchant_embed::{MiniLm, describer};
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;

use crate::train::corpus::Noted;

/// So many of the most frequent words stay as they are: they say how something is wished.
const FREQUENT: usize = 400;
/// How often a word must occur to be one that is put for another.
const SEEN: usize = 4;
/// The shortest word that is changed, in letters.
const SHORTEST: usize = 4;
/// Most words that may be put for one.
const OTHERS: usize = 12;
/// Least likeness of such a word, as the cosine of word vectors.
const ALIKE: f32 = 0.3;
/// How often a word of a note is changed. Those that only the message holds stay, for a note may
/// depend on them: "minus" is much like "plus".
const OFTEN: f64 = 0.7;
/// Words whose likeness is looked up at once.
const AT_ONCE: usize = 256;

/// What may be put for a word.
pub(super) struct Swaps {
    others: HashMap<String, Vec<String>>,
}

impl Swaps {
    /// Looks for words of the same kind among those of the notes and their messages.
    pub(super) async fn of(notes: &[Noted], model: &MiniLm) -> Result<Self> {
        let mut counts = BTreeMap::<String, usize>::new();
        for noted in notes {
            let own = noted.preferences.iter().map(|gold| gold.text.as_str());
            for (word, is_word) in own.chain([noted.user.as_str()]).flat_map(split) {
                if is_word {
                    *counts.entry(word.to_lowercase()).or_default() += 1;
                }
            }
        }
        let mut order: Vec<usize> = counts.values().copied().collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let most = order.get(FREQUENT).copied().unwrap_or_default();
        let fit = |word: &str, count: usize| {
            (SEEN..=most).contains(&count)
                && word.chars().count() >= SHORTEST
                && word.chars().all(char::is_alphabetic)
                && !telling::telling(word).is_empty()
        };
        let words: Vec<String> =
            counts.into_iter().filter(|(word, n)| fit(word, *n)).map(|(word, _)| word).collect();
        let pieces = model.pieces(words.clone()).await?;
        let single: Vec<(String, u32)> = words
            .into_iter()
            .zip(pieces)
            .filter_map(|(word, pieces)| match pieces.as_slice() {
                [one] => Some((word, *one)),
                _ => None,
            })
            .collect();
        let ids: Vec<u32> = single.iter().map(|(_, id)| *id).collect();
        let ids = Tensor::new(ids.as_slice(), &Device::Cpu)?;
        let vectors = describer::unit(&model.words().index_select(&ids, 0)?)?;
        let mut others = HashMap::new();
        for (block, some) in single.chunks(AT_ONCE).enumerate() {
            let from = block * AT_ONCE;
            let own = vectors.i(from..from + some.len())?;
            let likeness = own.matmul(&vectors.t()?)?.to_vec2::<f32>()?;
            for ((word, _), row) in some.iter().zip(likeness) {
                let fit = |other: &str| other != word && ending(other) == ending(word);
                let mut near: Vec<(f32, &String)> = row
                    .into_iter()
                    .zip(&single)
                    .filter(|(alike, (other, _))| *alike >= ALIKE && fit(other))
                    .map(|(alike, (other, _))| (alike, other))
                    .collect();
                near.sort_by(|a, b| b.0.total_cmp(&a.0));
                let near: Vec<_> = near.into_iter().take(OTHERS).map(|(_, w)| w.clone()).collect();
                if !near.is_empty() {
                    others.insert(word.clone(), near);
                }
            }
        }
        Ok(Self { others })
    }

    /// A message with other words; `None` where no word is changed.
    pub(super) fn tell(&self, noted: &Noted, rng: &mut ChaCha8Rng) -> Option<Noted> {
        let golds = || noted.preferences.iter();
        let words = |text: &str| -> Vec<String> {
            split(text).filter(|(_, is_word)| *is_word).map(|(w, _)| w.to_lowercase()).collect()
        };
        let of_notes: Vec<String> = golds().flat_map(|gold| words(&gold.text)).collect();
        let mut changes = BTreeMap::new();
        for word in words(&noted.user) {
            let Some(others) = self.others.get(&word) else { continue };
            let due = of_notes.contains(&word) && !changes.contains_key(&word);
            if !due || !rng.random_bool(OFTEN) {
                continue;
            }
            let other = others.choose(rng).filter(|other| !changes.values().any(|o| o == *other));
            other.into_iter().for_each(|other| {
                changes.insert(word.clone(), other.clone());
            });
        }
        if changes.is_empty() {
            return None;
        }
        let mut told = noted.clone();
        let tell = |text: &mut String| *text = put(text, &changes);
        [&mut told.user, &mut told.assistant, &mut told.task].into_iter().for_each(tell);
        told.preferences.iter_mut().for_each(|gold| {
            tell(&mut gold.text);
            tell(&mut gold.span);
        });
        told.old.iter_mut().for_each(|old| tell(&mut old.text));
        Some(told)
    }
}

/// A text with some words changed, in the case that they had.
fn put(text: &str, changes: &BTreeMap<String, String>) -> String {
    let mut told = String::with_capacity(text.len());
    for (part, is_word) in split(text) {
        let other = changes.get(&part.to_lowercase()).filter(|_| is_word);
        match other {
            None => told.push_str(part),
            Some(other) if part.chars().next().is_some_and(char::is_uppercase) => {
                let mut letters = other.chars();
                told.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                told.push_str(letters.as_str());
            }
            Some(other) => told.push_str(other),
        }
    }
    told
}

/// A text in words and what stands between them.
fn split(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = is_word(rest.chars().next()?);
        let end = rest.find(|c| is_word(c) != first).unwrap_or(rest.len());
        let (part, left) = rest.split_at(end);
        rest = left;
        Some((part, first))
    })
}

/// What a word's form shows at its end.
fn ending(word: &str) -> &'static str {
    const ENDINGS: [&str; 7] = ["ing", "ed", "ly", "ss", "s", "er", "y"];
    ENDINGS.into_iter().find(|end| word.ends_with(end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::train::corpus::{Gold, Old};

    #[test]
    fn words_are_changed_whole_and_keep_their_case() {
        let changes = BTreeMap::from([("oat".to_owned(), "rice".to_owned())]);
        assert_eq!(put("Oat milk, no oats; oat's OK", &changes), "Rice milk, no oats; oat's OK");
    }

    fn gold(text: &str, span: &str) -> Gold {
        let (text, span) = (text.to_owned(), span.to_owned());
        Gold { text, polarity: "avoid".to_owned(), scope: "always".to_owned(), span }
    }

    #[test]
    fn a_message_is_told_again_with_its_notes_and_other_words_stay() {
        let others = [("oat", "rice"), ("kettle", "teapot")]
            .map(|(word, other)| (word.to_owned(), vec![other.to_owned()]));
        let swaps = Swaps { others: others.into_iter().collect() };
        let noted = Noted {
            id: "N-1".to_owned(),
            task: "coffee".to_owned(),
            assistant: "With oat milk?".to_owned(),
            user: "The kettle broke. Oat milk is out.".to_owned(),
            preferences: vec![gold("no oat milk", "Oat milk is out")],
            old: vec![Old { text: "oat milk in coffee".to_owned(), fate: "closed".to_owned() }],
        };
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let told: Vec<Noted> = (0..20).filter_map(|_| swaps.tell(&noted, &mut rng)).collect();
        assert!((1..20).contains(&told.len()), "often, not always");
        assert_eq!(told[0].user, "The kettle broke. Rice milk is out.");
        assert_eq!(told[0].assistant, "With rice milk?");
        let note = &told[0].preferences[0];
        assert_eq!((note.text.as_str(), note.span.as_str()), ("no rice milk", "Rice milk is out"));
        assert_eq!(told[0].old[0].text, "rice milk in coffee");
    }

    #[test]
    fn a_text_is_split_without_loss() {
        let text = "it's 5 o'clock — tea?";
        let parts: Vec<&str> = split(text).map(|(part, _)| part).collect();
        assert_eq!(parts.concat(), text);
        assert_eq!(parts.first(), Some(&"it's"));
    }
}
