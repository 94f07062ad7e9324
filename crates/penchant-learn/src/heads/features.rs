//! What the heads see of a message and of one of its sentences.

use penchant_core::Vector;

use crate::words::cues::{self, Cues};
use crate::words::text::{self, Sentence};
use crate::words::{describe, polish, scope};

/// Grows when the meaning of a feature changes, so that old weights are refused.
pub const VERSION: u16 = 3;
/// Buckets that words and word pairs are hashed into.
pub const HASHED: usize = 4096;
/// Named yes-or-no features besides cues and phrases.
const NAMED: usize = 64;
/// Room for cues of the whole message, and again for those of its first sentence or the sentence
/// at hand.
const CUES: usize = 64;
/// Room for phrases.
const PHRASES: usize = 96;
/// Size of the sparse part.
pub const SPARSE: usize = HASHED + NAMED + 2 * CUES + PHRASES;
/// Dimensions of one embedding.
pub const EMBEDDING: usize = 384;
/// Size of the dense part: two embeddings.
pub const DENSE: usize = 2 * EMBEDDING;

/// Weight of an embedding beside the surface features; chosen in cross-validation.
const DENSE_SCALE: f32 = 1.8;
/// Weight of all hashed words of a text together.
const WORDS_SCALE: f32 = 2.0;
/// Weight of a cue.
const CUE_SCALE: f32 = 0.6;

/// A feature vector: sparse surface features, dense embeddings (empty for lexical heads).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Features {
    /// Place and value, unordered, places may repeat.
    pub sparse: Vec<(u32, f32)>,
    /// Either empty or [`DENSE`] long.
    pub dense: Vec<f32>,
}

impl Features {
    fn named(&mut self, at: usize, value: f32) {
        debug_assert!(at < NAMED, "named features overflow");
        if value != 0.0 {
            self.sparse.push(((HASHED + at) as u32, value));
        }
    }

    fn flag(&mut self, at: usize, on: bool) {
        self.named(at, if on { CUE_SCALE } else { 0.0 });
    }

    fn cues(&mut self, block: usize, cues: Cues) {
        let base = HASHED + NAMED + block * CUES;
        self.sparse.extend(cues.numbers().map(|n| ((base + n) as u32, CUE_SCALE)));
    }

    fn phrase(&mut self, number: usize) {
        let base = HASHED + NAMED + 2 * CUES;
        if number < PHRASES {
            self.sparse.push(((base + number) as u32, CUE_SCALE));
        }
    }

    /// Hashes words and word pairs, together of length `scale`.
    fn words(&mut self, prefix: &str, lower: &str, scale: f32, pairs: bool) {
        let words = tokens(lower);
        let mut places: Vec<u32> = words.iter().map(|w| bucket(prefix, w, "")).collect();
        if pairs {
            let mut previous = "^";
            for word in words.iter().map(String::as_str).chain(["$"]) {
                places.push(bucket(prefix, previous, word));
                previous = word;
            }
        }
        places.sort_unstable();
        places.dedup();
        if places.is_empty() {
            return;
        }
        let value = scale / (places.len() as f32).sqrt();
        self.sparse.extend(places.into_iter().map(|p| (p, value)));
    }

    /// With embeddings added.
    #[must_use]
    pub fn with(mut self, vectors: [&Vector; 2]) -> Self {
        self.embed(vectors);
        self
    }

    fn embed(&mut self, vectors: [&Vector; 2]) {
        self.dense = Vec::with_capacity(DENSE);
        for vector in vectors {
            if vector.dimension() == EMBEDDING {
                self.dense.extend(vector.as_slice().iter().map(|v| v * DENSE_SCALE));
            } else {
                self.dense.extend([0.0; EMBEDDING]);
            }
        }
    }
}

/// Lower-case words with digits folded, so that "12 pages" and "14 pages" look alike.
fn tokens(lower: &str) -> Vec<String> {
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|w| w.trim_matches('\''))
        .filter(|w| !w.is_empty())
        .take(120)
        .map(
            |w| {
                if w.bytes().all(|b| b.is_ascii_digit()) {
                    "0".to_owned()
                } else {
                    w.to_lowercase()
                }
            },
        )
        .collect()
}

/// FNV-1a, because the weights file must mean the same on every machine and release.
fn bucket(prefix: &str, a: &str, b: &str) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in prefix.bytes().chain([0]).chain(a.bytes()).chain([0]).chain(b.bytes()) {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    (hash % HASHED as u64) as u32
}

/// Whether a sentence opens with the base form of a verb: an order.
#[must_use]
pub fn imperative(sentence: &Sentence) -> bool {
    sentence
        .masked
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|w| !w.is_empty())
        .find(|w| {
            !matches!(
                *w,
                "please"
                    | "pls"
                    | "ok"
                    | "okay"
                    | "so"
                    | "and"
                    | "now"
                    | "just"
                    | "then"
                    | "also"
                    | "yes"
                    | "no"
                    | "oh"
                    | "well"
                    | "but"
                    | "can"
                    | "could"
                    | "you"
                    | "hey"
                    | "hi"
            )
        })
        .is_some_and(|w| polish::is_verb(w) || matches!(w, "don't" | "stop" | "never" | "always"))
}

/// What a message shows as a whole. Computed once, used for it and its sentences.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The user's own sentences.
    pub sentences: Vec<Sentence>,
    /// The cues of each.
    pub cues: Vec<Cues>,
    /// The phrase that each matches, if any, over all its clauses; the surest.
    pub phrases: Vec<Vec<usize>>,
    /// The assistant's turn, lower case.
    pub reply: String,
}

impl Shown {
    /// Looks at a message and the turn it answers.
    #[must_use]
    pub fn new(message: &str, reply: &str) -> Self {
        let sentences = text::sentences(message);
        let cues = sentences.iter().map(|s| cues::find(&s.masked)).collect();
        let phrases = sentences
            .iter()
            .map(|s| {
                let clauses = text::clauses(s);
                let mut found: Vec<usize> =
                    clauses.iter().filter_map(|c| describe::clause(c)?.phrase).collect();
                found.sort_unstable();
                found.dedup();
                found
            })
            .collect();
        Self { sentences, cues, phrases, reply: reply.to_lowercase() }
    }

    /// All cues together.
    #[must_use]
    pub fn all_cues(&self) -> Cues {
        self.cues.iter().fold(Cues::default(), |all, c| all.union(*c))
    }

    /// Features of the message. Vectors: the message's and the reply's; `None` for lexical heads.
    #[must_use]
    pub fn message(&self, vectors: Option<[&Vector; 2]>) -> Features {
        let mut f = Features::default();
        if let Some(vectors) = vectors {
            f.embed(vectors);
        }
        let lower = self.joined();
        f.words("m", &lower, WORDS_SCALE, true);
        f.words("r", &self.reply, WORDS_SCALE * 0.5, false);
        f.cues(0, self.all_cues());
        if let Some(first) = self.cues.first() {
            f.cues(1, *first);
        }
        for phrase in self.phrases.iter().flatten() {
            f.phrase(*phrase);
        }
        self.shape(&mut f, &lower);
        f
    }

    /// Features of the sentence at `index`. Vectors: the sentence's and the message's.
    #[must_use]
    pub fn sentence(&self, index: usize, vectors: Option<[&Vector; 2]>) -> Features {
        let mut f = Features::default();
        let Some(sentence) = self.sentences.get(index) else { return f };
        if let Some(vectors) = vectors {
            f.embed(vectors);
        }
        f.words("s", &sentence.masked, WORDS_SCALE, true);
        f.words("r", &self.reply, WORDS_SCALE * 0.3, false);
        f.cues(0, self.all_cues());
        f.cues(1, self.cues.get(index).copied().unwrap_or_default());
        for phrase in self.phrases.get(index).into_iter().flatten() {
            f.phrase(*phrase);
        }
        self.shape(&mut f, &sentence.masked);
        f.flag(40, index == 0);
        f.flag(41, index + 1 == self.sentences.len());
        f.flag(42, self.sentences.len() == 1);
        f.flag(43, imperative(sentence));
        f.flag(44, sentence.words() <= 2);
        f.flag(45, sentence.words() > 12);
        f.named(46, sentence.quoted_share());
        // Reading the reach is dear; without these cues there is hardly one.
        if self.cues.get(index).is_some_and(|c| c.any(&["temporary", "occasion"])) {
            let reach = scope::read(sentence, penchant_core::Timestamp::from_millis(0));
            f.flag(47, reach.temporary.is_some());
            f.flag(48, reach.occasion.is_some());
            f.flag(49, reach.temporary.is_some_and(|(_, until)| until.is_none()));
        }
        f
    }

    fn joined(&self) -> String {
        self.sentences.iter().map(|s| s.masked.as_str()).collect::<Vec<_>>().join(" . ")
    }

    /// Length, punctuation, opening, and what the message shares with the reply.
    fn shape(&self, f: &mut Features, lower: &str) {
        let words = self.sentences.iter().map(Sentence::words).sum::<usize>();
        for (at, limit) in [1, 3, 6, 10, 16, 25, 40, 70].into_iter().enumerate() {
            f.flag(at, words > limit);
        }
        for (at, limit) in [1, 2, 4].into_iter().enumerate() {
            f.flag(8 + at, self.sentences.len() > limit);
        }
        let first = self.sentences.first();
        f.flag(11, first.is_some_and(imperative));
        f.flag(12, self.sentences.iter().any(imperative));
        f.flag(13, self.sentences.last().is_some_and(|s| s.text.contains('?')));
        f.flag(14, self.sentences.iter().any(|s| s.text.contains('?')));
        f.flag(15, self.sentences.iter().any(|s| s.text.contains('!')));
        f.flag(16, self.reply.is_empty());
        f.flag(17, self.sentences.iter().any(|s| s.quoted_share() > 0.3));
        let shouted = self.sentences.iter().any(|s| {
            s.text
                .split_whitespace()
                .any(|w| w.len() > 3 && w.chars().all(|c| c.is_ascii_uppercase()))
        });
        f.flag(18, shouted);
        let own = tokens(lower);
        let theirs = tokens(&self.reply);
        let shared = own.iter().filter(|w| w.len() > 3 && theirs.contains(w)).count();
        f.flag(19, shared > 0);
        f.flag(20, shared > 1);
        f.flag(21, own.iter().any(|w| w == "0") && theirs.iter().any(|w| w == "0"));
        f.flag(22, own.iter().any(|w| w == "0"));
        f.flag(23, self.phrases.iter().all(Vec::is_empty));
        let remembered = [
            "as you",
            "as request",
            "as instruct",
            "as ever",
            "as usual",
            "as always",
            "you said",
            "you wanted",
            "you asked",
            "your ",
            "without ",
            "kept ",
            "left out",
            "avoided",
            "saved",
            "noted",
        ];
        f.flag(24, remembered.iter().take(9).any(|m| self.reply.contains(m)));
        f.flag(25, remembered.iter().skip(9).any(|m| self.reply.contains(m)));
        f.flag(26, self.reply.contains('?'));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn all_features_stay_inside_the_declared_size() {
        let shown =
            Shown::new("I always hate 3 emojis! Could you stop? No, \"wait\".", "I kept 4.");
        let unit = Vector::normalized(vec![1.0; EMBEDDING]);
        let all = [shown.message(Some([&unit, &unit])), shown.sentence(0, Some([&unit, &unit]))];
        for features in all {
            assert!(features.sparse.iter().all(|(at, _)| (*at as usize) < SPARSE));
            assert_eq!(features.dense.len(), DENSE);
        }
        assert!(cues::count() <= CUES && describe::count() <= PHRASES);
    }

    #[test]
    fn orders_are_told_from_statements() {
        assert!(imperative(&Sentence::new("please make it shorter")));
        assert!(imperative(&Sentence::new("Don't use emojis")));
        assert!(!imperative(&Sentence::new("The answer was good")));
    }
}
