//! Does what was said now take the place of an older wish, though neither names the other?
//!
//! "Medium suits me better now" ends "as hot as it gets" by no common word and no lexicon. What
//! tells it: how near the two are in meaning, whether the message sounds like a change of mind,
//! whether both were said during the same task, how far each reaches. A linear head weighs these;
//! it is trained on stories in which each wish names the one it replaces.

use penchant_core::{Polarity, Scope, telling};

use crate::heads::features::Features;
use crate::heads::{Heads, Task};
use crate::words::shifts;

/// Log-odds beyond which a model's word counts no more.
const MOST: f32 = 6.0;
/// Probability from which a wish takes the other's place. What keeps both is a contradiction in every
/// answer, so this lies below where most pairs are judged right (0.5): of the questions in
/// `validation/stories_plain.jsonl` passed 0.508 from 0.5 and 0.539 from 0.35; from 0.3 as many with a
/// better describer, and fewer that had to be left out were served.
const LEAST: f32 = 0.3;

/// One of the two wishes.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Telling words, as sorted stems.
    pub words: &'a [String],
    /// Wanted or not.
    pub polarity: Polarity,
    /// How far it reaches.
    pub scope: &'a Scope,
    /// The task it was said in; empty when not known.
    pub task: &'a str,
}

/// A newer wish and an older one.
#[derive(Debug, Clone, Copy)]
pub struct Succession<'a> {
    /// What is said now.
    pub new: Side<'a>,
    /// What was held so far.
    pub old: Side<'a>,
    /// Cosine of their descriptions.
    pub cosine: f32,
    /// Log-odds that the older one holds no longer, by a model that has read the message
    /// ([`penchant_ports::Note::ends`]); `None` where none has.
    pub ended: Option<f32>,
    /// The words in which the newer one was said.
    pub sentence: &'a str,
    /// The whole message.
    pub message: &'a str,
}

impl Succession<'_> {
    /// What the head sees.
    #[must_use]
    pub fn features(&self) -> Features {
        let (new, old) = (&self.new, &self.old);
        let shared = telling::shared(new.words, old.words) as f32;
        let share = |words: &[String]| shared / words.len().max(1) as f32;
        let known = !new.task.is_empty() && !old.task.is_empty();
        let same_task = known && new.task.eq_ignore_ascii_case(old.task);
        let now = |side: &Side<'_>| matches!(side.scope, Scope::ThisTime { .. });
        let bound = |side: &Side<'_>| matches!(side.scope, Scope::Context { .. });
        let shift = shifts::replaces(self.message);
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let values = [
            4.0 * self.cosine,
            4.0 * self.cosine * self.cosine,
            2.0 * share(new.words),
            2.0 * share(old.words),
            flag(shared > 0.0),
            flag(new.polarity == old.polarity),
            flag(new.polarity == Polarity::Avoid),
            flag(old.polarity == Polarity::Avoid),
            flag(same_task),
            flag(known && !same_task),
            flag(shift),
            flag(shifts::replaces(self.sentence)),
            flag(shifts::returns(self.message)),
            flag(shifts::adds(self.sentence)),
            flag(now(new)),
            flag(now(old)),
            flag(bound(new)),
            flag(bound(old)),
            if shift { 4.0 * self.cosine } else { 0.0 },
            if same_task { 4.0 * self.cosine } else { 0.0 },
        ];
        // Where a model has read the message, all the others mean less: they weigh by themselves then.
        let Some(ended) = self.ended else { return Features::of_values(&values) };
        let unread = vec![0.0; values.len()];
        let read = [ended.clamp(-MOST, MOST), 1.0];
        Features::of_values(&[unread.as_slice(), &values, &read].concat())
    }

    /// Whether it takes its place; `None` without a trained head.
    #[must_use]
    pub fn replaces(&self) -> Option<bool> {
        let heads = Heads::embedded(false);
        let probability = heads.probability(Task::Replaces, &self.features())?;
        Some(probability >= LEAST)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn replaces(cosine: f32, task: &str, message: &str) -> bool {
        replaces_by(None, cosine, task, message)
    }

    fn replaces_by(ended: Option<f32>, cosine: f32, task: &str, message: &str) -> bool {
        let (new, old) = (telling::telling("medium heat"), telling::telling("hot and spicy"));
        let side = |words| Side { words, polarity: Polarity::Prefer, scope: &Scope::Always, task };
        let (new, old) = (side(new.as_slice()), side(old.as_slice()));
        Succession { new, old, cosine, ended, sentence: message, message }.replaces().unwrap()
    }

    #[test]
    fn a_change_of_mind_about_the_same_thing_takes_its_place_and_another_topic_does_not() {
        assert!(replaces(0.65, "cooking", "I've switched, medium heat from now on"));
        assert!(!replaces(0.05, "cooking", "medium heat"));
    }

    #[test]
    fn a_model_that_has_read_the_message_is_heard() {
        assert!(replaces_by(Some(4.0), 0.4, "cooking", "medium heat"));
        assert!(!replaces_by(Some(-4.0), 0.4, "cooking", "medium heat"));
    }
}
