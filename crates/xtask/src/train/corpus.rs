//! Labelled messages: the training corpora, and evaluation files of the same format.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// One labelled message.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Line {
    /// Unique within its file.
    pub(crate) id: String,
    /// The reply before the message; may be empty.
    pub(crate) assistant: String,
    /// The message.
    pub(crate) user: String,
    /// What it mainly is.
    pub(crate) signal: String,
    /// What it says about its writer.
    pub(crate) preferences: Vec<Gold>,
    /// What it takes back.
    #[serde(default)]
    pub(crate) retracts: Vec<String>,
    /// Notes on the kind of line.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

/// One labelled preference.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Gold {
    /// Short, third person.
    pub(crate) text: String,
    /// `prefer` or `avoid`.
    pub(crate) polarity: String,
    /// `always`, `context` or `this_time`.
    pub(crate) scope: String,
    /// The words that carry it; empty in files without them.
    #[serde(default)]
    pub(crate) span: String,
}

/// Reads one file.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(n, line)| {
            serde_json::from_str(line).with_context(|| format!("{}:{}", path.display(), n + 1))
        })
        .collect()
}
