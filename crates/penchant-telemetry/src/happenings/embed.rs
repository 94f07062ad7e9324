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
