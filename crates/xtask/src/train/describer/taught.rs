//! Lessons in files, for `train.py`: one a line, in pieces, and the meanings of older notes.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use penchant_core::Vector;
use penchant_embed::describer::{OPENINGS, SCOPES};
use serde::Serialize;

use super::lessons::{Lesson, Old};

/// How often a piece must occur in notes to be one that can be said.
const COMMON: usize = 8;

/// What older notes mean, by their text.
pub(super) type Meanings = BTreeMap<String, Vector>;

#[derive(Serialize)]
struct Line<'l> {
    /// What is read: pieces, the kinds of text they are of, and whether they are of the wish.
    ids: Vec<u32>,
    kinds: Vec<u32>,
    marks: Vec<u32>,
    /// What is to be said.
    say: Vec<u32>,
    style: u32,
    /// The note as it was written.
    text: &'l str,
    /// Rows of older notes' meanings, each with whether it is ended.
    olds: Vec<(usize, bool)>,
    held_out: bool,
    again: bool,
}

/// Writes `lessons.jsonl`, `olds.f32` (384 numbers a row) and `vocabulary.json`.
pub(super) fn write(folder: &Path, lessons: &[Lesson], meanings: &Meanings) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = |name: &str| -> Result<BufWriter<File>> {
        let path = folder.join(name);
        Ok(BufWriter::new(File::create(&path).context(path.display().to_string())?))
    };
    let (mut lines, mut olds) = (file("lessons.jsonl")?, file("olds.f32")?);
    for number in meanings.values().flat_map(|vector| vector.as_slice()) {
        olds.write_all(&number.to_le_bytes())?;
    }
    let rows: HashMap<&str, usize> = meanings.keys().map(String::as_str).zip(0..).collect();
    for lesson in lessons {
        let row = |old: &Old| Some((*rows.get(old.text.as_str())?, old.ended));
        let pieces = &lesson.source.pieces;
        let line = Line {
            ids: pieces.iter().map(|piece| piece.id).collect(),
            kinds: pieces.iter().map(|piece| piece.kind as u32).collect(),
            marks: pieces.iter().map(|piece| u32::from(piece.marked)).collect(),
            say: lesson.said(),
            style: lesson.style,
            text: &lesson.text,
            olds: lesson.olds.iter().filter_map(row).collect(),
            held_out: lesson.held_out() && !lesson.again,
            again: lesson.again,
        };
        serde_json::to_writer(&mut lines, &line)?;
        lines.write_all(b"\n")?;
    }
    lines.flush()?;
    olds.flush()?;
    let words = serde_json::to_vec(&vocabulary(lessons))?;
    Ok(std::fs::write(folder.join("vocabulary.json"), words)?)
}

/// The pieces that can be said: what is said first, then those common in notes as people wrote
/// them. Words that were only put in others' places are to be pointed at.
fn vocabulary(lessons: &[Lesson]) -> Vec<u32> {
    let mut counts = BTreeMap::<u32, usize>::new();
    let written = lessons.iter().filter(|lesson| !lesson.again && !lesson.held_out());
    for id in written.flat_map(|lesson| &lesson.note) {
        *counts.entry(*id).or_default() += 1;
    }
    let common = counts
        .into_iter()
        .filter(|(id, n)| *n >= COMMON && !OPENINGS.contains(id) && !SCOPES.contains(id))
        .map(|(id, _)| id);
    OPENINGS.into_iter().chain(SCOPES).chain(common).collect()
}
