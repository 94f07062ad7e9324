//! At the embedder.

use metrics::{counter, histogram};

use crate::label::label;
use crate::names::{MetricName, labels};

/// A batch of texts was embedded.
#[derive(Debug, Clone, Copy)]
pub struct TextsEmbedded {
    /// How many texts, cache hits excluded.
    pub texts: u64,
    /// How long the batch took.
    pub seconds: f64,
}

impl TextsEmbedded {
    /// Counts; too frequent for a log line.
    pub fn emit(&self) {
        counter!(MetricName::EmbedTexts.as_str()).increment(self.texts);
        histogram!(MetricName::EmbedSeconds.as_str()).record(self.seconds);
    }
}

/// A batch of wishes was put down.
#[derive(Debug, Clone, Copy)]
pub struct WishesDescribed {
    /// Those that a note was written of.
    pub written: u64,
    /// Those that stand in the user's words.
    pub unsure: u64,
    /// How long the batch took.
    pub seconds: f64,
}

impl WishesDescribed {
    /// All outcomes.
    pub const OUTCOMES: [&'static str; 2] = ["written", "unsure"];

    /// Counts; too frequent for a log line.
    pub fn emit(&self) {
        for (outcome, count) in Self::OUTCOMES.into_iter().zip([self.written, self.unsure]) {
            counter!(MetricName::EmbedNotes.as_str(), labels::OUTCOME => outcome).increment(count);
        }
        histogram!(MetricName::EmbedNoteSeconds.as_str()).record(self.seconds);
    }
}

/// The lexical fallback took the place of the model: similarity knows words, not meaning.
#[derive(Debug, Clone, Copy)]
pub struct EmbedderFellBack<'a> {
    /// The short name of why: `no-model-files`, `remote-unavailable`.
    pub reason: &'a str,
}

impl EmbedderFellBack<'_> {
    /// Logs (WARN) and counts.
    pub fn emit(&self) {
        let reason = label(self.reason);
        tracing::warn!(reason, "lexical fallback embedder in use: words are matched, not meaning");
        counter!(MetricName::EmbedFallbacks.as_str(), labels::REASON => reason).increment(1);
    }
}
