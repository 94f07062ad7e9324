//! Pairs of wishes of one story or memory, and whether the later takes the place of the earlier.

use anyhow::Result;
use penchant_core::{Polarity, Scope, Timestamp, Vector, telling};
use penchant_learn::heads::features::Features;
use penchant_learn::heads::succession::{Side, Succession};
use penchant_learn::heads::weights::{Head, Weights};
use penchant_learn::heads::{Heads, Task};
use penchant_learn::words;
use penchant_ports::{Ends, Note, Wish};

use super::FOLDS;
use super::corpus::{Gold, Noted, Story, Told, Turn, held_out};
use super::figures::best;
use super::fit::{Example, fit};
use super::vectors::Vectors;

/// Penalty on the weights: there are few of them and a thousand examples.
const L2: f64 = 1e-4;
const ROUNDS: usize = 200;
/// Most older wishes that one is asked about.
const ASKED: usize = 12;

/// One pair.
pub(crate) struct Pair {
    /// The story or message it comes from; pairs of one are never parted in cross-validation.
    from: usize,
    features: Features,
    /// The same where no model has read the message.
    unread: Features,
    replaces: bool,
}

/// A wish as it would be put down.
struct Held<'a> {
    description: String,
    words: Vec<String>,
    scope: Scope,
    polarity: Polarity,
    task: &'a str,
    /// The words in which it was said, and the message they stand in; empty where not known.
    span: &'a str,
    message: &'a str,
    /// As [`Note::ends`].
    ends: Ends,
}

impl<'a> Held<'a> {
    /// `note` is what the describer makes of it, where it makes something.
    fn said(gold: &'a Gold, task: &'a str, message: &'a str, note: Option<Note>) -> Self {
        let polarity = if gold.polarity == "avoid" { Polarity::Avoid } else { Polarity::Prefer };
        let label = String::new();
        let scope = match gold.scope.as_str() {
            "context" => Scope::Context { label },
            "this_time" => Scope::ThisTime { label, until: None },
            _ => Scope::Always,
        };
        let Note { text, ends, .. } = note.unwrap_or_default();
        let description = text.unwrap_or_else(|| words::told(&gold.span, polarity, task));
        let words = telling::telling(&description);
        Self { description, words, scope, polarity, task, span: &gold.span, message, ends }
    }

    /// A note of which nobody knows how it came about.
    fn noted(text: &str) -> Self {
        let avoid = ["no ", "dislikes ", "avoids "].iter().any(|opening| text.starts_with(opening));
        let occasion =
            words::scope::read(&words::text::Sentence::new(text), Timestamp::default()).occasion;
        Self {
            description: text.to_owned(),
            words: telling::telling(text),
            scope: occasion.map_or(Scope::Always, |label| Scope::Context { label }),
            polarity: if avoid { Polarity::Avoid } else { Polarity::Prefer },
            task: "",
            span: "",
            message: "",
            ends: Ends::default(),
        }
    }

    fn side(&self) -> Side<'_> {
        Side { words: &self.words, polarity: self.polarity, scope: &self.scope, task: self.task }
    }
}

fn wish(gold: &Gold, message: &str, reply: &str, task: &str) -> Wish {
    let from = message.find(&gold.span).unwrap_or(0);
    let end = if gold.span.is_empty() { message.len() } else { from + gold.span.len() };
    let place = from..end.min(message.len());
    words::wish(message, place, reply, task, gold.polarity == "avoid")
}

/// Each wish with each earlier one that is still held then; `memories` are messages with what was
/// noted before them. Only of messages that the describer has not learnt from: of the others it
/// knows too well what they end.
pub(crate) async fn prepare(
    stories: &[Story],
    memories: &[Noted],
    vectors: &mut Vectors,
) -> Result<Vec<Pair>> {
    let mut pairs = Vec::new();
    for (number, story) in stories.iter().enumerate() {
        if !story.turns.iter().any(|turn| held_out(&turn.user)) {
            continue;
        }
        of_story(number, story, vectors, &mut pairs).await?;
    }
    for (number, memory) in memories.iter().enumerate() {
        if !held_out(&memory.user) {
            continue;
        }
        of_memory(stories.len() + number, memory, vectors, &mut pairs).await?;
    }
    Ok(pairs)
}

async fn of_story(
    number: usize,
    story: &Story,
    vectors: &mut Vectors,
    pairs: &mut Vec<Pair>,
) -> Result<()> {
    let told: Vec<(&Told, &Turn)> = story
        .turns
        .iter()
        .flat_map(|turn| turn.preferences.iter().map(move |told| (told, turn)))
        .collect();
    let wishes: Vec<Wish> = told
        .iter()
        .map(|(told, turn)| wish(&told.gold, &turn.user, &turn.assistant, &turn.task))
        .collect();
    let notes = vectors.describe(&wishes).await?;
    let held: Vec<Held<'_>> = told
        .iter()
        .zip(notes)
        .map(|((told, turn), note)| Held::said(&told.gold, &turn.task, &turn.user, note))
        .collect();
    let texts: Vec<String> = held.iter().map(|h| h.description.clone()).collect();
    let contents = vectors.embed(&texts).await?;
    let mut live: Vec<usize> = Vec::new();
    for turn in &story.turns {
        let now: Vec<usize> = (0..held.len()).filter(|n| std::ptr::eq(told[*n].1, turn)).collect();
        let replaces = |new: usize, old: usize| {
            let new = told[new].0;
            new.relation == "replaces" && new.of.contains(&told[old].0.key)
        };
        for new in now.iter().filter(|_| held_out(&turn.user)) {
            let own = (&held[*new], &contents[*new]);
            let olds: Vec<Both<'_>> =
                live.iter().map(|old| (&held[*old], &contents[*old])).collect();
            let both = live.iter().zip(&olds).zip(ended(own, &olds));
            pairs.extend(both.map(|((old, other), ended)| {
                Pair::new(number, own, *other, ended, replaces(*new, *old))
            }));
        }
        let gone = |old: usize| {
            now.iter().any(|new| replaces(*new, old)) || turn.retracts.contains(&told[old].0.key)
        };
        live.retain(|old| !gone(*old));
        live.extend(now.iter());
    }
    Ok(())
}

async fn of_memory(
    number: usize,
    memory: &Noted,
    vectors: &mut Vectors,
    pairs: &mut Vec<Pair>,
) -> Result<()> {
    // What holds for now takes nobody's place.
    let lasting = memory.preferences.iter().filter(|gold| gold.scope != "this_time");
    let golds: Vec<&Gold> = lasting.collect();
    let (message, task) = (&memory.user, &memory.task);
    let wishes: Vec<Wish> =
        golds.iter().map(|gold| wish(gold, message, &memory.assistant, task)).collect();
    let notes = vectors.describe(&wishes).await?;
    let new: Vec<Held<'_>> =
        golds.iter().zip(notes).map(|(gold, note)| Held::said(gold, task, message, note)).collect();
    let old: Vec<Held<'_>> = memory.old.iter().map(|old| Held::noted(&old.text)).collect();
    let texts: Vec<String> = new.iter().chain(&old).map(|h| h.description.clone()).collect();
    let contents = vectors.embed(&texts).await?;
    let (ours, theirs) = contents.split_at(new.len());
    let news: Vec<Both<'_>> = new.iter().zip(ours).collect();
    let olds: Vec<Both<'_>> = old.iter().zip(theirs).collect();
    let told: Vec<Vec<Option<f32>>> = news.iter().map(|new| ended(*new, &olds)).collect();
    for (n, (old, label)) in olds.iter().zip(&memory.old).enumerate() {
        let closed = label.fate == "closed";
        let pair = |(new, told): (&Both<'_>, &Vec<Option<f32>>)| {
            let ended = told.get(n).copied().flatten();
            (new.1.cosine(old.1), Pair::new(number, *new, *old, ended, closed))
        };
        let mut own: Vec<(f32, Pair)> = news.iter().zip(&told).map(pair).collect();
        if closed {
            // Nobody said which of the new ones it gives way to: the nearest.
            own.sort_by(|a, b| b.0.total_cmp(&a.0));
            own.truncate(1);
        }
        pairs.extend(own.into_iter().map(|(_, pair)| pair));
    }
    Ok(())
}

/// A wish and what it means.
type Both<'a> = (&'a Held<'a>, &'a Vector);

/// Log-odds that a wish ends older ones, in their order, asked about as the fold does: together,
/// nearest first, and of the nearest only.
fn ended(new: Both<'_>, olds: &[Both<'_>]) -> Vec<Option<f32>> {
    let mut near: Vec<usize> = (0..olds.len()).collect();
    near.sort_by(|a, b| new.1.cosine(olds[*b].1).total_cmp(&new.1.cosine(olds[*a].1)));
    near.truncate(ASKED);
    let notes: Vec<&str> = near.iter().map(|n| olds[*n].0.description.as_str()).collect();
    let mut told = vec![None; olds.len()];
    for (n, odds) in near.into_iter().zip(new.0.ends.odds(&notes).unwrap_or_default()) {
        told[n] = Some(odds);
    }
    told
}

impl Pair {
    fn new(from: usize, new: Both<'_>, old: Both<'_>, ended: Option<f32>, replaces: bool) -> Self {
        let read = Succession {
            new: new.0.side(),
            old: old.0.side(),
            cosine: new.1.cosine(old.1),
            ended,
            sentence: new.0.span,
            message: new.0.message,
        };
        let unread = Succession { ended: None, ..read };
        Self { from, features: read.features(), unread: unread.features(), replaces }
    }
}

/// Chooses the threshold by cross-validation over stories, and fits on all pairs.
pub(crate) fn train(pairs: &[Pair]) -> Head {
    let (mut held_out, mut unread) = (Vec::new(), Vec::new());
    for fold in 0..FOLDS {
        let (test, rest): (Vec<&Pair>, Vec<&Pair>) =
            pairs.iter().partition(|pair| pair.from % FOLDS == fold);
        let weights = Weights { heads: vec![head(&rest, 0.5)], ..Weights::default() };
        let heads = Heads::new(&weights, false);
        let odds = |features: &Features| heads.probability(Task::Replaces, features);
        for pair in test {
            held_out.extend(odds(&pair.features).map(|odds| (odds, pair.replaces)));
            unread.extend(odds(&pair.unread).map(|odds| (odds, pair.replaces)));
        }
    }
    let (threshold, f1) = best(&held_out);
    let (_, without) = best(&unread);
    let yes = held_out.iter().filter(|(_, yes)| *yes).count();
    println!(
        "\ntakes the place of an older wish: {yes} of {} pairs\n    f1{f1:>32.3}\n    the same, message unread{without:>10.3}\n    threshold{threshold:>25.2}",
        held_out.len()
    );
    head(&pairs.iter().collect::<Vec<_>>(), threshold)
}

fn head(pairs: &[&Pair], threshold: f32) -> Head {
    let both = pairs
        .iter()
        .flat_map(|pair| [&pair.features, &pair.unread].map(|features| (features, pair.replaces)));
    let examples: Vec<Example<'_>> = both
        .map(|(features, replaces)| Example { features, class: usize::from(replaces), weight: 1.0 })
        .collect();
    let fitted = fit(&examples, 2, false, L2, ROUNDS);
    let name = Task::Replaces.as_str();
    Head::quantise(name, false, vec!["yes".to_owned()], threshold, &fitted.bias, &fitted.rows)
}
