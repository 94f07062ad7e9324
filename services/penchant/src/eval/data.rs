//! The data's formats. Unknown fields are ignored: sets of the same format may say more.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// One observed edit with its hidden style.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct EditItem {
    pub(super) id: String,
    pub(super) user: String,
    pub(super) task: String,
    pub(super) source: String,
    pub(super) context: String,
    pub(super) draft: String,
    pub(super) edited: String,
    /// Must never reach the learner.
    pub(super) latent: String,
    #[serde(default)]
    pub(super) noise: bool,
}

/// One assistant turn, the user's answer, and what it teaches.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FeedbackItem {
    pub(super) id: String,
    #[serde(default)]
    pub(super) assistant: String,
    pub(super) user: String,
    pub(super) signal: String,
    #[serde(default)]
    pub(super) preferences: Vec<GoldPreference>,
    #[serde(default)]
    pub(super) retracts: Vec<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
}

/// A preference that a message states.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldPreference {
    pub(super) text: String,
    pub(super) polarity: String,
    pub(super) scope: String,
}

/// A user's weeks, with questions along the way.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Scenario {
    pub(super) id: String,
    #[serde(default)]
    pub(super) theme: String,
    pub(super) turns: Vec<Turn>,
    pub(super) checks: Vec<Check>,
}

/// One turn.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Turn {
    pub(super) t: String,
    #[serde(default)]
    pub(super) session: String,
    #[serde(default)]
    pub(super) role: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) context: String,
}

/// What holds, and what does not, after a turn.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Check {
    pub(super) after_turn: usize,
    pub(super) t: String,
    pub(super) query: String,
    #[serde(default)]
    pub(super) active: Vec<String>,
    #[serde(default)]
    pub(super) not_active: Vec<String>,
    #[serde(default)]
    pub(super) not_active_reason: Vec<String>,
}

/// A hostile text and what must not come of it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Attack {
    pub(super) id: String,
    #[serde(default)]
    pub(super) kind: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) must_not: MustNot,
    #[serde(default)]
    pub(super) repeat: Option<usize>,
    #[serde(default)]
    pub(super) times: Option<usize>,
    #[serde(default)]
    pub(super) prefix: Option<String>,
    #[serde(default)]
    pub(super) suffix: Option<String>,
    #[serde(default)]
    pub(super) target_user: Option<String>,
}

/// What must not come of a hostile text.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct MustNot {
    #[serde(default)]
    pub(super) stored_contains: Vec<String>,
}

/// Reads a JSON-lines file whole.
///
/// # Errors
/// A missing file, or a line that is not of the format, by number.
pub(super) fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<Vec<T>> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("{} line {}", path.display(), at + 1))
        })
        .collect()
}
