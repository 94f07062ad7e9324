//! Pairs of wishes of one story, and whether the later takes the place of the earlier.

use anyhow::Result;
use penchant_core::{Polarity, Scope, Vector, telling};
use penchant_learn::heads::features::Features;
use penchant_learn::heads::succession::{Side, Succession};
use penchant_learn::heads::weights::{Head, Weights};
use penchant_learn::heads::{Heads, Task};
use penchant_learn::words;
use penchant_ports::Wish;

use super::FOLDS;
use super::corpus::{Story, Told, Turn};
use super::figures::best;
use super::fit::{Example, fit};
use super::vectors::Vectors;

/// Penalty on the weights: there are few of them and a thousand examples.
const L2: f64 = 1e-4;
const ROUNDS: usize = 200;

/// One pair.
pub(crate) struct Pair {
    story: usize,
    features: Features,
    replaces: bool,
}

/// A wish of a story as it would be put down.
struct Held<'a> {
    told: &'a Told,
    turn: &'a Turn,
    description: String,
    words: Vec<String>,
    scope: Scope,
    polarity: Polarity,
}

impl<'a> Held<'a> {
    /// `note` is what the describer makes of it, where it makes something.
    fn new(told: &'a Told, turn: &'a Turn, note: Option<String>) -> Self {
        let gold = &told.gold;
        let polarity = if gold.polarity == "avoid" { Polarity::Avoid } else { Polarity::Prefer };
        let description = note.unwrap_or_else(|| words::told(&gold.span, polarity, &turn.task));
        let label = String::new();
        let scope = match gold.scope.as_str() {
            "context" => Scope::Context { label },
            "this_time" => Scope::ThisTime { label, until: None },
            _ => Scope::Always,
        };
        Self { told, turn, words: telling::telling(&description), description, scope, polarity }
    }

    fn side(&self) -> Side<'_> {
        Side {
            words: &self.words,
            polarity: self.polarity,
            scope: &self.scope,
            task: &self.turn.task,
        }
    }
}

fn wish(told: &Told, turn: &Turn) -> Wish {
    let span = &told.gold.span;
    let from = turn.user.find(span).unwrap_or(0);
    let end = if span.is_empty() { turn.user.len() } else { from + span.len() };
    Wish {
        text: turn.user.clone(),
        place: from..end.min(turn.user.len()),
        reply: turn.assistant.clone(),
        task: turn.task.clone(),
    }
}

/// Each wish with each earlier one that is still held then.
pub(crate) async fn prepare(stories: &[Story], vectors: &mut Vectors) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for (number, story) in stories.iter().enumerate() {
        let told: Vec<(&Told, &Turn)> = story
            .turns
            .iter()
            .flat_map(|turn| turn.preferences.iter().map(move |told| (told, turn)))
            .collect();
        let wishes: Vec<Wish> = told.iter().map(|(told, turn)| wish(told, turn)).collect();
        let notes = vectors.describe(&wishes).await?;
        let held: Vec<Held<'_>> = told
            .iter()
            .zip(notes)
            .map(|((told, turn), note)| Held::new(told, turn, note))
            .collect();
        let texts: Vec<String> = held.iter().map(|h| h.description.clone()).collect();
        let contents = vectors.embed(&texts).await?;
        let mut live: Vec<usize> = Vec::new();
        for turn in &story.turns {
            let now: Vec<usize> =
                (0..held.len()).filter(|n| std::ptr::eq(held[*n].turn, turn)).collect();
            for new in &now {
                pairs.extend(live.iter().map(|old| pair(number, &held, &contents, *new, *old)));
            }
            let gone = |key: &String| {
                let replaced = now.iter().any(|n| {
                    let told = held[*n].told;
                    told.relation == "replaces" && told.of.contains(key)
                });
                replaced || turn.retracts.contains(key)
            };
            live.retain(|old| !gone(&held[*old].told.key));
            live.extend(now.iter());
        }
    }
    Ok(pairs)
}

fn pair(story: usize, held: &[Held<'_>], contents: &[Vector], new: usize, old: usize) -> Pair {
    let (a, b) = (&held[new], &held[old]);
    let succession = Succession {
        new: a.side(),
        old: b.side(),
        cosine: contents[new].cosine(&contents[old]),
        sentence: &a.told.gold.span,
        message: &a.turn.user,
    };
    let replaces = a.told.relation == "replaces" && a.told.of.contains(&b.told.key);
    Pair { story, features: succession.features(), replaces }
}

/// Chooses the threshold by cross-validation over stories, and fits on all pairs.
pub(crate) fn train(pairs: &[Pair]) -> Head {
    let mut held_out: Vec<(f32, bool)> = Vec::new();
    for fold in 0..FOLDS {
        let (test, rest): (Vec<&Pair>, Vec<&Pair>) =
            pairs.iter().partition(|pair| pair.story % FOLDS == fold);
        let weights = Weights { heads: vec![head(&rest, 0.5)], ..Weights::default() };
        let heads = Heads::new(&weights, false);
        held_out.extend(test.into_iter().filter_map(|pair| {
            Some((heads.probability(Task::Replaces, &pair.features)?, pair.replaces))
        }));
    }
    let (threshold, f1) = best(&held_out);
    let yes = held_out.iter().filter(|(_, yes)| *yes).count();
    println!(
        "\ntakes the place of an older wish: {yes} of {} pairs\n    f1{f1:>32.3}\n    threshold{threshold:>25.2}",
        held_out.len()
    );
    head(&pairs.iter().collect::<Vec<_>>(), threshold)
}

fn head(pairs: &[&Pair], threshold: f32) -> Head {
    let examples: Vec<Example<'_>> = pairs
        .iter()
        .map(|pair| Example {
            features: &pair.features,
            class: usize::from(pair.replaces),
            weight: 1.0,
        })
        .collect();
    let fitted = fit(&examples, 2, false, L2, ROUNDS);
    let name = Task::Replaces.as_str();
    Head::quantise(name, false, vec!["yes".to_owned()], threshold, &fitted.bias, &fitted.rows)
}
