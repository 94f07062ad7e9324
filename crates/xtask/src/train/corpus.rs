//! Labelled messages: the training corpora, and evaluation files of the same format.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// Of so many messages one is held out of the describer's training.
const HELD_OUT: u64 = 25;

/// Whether a message is held out of the describer's training.
pub(crate) fn held_out(message: &str) -> bool {
    one_in(HELD_OUT, message)
}

/// Whether a text is one of those that are chosen of `many`.
pub(crate) fn one_in(many: u64, message: &str) -> bool {
    penchant_core::head::fnv1a(message.as_bytes()).is_multiple_of(many)
}

/// One labelled message.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Line {
    /// Unique within its file.
    pub(crate) id: String,
    /// The reply before the message; may be empty.
    pub(crate) assistant: String,
    /// The message.
    pub(crate) user: String,
    /// What is being done, in a word or two; empty in files without it.
    #[serde(default)]
    pub(crate) task: String,
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
    /// The story it belongs to; lines of one story are never parted in cross-validation.
    #[serde(default)]
    pub(crate) story: String,
}

/// A person's chat over weeks, labelled turn by turn.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Story {
    /// Unique within the corpora.
    pub(crate) id: String,
    /// The turns, in order.
    pub(crate) turns: Vec<Turn>,
}

/// One message of a story.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Turn {
    /// What is being done, in a word or two; may be empty.
    pub(crate) task: String,
    /// The reply before the message; may be empty.
    pub(crate) assistant: String,
    /// The message.
    pub(crate) user: String,
    /// What it mainly is.
    pub(crate) signal: String,
    /// What it says about its writer.
    pub(crate) preferences: Vec<Told>,
    /// Keys of what it takes back.
    pub(crate) retracts: Vec<String>,
}

/// A labelled preference of a story, with what it does to earlier ones.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Told {
    /// Unique in the story.
    pub(crate) key: String,
    /// The label itself.
    #[serde(flatten)]
    pub(crate) gold: Gold,
    /// `new`, `same`, `refines`, `replaces`, `beside` or `for_now`.
    pub(crate) relation: String,
    /// Keys of the earlier ones.
    pub(crate) of: Vec<String>,
}

impl Told {
    /// Whether it holds for now only.
    pub(crate) fn passing(&self) -> bool {
        self.gold.scope == "this_time"
    }
}

impl Story {
    /// The turns as labelled messages.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let told: std::collections::HashMap<&str, &str> = self
            .turns
            .iter()
            .flat_map(|turn| &turn.preferences)
            .map(|p| (p.key.as_str(), p.gold.text.as_str()))
            .collect();
        let line = |(n, turn): (usize, &Turn)| Line {
            id: format!("{}-{n}", self.id),
            assistant: turn.assistant.clone(),
            user: turn.user.clone(),
            task: turn.task.clone(),
            signal: turn.signal.clone(),
            preferences: turn.preferences.iter().map(|p| p.gold.clone()).collect(),
            retracts: turn
                .retracts
                .iter()
                .filter_map(|key| told.get(key.as_str()).map(|text| (*text).to_owned()))
                .collect(),
            tags: Vec::new(),
            story: self.id.clone(),
        };
        self.turns.iter().enumerate().map(line).collect()
    }
}

/// A message with the notes that a good secretary would make of it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Noted {
    /// Unique within the corpora.
    pub(crate) id: String,
    /// What is being done, in a word or two; may be empty.
    pub(crate) task: String,
    /// The reply before the message; may be empty.
    pub(crate) assistant: String,
    /// The message.
    pub(crate) user: String,
    /// The notes.
    pub(crate) preferences: Vec<Gold>,
    /// What was noted before; empty in files without it.
    #[serde(default)]
    pub(crate) old: Vec<Old>,
}

/// An earlier note, and what a message does to it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Old {
    /// The note.
    pub(crate) text: String,
    /// `closed`, `paused`, `same` or `stays`.
    pub(crate) fate: String,
}

impl Noted {
    /// As a labelled message, of which nobody said what it mainly is.
    pub(crate) fn line(self) -> Line {
        Line {
            id: self.id,
            assistant: self.assistant,
            user: self.user,
            task: self.task,
            signal: String::new(),
            preferences: self.preferences,
            retracts: Vec::new(),
            tags: Vec::new(),
            story: String::new(),
        }
    }
}

/// What is noted about a person, and what matters of it for some questions.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Asked {
    /// The notes.
    pub(crate) notes: Vec<String>,
    /// The questions.
    pub(crate) asks: Vec<Ask>,
}

/// A question, and the notes that its answer has to follow.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Ask {
    /// What is being done, in a word or two; may be empty.
    pub(crate) task: String,
    /// What is asked.
    pub(crate) text: String,
    /// Places of the notes, from 0.
    pub(crate) fit: Vec<usize>,
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

/// Reads one file of messages.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>> {
    rows(path)
}

/// Reads all files of stories in a folder, in the order of their names.
pub(crate) fn stories(folder: &Path) -> Result<Vec<Story>> {
    all(folder)
}

/// Reads all files of notes in a folder, in the order of their names.
pub(crate) fn notes(folder: &Path) -> Result<Vec<Noted>> {
    all(folder)
}

/// Reads all files of questions in a folder, in the order of their names.
pub(crate) fn asks(folder: &Path) -> Result<Vec<Asked>> {
    all(folder)
}

fn all<T: serde::de::DeserializeOwned>(folder: &Path) -> Result<Vec<T>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| format!("reading {}", folder.display()))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort_unstable();
    let mut all = Vec::new();
    for file in &files {
        all.extend(rows(file)?);
    }
    Ok(all)
}

fn rows<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
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
