//! The situation a response is written for: what is embedded, clustered and searched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where an event happened, or what a generation is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// Free text: the article to summarise, the notes for a mail, the user's request.
    pub text: String,
    /// What is being done, in a word or two: `summarize`, `email`, `code review`.
    pub task: String,
    /// Further properties: `{"channel": "slack", "recipient": "customer"}`.
    pub attributes: BTreeMap<String, String>,
}

impl Context {
    /// Whether nothing is said about the situation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.task.trim().is_empty() && self.attributes.is_empty()
    }

    /// The text by which a situation is embedded, when learning and when asked: its task, its
    /// attributes, then its text.
    #[must_use]
    pub fn embedding_text(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !self.task.trim().is_empty() {
            parts.push(self.task.trim().to_owned());
        }
        parts.extend(self.attributes.iter().map(|(name, value)| format!("{name}: {value}")));
        if !self.text.trim().is_empty() {
            parts.push(self.text.trim().to_owned());
        }
        parts.join("\n")
    }
}
