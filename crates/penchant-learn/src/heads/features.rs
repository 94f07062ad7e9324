//! What the heads see of a message and of one of its sentences.

use std::ops::Range;

use penchant_core::Vector;
use penchant_ports::Marked;

use crate::words::cues::{self, Cues};
use crate::words::text::{self, Sentence};
use crate::words::{describe, polish, scope};

/// Grows when the meaning of a feature changes, so that old weights are refused.
pub const VERSION: u16 = 5;
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
/// Numbers per passage that the model in process shows: four layers of 384.
pub const STATES: usize = 4 * 384;
/// Size of the dense part: the states of two passages.
pub const DENSE: usize = 2 * STATES;
/// Expected length of one passage's standardised states: their weight beside the surface features;
/// chosen in cross-validation.
pub const STATES_LENGTH: f32 = 6.0;

/// Weight of all hashed words of a text together.
const WORDS_SCALE: f32 = 2.0;
/// Weight of a cue.
const CUE_SCALE: f32 = 0.6;

/// A feature vector: sparse surface features, dense states (empty for lexical heads).
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

    /// Out of numbers with places of their own, for heads that see no text.
    #[must_use]
    pub fn of_values(values: &[f32]) -> Self {
        let mut features = Self::default();
        for (at, value) in values.iter().enumerate().take(NAMED) {
            features.named(at, *value);
        }
        features
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

    /// With the standardised states of two passages added.
    #[must_use]
    pub fn with(mut self, vectors: [&Vector; 2]) -> Self {
        self.embed(vectors);
        self
    }

    fn embed(&mut self, vectors: [&Vector; 2]) {
        self.dense = Vec::with_capacity(DENSE);
        for vector in vectors {
            if vector.dimension() == STATES {
                self.dense.extend(vector.as_slice());
            } else {
                self.dense.extend([0.0; STATES]);
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

/// Most clauses of one message that are judged by themselves: each is compared with the whole reply,
/// and a message of two hundred clauses is a document, not a turn.
const MAX_CLAUSES: usize = 48;

/// A part of a sentence that carries at most one wish.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its words.
    pub words: Sentence,
    /// Its place in the sentence, in bytes.
    pub place: Range<usize>,
    cues: Cues,
    phrases: Vec<usize>,
}

impl Clause {
    fn of(sentence: &Sentence) -> Vec<Self> {
        let clause = |place: Range<usize>| {
            let words = Sentence::new(sentence.text.get(place.clone())?);
            let cues = cues::find(&words.masked);
            let phrases = describe::clause(&words).and_then(|d| d.phrase).into_iter().collect();
            Some(Self { words, place, cues, phrases })
        };
        text::clause_places(sentence).into_iter().filter_map(clause).collect()
    }
}

/// What a message shows as a whole. Computed once, used for it and its sentences.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The user's own sentences.
    pub sentences: Vec<Sentence>,
    /// The cues of each.
    pub cues: Vec<Cues>,
    /// The phrases that each matches over all its clauses.
    pub phrases: Vec<Vec<usize>>,
    /// The clauses of each; none where the sentence is a single one.
    pub clauses: Vec<Vec<Clause>>,
    /// The assistant's turn, lower case.
    pub reply: String,
}

impl Shown {
    /// Looks at a message and the turn it answers.
    #[must_use]
    pub fn new(message: &str, reply: &str) -> Self {
        let sentences = text::sentences(message);
        let cues = sentences.iter().map(|s| cues::find(&s.masked)).collect();
        let mut clauses: Vec<Vec<Clause>> = sentences.iter().map(Clause::of).collect();
        let phrases = clauses
            .iter()
            .map(|own| {
                let mut found: Vec<usize> =
                    own.iter().flat_map(|c| c.phrases.iter().copied()).collect();
                found.sort_unstable();
                found.dedup();
                found
            })
            .collect();
        let mut room = MAX_CLAUSES;
        for own in &mut clauses {
            if own.len() < 2 || own.len() > room {
                own.clear();
            } else {
                room -= own.len();
            }
        }
        Self { sentences, cues, phrases, clauses, reply: reply.to_lowercase() }
    }

    /// All cues together.
    #[must_use]
    pub fn all_cues(&self) -> Cues {
        self.cues.iter().fold(Cues::default(), |all, c| all.union(*c))
    }

    /// The user's own words; passages are the message as a whole, its sentences, then the clauses
    /// of the first sentence, of the second and so on.
    #[must_use]
    pub fn marked(&self) -> Marked {
        let mut text = String::new();
        let mut passages: Vec<Range<usize>> = Vec::with_capacity(1 + self.sentences.len());
        passages.push(0..0);
        for sentence in &self.sentences {
            if !text.is_empty() {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(&sentence.text);
            passages.push(start..text.len());
        }
        passages[0] = 0..text.len();
        for (n, own) in self.clauses.iter().enumerate() {
            let start = passages.get(1 + n).map_or(0, |sentence| sentence.start);
            passages.extend(own.iter().map(|c| start + c.place.start..start + c.place.end));
        }
        Marked { text, passages }
    }

    /// Features of the message. Vectors: the standardised states of the message and of the reply;
    /// `None` for lexical heads.
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

    /// Features of the sentence at `index`. Vectors: the standardised states of the sentence and of
    /// the message.
    #[must_use]
    pub fn sentence(&self, index: usize, vectors: Option<[&Vector; 2]>) -> Features {
        let Some(sentence) = self.sentences.get(index) else { return Features::default() };
        let cues = self.cues.get(index).copied().unwrap_or_default();
        let phrases = self.phrases.get(index).map_or(&[][..], Vec::as_slice);
        self.part(index, sentence, cues, phrases, vectors)
    }

    /// Features of a clause of the sentence at `index`. Vectors: the standardised states of the
    /// clause and of the message.
    #[must_use]
    pub fn clause(&self, index: usize, clause: &Clause, vectors: Option<[&Vector; 2]>) -> Features {
        self.part(index, &clause.words, clause.cues, &clause.phrases, vectors)
    }

    fn part(
        &self,
        index: usize,
        sentence: &Sentence,
        cues: Cues,
        phrases: &[usize],
        vectors: Option<[&Vector; 2]>,
    ) -> Features {
        let mut f = Features::default();
        if let Some(vectors) = vectors {
            f.embed(vectors);
        }
        f.words("s", &sentence.masked, WORDS_SCALE, true);
        f.words("r", &self.reply, WORDS_SCALE * 0.3, false);
        f.cues(0, self.all_cues());
        f.cues(1, cues);
        for phrase in phrases {
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
        if cues.any(&["temporary", "occasion"]) {
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
        let unit = Vector::normalized(vec![1.0; STATES]);
        let all = [shown.message(Some([&unit, &unit])), shown.sentence(0, Some([&unit, &unit]))];
        for features in all {
            assert!(features.sparse.iter().all(|(at, _)| (*at as usize) < SPARSE));
            assert_eq!(features.dense.len(), DENSE);
        }
        assert!(cues::count() <= CUES && describe::count() <= PHRASES);
    }

    #[test]
    fn a_message_of_many_clauses_costs_no_more_than_one_of_some() {
        let long = "no salt, no sugar, no oil, no fuss, no waste. ".repeat(30);
        let shown = Shown::new(&long, "");
        let judged: usize = shown.clauses.iter().map(Vec::len).sum();
        assert!((1..=MAX_CLAUSES).contains(&judged), "{judged}");
        assert_eq!(shown.marked().passages.len(), 1 + shown.sentences.len() + judged);
    }

    #[test]
    fn orders_are_told_from_statements() {
        assert!(imperative(&Sentence::new("please make it shorter")));
        assert!(imperative(&Sentence::new("Don't use emojis")));
        assert!(!imperative(&Sentence::new("The answer was good")));
    }
}
