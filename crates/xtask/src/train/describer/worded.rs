//! Older notes as they come about in use.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use penchant_core::Polarity;
use penchant_embed::MiniLm;
use penchant_learn::words;
use penchant_ports::{Embedder as _, Wish};

use super::lessons::Lesson;

/// Wishes described at once.
const AT_ONCE: usize = 16;

/// Other wordings of a note.
pub(super) type Worded = BTreeMap<String, Vec<String>>;

/// Words some of the notes that lessons hold as older ones and others teach: as the describer of now
/// does, and in the user's own words. People label better than it describes, and what tells which
/// notes end hears only what was described.
pub(super) async fn worded(lessons: &[Lesson], most: usize, model: &MiniLm) -> Result<Worded> {
    let olds = lessons.iter().flat_map(|lesson| &lesson.olds);
    let held: BTreeSet<&str> = olds.map(|old| old.text.as_str()).collect();
    let mut met = BTreeSet::new();
    let taught: Vec<&Lesson> = lessons
        .iter()
        .filter(|lesson| !lesson.text.is_empty() && !lesson.held_out())
        .filter(|lesson| held.contains(lesson.text.as_str()) && met.insert(lesson.text.as_str()))
        .collect();
    let every = taught.len().div_ceil(most.max(1)).max(1);
    let some: Vec<&Lesson> = taught.into_iter().step_by(every).collect();
    let mut worded = Worded::new();
    for part in some.chunks(AT_ONCE) {
        let wishes: Vec<Wish> = part.iter().map(|lesson| lesson.wish.clone()).collect();
        for (lesson, note) in part.iter().zip(model.describe(&wishes).await?) {
            let polarity = if lesson.wish.avoid { Polarity::Avoid } else { Polarity::Prefer };
            let own = lesson.wish.text.get(lesson.wish.place.clone()).unwrap_or_default();
            let own = words::told(own, polarity, &lesson.wish.task);
            let texts = note.and_then(|note| note.text).into_iter().chain([own]);
            worded.insert(lesson.text.clone(), texts.filter(|text| !text.is_empty()).collect());
        }
    }
    Ok(worded)
}
