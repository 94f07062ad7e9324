//! The embedder that needs no model: words and letter trigrams, hashed.
//!
//! Feature hashing with signs (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask
//! Learning") of words and of their letter trigrams (the subword idea of Bojanowski et al. 2017),
//! with sublinear term frequency. It finds texts that share words or stems; it does not know that
//! "concise" and "short" are akin, and therefore says so in [`EmbedderInfo::lexical_fallback`].

use std::collections::BTreeMap;

use async_trait::async_trait;
use penchant_core::Vector;
use penchant_ports::{Embedder, EmbedderInfo, PortError};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Numbers per vector. The same as MiniLM's, so that a collection keeps its shape.
const DIMENSION: usize = 384;

/// What is read of a text, in bytes; like the window of a model.
const MAX_BYTES: usize = 16 * 1024;

/// A word's own share of the weight; its trigrams divide the rest.
const WORD_SHARE: f32 = 0.5;

/// Places that a feature is spread over: with one, two strangers whose main words collide look
/// akin; with several, a collision is partial.
const PLACES: u64 = 4;

/// What a word that carries grammar rather than content counts.
const STOP_WORD_WEIGHT: f32 = 0.1;

/// English words that say little about what a text is about. Sorted, for binary search.
const STOP_WORDS: &[&str] = &[
    "a", "about", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but",
    "by", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her",
    "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "like", "may", "me",
    "more", "my", "no", "not", "of", "on", "one", "or", "our", "out", "please", "she", "should",
    "so", "some", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "to", "up", "us", "was", "we", "were", "what", "when", "which", "who", "will", "with",
    "would", "you", "your",
];

/// Embeds by words alone. Deterministic on every machine.
#[derive(Debug, Clone)]
pub struct Lexical {
    info: EmbedderInfo,
}

impl Default for Lexical {
    fn default() -> Self {
        Self {
            info: EmbedderInfo {
                model: "lexical-v1".to_owned(),
                dimension: DIMENSION,
                lexical_fallback: true,
            },
        }
    }
}

impl Lexical {
    /// A text's vector; empty for a text without a letter or digit. Takes microseconds.
    #[must_use]
    pub fn vector(&self, text: &str) -> Vector {
        let folded: String = crate::text::cut(text, MAX_BYTES).nfkc().collect::<String>();
        let folded = folded.to_lowercase();
        // Ordered, so that the sums are added up in the same order every time.
        let mut counts: BTreeMap<&str, f32> = BTreeMap::new();
        for word in folded.unicode_words() {
            *counts.entry(word).or_default() += 1.0;
        }
        let mut sums = vec![0.0_f32; DIMENSION];
        for (word, count) in counts {
            let damped =
                if STOP_WORDS.binary_search(&word).is_ok() { STOP_WORD_WEIGHT } else { 1.0 };
            let weight = damped * (1.0 + count.ln());
            add(&mut sums, b'w', word, weight * WORD_SHARE.sqrt());
            let trigrams = trigrams(word);
            // Squares add up in a cosine: so divided, the word and its trigrams together weigh
            // `weight`, however long the word is.
            let each = weight * ((1.0 - WORD_SHARE) / trigrams.len() as f32).sqrt();
            for trigram in &trigrams {
                add(&mut sums, b't', trigram, each);
            }
        }
        Vector::normalized(sums)
    }
}

/// A word's letter trigrams, its ends marked: `cat` has `<ca`, `cat`, `at>`. At least one.
fn trigrams(word: &str) -> Vec<String> {
    let letters: Vec<char> =
        std::iter::once('<').chain(word.chars()).chain(std::iter::once('>')).collect();
    letters.windows(3).map(|three| three.iter().collect()).collect()
}

fn add(sums: &mut [f32], kind: u8, feature: &str, weight: f32) {
    let hash = fnv(kind, feature);
    for place in 0..PLACES {
        let mixed = mix(hash.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let sign = if mixed >> 63 == 0 { 1.0 } else { -1.0 };
        let at = usize::try_from(mixed % DIMENSION as u64).unwrap_or(0);
        if let Some(sum) = sums.get_mut(at) {
            *sum += sign * weight / (PLACES as f32).sqrt();
        }
    }
}

/// FNV-1a, a hash that is fixed: the standard library's may change between versions, and vectors
/// are kept for years.
fn fnv(kind: u8, feature: &str) -> u64 {
    std::iter::once(kind).chain(feature.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The finalizer of SplitMix64 (Steele et al. 2014): every bit depends on every bit.
fn mix(hash: u64) -> u64 {
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[async_trait]
impl Embedder for Lexical {
    fn info(&self) -> &EmbedderInfo {
        &self.info
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        Ok(texts.iter().map(|text| self.vector(text)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &str, b: &str) -> f32 {
        let lexical = Lexical::default();
        lexical.vector(a).cosine(&lexical.vector(b))
    }

    #[test]
    fn the_hash_never_changes() {
        // A change here makes stored vectors worthless: it needs a new model name.
        assert_eq!(mix(fnv(b'w', "short")), 5_899_955_156_737_565_867);
        let vector = Lexical::default().vector("Short bullet points, please.");
        let marked: f32 =
            vector.as_slice().iter().zip(1_u8..=128).map(|(x, n)| x * f32::from(n)).sum();
        assert!((marked - 3.720_853_8).abs() < 1e-3, "{marked}");
    }

    #[test]
    fn shared_words_and_stems_are_near_and_strangers_are_not() {
        let asked = "Summarize this article about gardening";
        assert!(cosine(asked, "summarise articles on gardens") > 0.25);
        assert!(cosine(asked, "Please review my database migration").abs() < 0.15);
        assert!(
            cosine(asked, "a summary of the gardening article")
                > cosine(asked, "the and this about")
        );
    }

    #[test]
    fn case_width_and_accents_in_either_form_do_not_matter() {
        assert!(cosine("CAFÉ ﬁle", "cafe\u{301} file") > 0.999);
    }

    #[test]
    fn stop_words_count_little() {
        assert!(cosine("the of and garden", "garden") > 0.95);
        assert!(!Lexical::default().vector("to be or not to be").is_empty());
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn nothing_but_signs_gives_the_empty_vector() {
        for text in ["", "  \n", "?! …", "🙂"] {
            assert!(Lexical::default().vector(text).is_empty(), "{text:?}");
        }
    }
}
