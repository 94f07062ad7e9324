//! What the describer learns from: wishes, and the notes that people would make of them.

use std::path::Path;

use anyhow::Result;
use penchant_embed::MiniLm;
use penchant_embed::describer::source::{Kind, Source};
use penchant_learn::words::language;
use penchant_ports::Wish;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use crate::train::FILES;
use crate::train::corpus::{self, Gold};

/// Labels of messages, of stories, and notes proper.
const STYLES: [u32; 3] = [0, 1, 2];
/// The notes that it learns from. Those written later teach only the heads so far: a training takes
/// half an hour, and the weights must be those of the files named here.
const NOTES: [&str; 12] = [
    "answers",
    "changes",
    "chatty",
    "desk",
    "home",
    "leisure",
    "living",
    "oblique",
    "occasions",
    "orders",
    "tastes",
    "writing",
];
/// Wishes whose texts are read at once.
const AT_ONCE: usize = 256;

/// One wish with its note.
pub(super) struct Lesson {
    pub(super) wish: Wish,
    /// The note in pieces.
    pub(super) note: Vec<u32>,
    /// The note as it was written.
    pub(super) text: String,
    /// Whether what it names is not wanted.
    pub(super) avoid: bool,
    pub(super) style: u32,
    pub(super) source: Source,
}

impl Lesson {
    /// The source as it might have come: which words carry the wish is known less well in use than
    /// in a label, and often there is no reply or no task.
    pub(super) fn varied(&self, rng: &mut ChaCha8Rng) -> Source {
        let mut source = self.source.clone();
        let roll: f32 = rng.random();
        let (before, after) = (rng.random_range(0..8), rng.random_range(0..8));
        let first = source.pieces.iter().position(|piece| piece.marked).unwrap_or(0);
        let last = source.pieces.iter().rposition(|piece| piece.marked).unwrap_or(0);
        for (at, piece) in source.pieces.iter_mut().enumerate() {
            if roll < 0.1 {
                piece.marked = false;
            } else if roll < 0.3 {
                let near = at + before >= first && at <= last + after;
                piece.marked = near && piece.kind == Kind::Message;
            }
        }
        for kind in [Kind::Task, Kind::Reply] {
            if rng.random::<f32>() < 0.15 {
                source.leave_out(kind);
            }
        }
        source
    }
}

/// All lessons of the corpora, with what the model sees in them.
pub(super) async fn read(folder: &Path, model: &MiniLm) -> Result<Vec<Lesson>> {
    let mut lessons = Vec::new();
    for name in FILES {
        for line in corpus::read(&folder.join(format!("{name}.jsonl")))? {
            let golds = line.preferences.iter();
            lessons.extend(of(&line.user, &line.assistant, &line.task, golds, STYLES[0]));
        }
    }
    for story in corpus::stories(&folder.join("stories"))? {
        for turn in story.turns {
            let golds = turn.preferences.iter().map(|told| &told.gold);
            lessons.extend(of(&turn.user, &turn.assistant, &turn.task, golds, STYLES[1]));
        }
    }
    for name in NOTES {
        for noted in corpus::noted(&folder.join(format!("notes/{name}.jsonl")))? {
            let golds = noted.preferences.iter();
            lessons.extend(of(&noted.user, &noted.assistant, &noted.task, golds, STYLES[2]));
        }
    }
    for some in lessons.chunks_mut(AT_ONCE) {
        let wishes = some.iter().map(|lesson| lesson.wish.clone()).collect();
        let notes = some.iter().map(|lesson| lesson.text.clone()).collect();
        let sources = model.sources(wishes).await?;
        let pieces = model.pieces(notes).await?;
        for ((lesson, source), note) in some.iter_mut().zip(sources).zip(pieces) {
            (lesson.source, lesson.note) = (source, note);
        }
    }
    Ok(lessons)
}

/// The lessons of one message. Notes are English; wishes in other languages teach nothing.
fn of<'g>(
    user: &str,
    assistant: &str,
    task: &str,
    golds: impl Iterator<Item = &'g Gold>,
    style: u32,
) -> Vec<Lesson> {
    if language::detect(user) != "eng" {
        return Vec::new();
    }
    let lesson = |gold: &Gold| {
        let from = user.find(&gold.span)?;
        let end = if gold.span.is_empty() { user.len() } else { from + gold.span.len() };
        Some(Lesson {
            wish: Wish {
                text: user.to_owned(),
                place: from..end,
                reply: assistant.to_owned(),
                task: task.to_owned(),
            },
            note: Vec::new(),
            text: gold.text.clone(),
            avoid: gold.polarity == "avoid",
            style,
            source: Source::default(),
        })
    };
    golds.filter_map(lesson).collect()
}
