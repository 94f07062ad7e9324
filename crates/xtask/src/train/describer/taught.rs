//! Lessons in files, for `train.py` and `endings.py`: one a line, in pieces.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::path::Path;

use anyhow::{Context as _, Result};
use penchant_embed::MiniLm;
use penchant_embed::describer::source::{Kind, Piece, Source};
use penchant_embed::describer::{OPENINGS, SCOPES};
use serde::Serialize;

use super::lessons::{Lesson, Old, clauses, sentences};
use super::worded::Worded;

/// How often a piece must occur in notes to be one that can be said.
const COMMON: usize = 8;

#[derive(Serialize)]
struct Line<'l> {
    /// What is read: pieces, the kinds of text they are of, and whether they are of the wish.
    ids: Vec<u32>,
    kinds: Vec<u32>,
    marks: Vec<u32>,
    /// From which piece to which the clauses and the sentences reach that the wish stands in.
    clause: Range<usize>,
    sentence: Range<usize>,
    /// What is to be said.
    say: Vec<u32>,
    style: u32,
    /// The note as it was written.
    text: &'l str,
    /// Older notes by their place in `held.json`, each with whether it is ended.
    olds: Vec<(usize, bool)>,
    held_out: bool,
    again: bool,
}

/// Writes `lessons.jsonl`, the older notes (`held.json`) and their other wordings (`worded.json`, by
/// their places there), and `vocabulary.json`.
pub(super) async fn write(
    folder: &Path,
    lessons: &[Lesson],
    worded: &Worded,
    model: &MiniLm,
) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = |name: &str| -> Result<BufWriter<File>> {
        let path = folder.join(name);
        Ok(BufWriter::new(File::create(&path).context(path.display().to_string())?))
    };
    let held = lessons.iter().flat_map(|lesson| &lesson.olds).map(|old| old.text.as_str());
    let held: BTreeSet<&str> = held.collect();
    let rows: HashMap<&str, usize> = held.iter().copied().zip(0..).collect();
    let pieces = model.pieces(held.into_iter().map(str::to_owned).collect()).await?;
    std::fs::write(folder.join("held.json"), serde_json::to_vec(&pieces)?)?;
    let mut others = BTreeMap::new();
    for (text, own) in worded {
        let Some(row) = rows.get(text.as_str()) else { continue };
        others.insert(row, model.pieces(own.clone()).await?);
    }
    std::fs::write(folder.join("worded.json"), serde_json::to_vec(&others)?)?;
    let mut lines = file("lessons.jsonl")?;
    for lesson in lessons {
        let row = |old: &Old| Some((*rows.get(old.text.as_str())?, old.ended));
        let (text, place) = (&lesson.wish.text, &lesson.wish.place);
        let pieces = &lesson.source.pieces;
        let line = Line {
            ids: pieces.iter().map(|piece| piece.id).collect(),
            kinds: pieces.iter().map(|piece| piece.kind as u32).collect(),
            marks: pieces.iter().map(|piece| u32::from(piece.marked)).collect(),
            clause: reach(&lesson.source, place, clauses(text)),
            sentence: reach(&lesson.source, place, sentences(text)),
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
    let words = serde_json::to_vec(&vocabulary(lessons))?;
    Ok(std::fs::write(folder.join("vocabulary.json"), words)?)
}

/// From which piece of the message to which those of some places reach that have a part of a wish.
fn reach(source: &Source, wish: &Range<usize>, places: Vec<Range<usize>>) -> Range<usize> {
    let meets = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let own = |piece: &Piece| {
        let near = |place: &Range<usize>| meets(place, wish) && meets(place, &piece.place);
        piece.kind == Kind::Message && places.iter().any(near)
    };
    let first = source.pieces.iter().position(own).unwrap_or(0);
    let last = source.pieces.iter().rposition(own).map_or(0, |last| last + 1);
    first..last
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
