//! What the describer is worth on lessons that it has not learnt from.

use std::sync::Arc;

use anyhow::Result;
use penchant_core::Polarity;
use penchant_core::posterior::probability;
use penchant_embed::MiniLm;
use penchant_embed::describer::{Describer, SCOPES};
use penchant_ports::{Embedder as _, Note, Wish};

use super::lessons::Lesson;
use crate::train::figures;

/// From this cosine on a note counts as what was to be written.
const NEAR: f32 = 0.5;

/// Prints how near notes come to what a person wrote, beside the user's own words, and how well
/// wishes and their polarity are told.
pub(super) async fn measure(
    model: &MiniLm,
    describer: &Arc<Describer>,
    lessons: &[Lesson],
) -> Result<()> {
    let mut said: Vec<Option<Note>> = Vec::new();
    for some in lessons.chunks(64) {
        // What is wanted is for the describer to say.
        let wish = |lesson: &Lesson| Wish { avoid: false, ..lesson.wish.clone() };
        let wishes = some.iter().map(wish).collect();
        said.extend(model.describe_with(Arc::clone(describer), wishes).await?);
    }
    told(lessons, &said);
    ended(lessons, &said);
    let both = lessons.iter().zip(&said).filter(|(lesson, _)| !lesson.text.is_empty());
    let (lessons, said): (Vec<&Lesson>, Vec<Option<String>>) =
        both.map(|(lesson, note)| (lesson, note.as_ref().and_then(|n| n.text.clone()))).unzip();
    let own = lessons.iter().map(|lesson| {
        let polarity = if lesson.wish.avoid { Polarity::Avoid } else { Polarity::Prefer };
        let words = lesson.wish.text.get(lesson.wish.place.clone()).unwrap_or_default();
        penchant_learn::words::told(words, polarity, &lesson.wish.task)
    });
    let own = model.embed(&own.collect::<Vec<_>>()).await?;
    let wanted: Vec<String> = lessons.iter().map(|lesson| lesson.text.clone()).collect();
    let wanted = model.embed(&wanted).await?;
    let notes: Vec<String> = said.iter().map(|note| note.clone().unwrap_or_default()).collect();
    let notes = model.embed(&notes).await?;
    let mut near = [[0_usize; 2]; 2];
    for (((wanted, own), note), said) in wanted.iter().zip(&own).zip(&notes).zip(&said) {
        let described = usize::from(said.is_some());
        near[described][0] += usize::from(wanted.cosine(own) >= NEAR);
        near[described][1] += usize::from(wanted.cosine(note) >= NEAR);
    }
    let described = said.iter().flatten().count();
    println!("    described {:.3}", share(described, lessons.len()));
    println!(
        "    of these within cosine {NEAR} of the label: note {:.3}, own words {:.3}",
        share(near[1][1], described),
        share(near[1][0], described)
    );
    println!(
        "    all: {:.3} (own words {:.3})",
        share(near[1][1] + near[0][0], lessons.len()),
        share(near[1][0] + near[0][0], lessons.len())
    );
    for (lesson, note) in lessons.iter().zip(&said).step_by(lessons.len().div_ceil(20).max(1)) {
        println!("    {:?} -> {note:?} (label {:?})", lesson.wish.text, lesson.text);
    }
    Ok(())
}

/// How well it is told whether there is a wish, and whether what it names is wanted.
fn told(lessons: &[Lesson], said: &[Option<Note>]) {
    let both: Vec<(&Lesson, &Note)> = lessons
        .iter()
        .zip(said)
        .filter_map(|(lesson, note)| Some((lesson, note.as_ref()?)))
        .collect();
    let count = |pick: &dyn Fn(&Lesson, &Note) -> bool| {
        both.iter().filter(|(lesson, note)| pick(lesson, note)).count()
    };
    let wish = |lesson: &Lesson| !lesson.text.is_empty();
    println!("held out: {} lessons, {} of them wishes", both.len(), count(&|l, _| wish(l)));
    for least in [0.2, 0.35, 0.5, 0.65, 0.8] {
        println!(
            "    a wish from {least}: of wishes {:.3}, of others {:.3}",
            share(count(&|l, n| wish(l) && n.wished >= least), count(&|l, _| wish(l))),
            share(count(&|l, n| !wish(l) && n.wished >= least), count(&|l, _| !wish(l)))
        );
    }
    let right = count(&|l, n| wish(l) && n.avoid == l.wish.avoid);
    println!("    polarity {:.3}", share(right, count(&|l, _| wish(l))));
}

/// How well it is told which older notes no longer hold, or are set aside for now.
fn ended(lessons: &[Lesson], said: &[Option<Note>]) {
    let kind = |lesson: &Lesson| match (lesson.text.is_empty(), lesson.scope == SCOPES[2]) {
        (true, _) => "ended by no wish",
        (false, true) => "set aside",
        (false, false) => "ended",
    };
    for what in ["ended", "set aside", "ended by no wish"] {
        let own = lessons.iter().zip(said).filter(|(lesson, _)| kind(lesson) == what);
        let odds: Vec<(f32, bool)> = own
            .filter_map(|(lesson, note)| Some((lesson, note.as_ref()?)))
            .flat_map(|(lesson, note)| {
                let olds: Vec<&str> = lesson.olds.iter().map(|old| old.text.as_str()).collect();
                let odds = note.ends.odds(&olds).unwrap_or_default().into_iter().map(probability);
                odds.zip(lesson.olds.iter().map(|old| old.ended)).collect::<Vec<_>>()
            })
            .collect();
        let (threshold, f1) = figures::best(&odds);
        let gone: Vec<f32> = odds.iter().filter(|(_, gone)| *gone).map(|(odds, _)| *odds).collect();
        let kept: Vec<f32> = odds.iter().filter(|(_, gone)| !gone).map(|(odds, _)| *odds).collect();
        let above = gone.iter().map(|a| kept.iter().filter(|b| *b < a).count()).sum();
        println!(
            "    {} of {} older notes {what}: area {:.3}, f1 {f1:.3} from {threshold:.2}",
            gone.len(),
            odds.len(),
            share(above, gone.len() * kept.len())
        );
    }
    for scope in SCOPES {
        let own = || {
            let both = lessons.iter().zip(said).filter(|(l, _)| !l.text.is_empty());
            both.filter(move |(l, _)| l.scope == scope)
        };
        let right = own().filter(|(_, note)| {
            let likeliest = |scopes: [f32; 3]| {
                let best = (0..3).max_by(|a, b| scopes[*a].total_cmp(&scopes[*b]));
                best.map(|at| SCOPES[at])
            };
            note.as_ref().and_then(|note| likeliest(note.scopes)) == Some(scope)
        });
        println!("    scope {:.3} of {}", share(right.count(), own().count()), own().count());
    }
}

fn share(n: usize, of: usize) -> f64 {
    n as f64 / of.max(1) as f64
}
