//! How a text is written, as numbers: what tells genres of contexts apart whatever their topic.
//!
//! Embeddings place a text by its topic; whether it is somebody's notes, a news report or a post
//! about oneself shows in function words, punctuation and layout, as stylometry has long used
//! them (Burrows 2002, "Delta"). The same numbers are computed when learning and when asked.

use serde::{Deserialize, Serialize};

use crate::style::text::Pieces;

/// Texts with fewer words say too little about their genre.
const MIN_WORDS: usize = 12;

/// Genre cues of one text, or their mean over the texts of a cluster; empty when unknown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Cues(#[serde(with = "crate::grid::wide")] Vec<f32>);

impl Cues {
    /// The cues of `text`; empty for texts of under a dozen words.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let pieces = Pieces::of(text);
        if pieces.words.len() < MIN_WORDS {
            return Self::default();
        }
        let mut cues = Vec::with_capacity(48);
        layout(&pieces, &mut cues);
        function_words(&pieces, &mut cues);
        characters(&pieces, &mut cues);
        endings(&pieces, &mut cues);
        // One odd text must not outweigh everything else in a mean of few.
        cues.iter_mut().for_each(|c| *c = c.clamp(-4.0, 4.0));
        Self(cues)
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// Moves the numbers to where they are read back from a store.
    pub(crate) fn settle(&mut self) {
        crate::grid::wide::on_grid(&mut self.0);
    }

    /// Moves `share` (0–1) of the way to `other`: a running mean when `share` is `1 / (n + 1)`.
    pub fn move_toward(&mut self, other: &Self, share: f32) {
        if self.0.len() != other.0.len() {
            if !other.is_empty() {
                self.0.clone_from(&other.0);
            }
            return;
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += (theirs - *mine) * share;
        }
    }
}

fn layout(pieces: &Pieces, cues: &mut Vec<f32>) {
    let lines = pieces.lines.len().max(1) as f32;
    let listed = pieces.lines.iter().filter(|l| crate::style::layout::content(l) != l.as_str());
    let n = pieces.count();
    let starts_low = pieces.sentences.iter().filter(|s| s.starts_with(char::is_lowercase)).count();
    let sentences = pieces.sentences.len().max(1) as f32;
    let letters: usize = pieces.words.iter().map(|w| w.chars().count()).sum();
    let mut distinct: Vec<&String> = pieces.words.iter().collect();
    distinct.sort_unstable();
    distinct.dedup();
    cues.extend([
        lines.min(12.0) / 4.0,
        listed.count() as f32 / lines * 3.0,
        n / sentences / 8.0,
        n.ln() * 2.0 - 9.0,
        letters as f32 / n * 2.0 - 9.0,
        starts_low as f32 / sentences * 3.0,
        if pieces.raw.trim_start().starts_with(char::is_lowercase) { 1.5 } else { 0.0 },
        distinct.len() as f32 / n * 8.0 - 5.5,
    ]);
}

/// Groups of function words, and the rate per hundred words that counts 1.
const GROUPS: [(&str, f32); 19] = [
    ("i my me i'm i'd i've mine", 2.5),
    ("we our us", 1.5),
    ("you your", 1.0),
    ("he she his her him", 2.0),
    ("they their them", 2.0),
    ("it its this that", 3.0),
    ("was were had did", 2.0),
    ("is are has have", 2.0),
    ("will would could should can may", 1.5),
    ("the", 4.0),
    ("a an", 3.0),
    ("of", 2.5),
    ("and", 2.5),
    ("to", 2.0),
    ("in on at by for with from", 4.0),
    ("not no but don't can't won't didn't isn't", 1.5),
    ("said says according told announced", 0.7),
    ("who which where when while", 1.5),
    ("very really just so too", 1.5),
];

fn function_words(pieces: &Pieces, cues: &mut Vec<f32>) {
    for (group, unit) in GROUPS {
        let wanted: Vec<&str> = group.split(' ').collect();
        cues.push(pieces.rate(|w| wanted.contains(&w)) / unit);
    }
}

/// Groups of characters, and the percentage of the text that counts 1.
const MARKS: [(&str, f32); 9] = [
    ("!", 0.3),
    ("?", 0.3),
    ("\"\u{201c}\u{201d}", 0.5),
    ("()", 0.5),
    (":;", 0.4),
    (",", 0.8),
    (".", 0.6),
    ("0123456789", 2.0),
    ("%+/=~&#@", 0.3),
];

fn characters(pieces: &Pieces, cues: &mut Vec<f32>) {
    let total = pieces.raw.chars().count().max(1) as f32;
    for (marks, unit) in MARKS {
        let found = pieces.raw.chars().filter(|c| marks.contains(*c)).count() as f32;
        cues.push(found / total * 100.0 / unit);
    }
    let capitals = pieces.raw.chars().filter(|c| c.is_uppercase()).count() as f32;
    cues.push(capitals / total * 100.0 / 2.0);
}

fn endings(pieces: &Pieces, cues: &mut Vec<f32>) {
    let ends =
        |endings: &[&str]| pieces.rate(|w| w.len() > 4 && endings.iter().any(|e| w.ends_with(e)));
    cues.extend([
        pieces.rate(|w| w.contains('\'')) / 2.0,
        ends(&["ly"]) / 1.5,
        ends(&["tion", "ment", "ity", "ance", "ence"]) / 2.0,
        ends(&["ed"]) / 3.0,
        ends(&["ing"]) / 2.0,
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &Cues, b: &Cues) -> f32 {
        a.as_slice().iter().zip(b.as_slice()).map(|(x, y)| (x - y).abs()).sum()
    }

    #[test]
    fn genre_outweighs_topic() {
        let notes_cats = Cues::of(
            "- cat sick, vet 3pm\n- food?? ask mum\n- i can't lift him alone\n- pay 40 by fri",
        );
        let notes_boat = Cues::of(
            "- boat leaks, fix sat\n- rope?? ask joe\n- i won't sail before june\n- costs 90 by mon",
        );
        let report = Cues::of(
            "The ministry said on Monday that the vaccination of domestic cats, which had been \
             postponed by the previous administration, would resume in the capital in June.",
        );
        assert!(distance(&notes_cats, &notes_boat) < distance(&notes_cats, &report));
        assert!(Cues::of("short text").is_empty());
    }
}
