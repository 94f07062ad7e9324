//! How two descriptions relate: the same wish, a finer one, a contradiction, or strangers.
//!
//! Without a language model this rests on three things: the words that tell what a wish is about,
//! a lexicon of values that exclude each other, and the cosine of the embeddings, which alone
//! cannot tell `light roast` from `dark roast` and is therefore only asked within bounds.

use crate::alternatives::{self, Competition, Found};
use crate::evidence::{Polarity, Scope};
use crate::telling;

/// From this cosine on, wordings that share a telling word count as the same wish.
pub const SAME: f32 = 0.86;

/// A description prepared for comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Telling words, as sorted stems.
    pub words: Vec<String>,
    /// Values of the lexicon that it names.
    pub values: Vec<Found>,
    /// Numbers that it names, as written.
    pub numbers: Vec<String>,
    /// Telling words of its occasion, from scope and description.
    pub label: Vec<String>,
    /// Whether it says what is wanted (rather than what is not).
    pub wanted: bool,
    /// Whether it says what the user is to be called.
    pub naming: bool,
}

impl Said {
    /// Prepares a description with its polarity and the label of its scope.
    #[must_use]
    pub fn of(description: &str, polarity: Polarity, scope: &Scope) -> Self {
        let words = telling::telling(description);
        let label = telling::telling(scope.label());
        let mut values = alternatives::find(description);
        for found in alternatives::find(scope.label()) {
            let occasion = alternatives::competition(found.value.class) == Competition::Occasion;
            if occasion && !values.contains(&found) {
                values.push(found);
            }
        }
        let numbers =
            words.iter().filter(|w| w.starts_with(|c: char| c.is_ascii_digit())).cloned().collect();
        let lower = description.to_lowercase();
        let naming = ["be called", "call them", "name is", "named ", "addressed as", "goes by"]
            .iter()
            .any(|cue| lower.contains(cue));
        let wanted = polarity == Polarity::Prefer && !telling::negated(description);
        Self { words, values, numbers, label, wanted, naming }
    }

    fn occasions(&self) -> impl Iterator<Item = &Found> {
        self.of_kind(Competition::Occasion)
    }

    fn of_kind(&self, kind: Competition) -> impl Iterator<Item = &Found> {
        self.values.iter().filter(move |f| alternatives::competition(f.value.class) == kind)
    }

    /// Values of a class; used to see whether two descriptions share one of them.
    fn values_of(&self, class: u16) -> impl Iterator<Item = u16> {
        self.values.iter().filter(move |f| f.value.class == class).map(|f| f.value.value)
    }
}

/// How a new description relates to an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They say the same.
    Same,
    /// The new one says the same and more.
    Narrower,
    /// The new one says less than the older one.
    Broader,
    /// Both cannot hold at once.
    Opposed(Why),
    /// Nothing to do with each other, or an exception that lives beside the rule.
    Unrelated,
}

/// Why two descriptions cannot hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// One wants what the other does not.
    Polarity,
    /// They name values of this class of the lexicon that exclude each other.
    Values(u16),
    /// The same with another number, or another name.
    Slot,
    /// The user said that one thing took the place of another.
    Shift,
}

impl Why {
    /// For people.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Polarity => "the user now says the opposite".to_owned(),
            Self::Values(class) => {
                format!("the user now wants another {}", alternatives::class_name(class))
            }
            Self::Slot => "the user now names another value".to_owned(),
            Self::Shift => "the user said that something else took its place".to_owned(),
        }
    }
}

/// Whether two statements name occasions that keep them apart (breakfast and dinner, work and home).
#[must_use]
pub fn apart(a: &Said, b: &Said) -> bool {
    a.occasions().any(|f| {
        let class = f.value.class;
        let mut others = b.values_of(class).peekable();
        others.peek().is_some() && !others.any(|v| a.values_of(class).any(|own| own == v))
    })
}

fn same_occasion(a: &Said, b: &Said) -> bool {
    a.occasions().any(|f| b.values.iter().any(|g| g.value == f.value))
}

/// The first class of `kind` in which both name values, but none in common.
fn differing(a: &Said, b: &Said, kind: Competition) -> Option<u16> {
    a.of_kind(kind).map(|f| f.value.class).find(|class| {
        b.values_of(*class).next().is_some()
            && !b.values_of(*class).any(|v| a.values_of(*class).any(|own| own == v))
    })
}

/// Telling words without those that name a value of `class`.
fn frame(said: &Said, class: u16) -> Vec<String> {
    let naming = |word: &String| {
        said.values.iter().any(|f| f.value.class == class && f.stems.contains(word))
    };
    said.words.iter().filter(|w| !naming(w)).cloned().collect()
}

/// What is known besides the descriptions themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hints {
    /// The user's wording says that something changed ("these days", "back to", "instead").
    pub shift: bool,
    /// Both were said in the same kind of situation.
    pub same_situation: bool,
}

/// Compares a new description with an older one. `shift` as in [`Hints`].
///
/// `cosine` of their embeddings; `None` when one is not known.
#[must_use]
pub fn relation(new: &Said, old: &Said, cosine: Option<f32>, shift: bool) -> Relation {
    relation_with(new, old, cosine, Hints { shift, same_situation: false })
}

/// Compares a new description with an older one, with all that is known besides.
#[must_use]
pub fn relation_with(new: &Said, old: &Said, cosine: Option<f32>, hints: Hints) -> Relation {
    let shared = telling::shared(&new.words, &old.words);
    let (n, o) = (new.words.len(), old.words.len());
    let union = n + o - shared;
    let jaccard = if union == 0 { 0.0 } else { shared as f32 / union as f32 };
    // Unknown embeddings neither speak for nor against.
    let near = |least: f32| cosine.is_none_or(|c| c >= least);
    let close = |least: f32| cosine.is_some_and(|c| c >= least);

    if new.naming && old.naming && new.words != old.words {
        return Relation::Opposed(Why::Slot);
    }
    let apart = apart(new, old);
    if new.wanted != old.wanted {
        if apart || shared == 0 {
            return Relation::Unrelated;
        }
        let covers = shared == n;
        // A finer "but not" is an exception, unless the whole reads nearly the same.
        let exception = shared == o && n > o;
        let alike = (!exception && ((jaccard >= 0.6 && near(0.6)) || close(0.82))) || close(0.92);
        return if (covers && near(0.45)) || alike {
            Relation::Opposed(Why::Polarity)
        } else {
            Relation::Unrelated
        };
    }
    if new.wanted {
        if let Some(why) = exclusive(new, old, cosine, hints, apart) {
            return Relation::Opposed(why);
        }
        if differing(new, old, Competition::Exclusive).is_some() {
            return Relation::Unrelated;
        }
        let numbers_differ = !new.numbers.is_empty()
            && !old.numbers.is_empty()
            && telling::shared(&new.numbers, &old.numbers) == 0;
        if numbers_differ && !apart {
            return if shared >= 1 && (jaccard >= 0.4 || close(0.7)) {
                Relation::Opposed(Why::Slot)
            } else {
                Relation::Unrelated
            };
        }
    }
    if apart {
        return Relation::Unrelated;
    }
    let equal = n > 0 && new.words == old.words;
    if equal || (close(SAME) && shared >= 1) || close(0.93) || (jaccard >= 0.75 && near(0.7)) {
        return match (shared == n, shared == o) {
            (false, true) => Relation::Narrower,
            (true, false) => Relation::Broader,
            _ => Relation::Same,
        };
    }
    if shared == o && o > 0 && n > o && n <= 2 * o + 1 && near(0.65) {
        return Relation::Narrower;
    }
    if shared == n && n > 0 && o > n && o <= 2 * n + 1 && near(0.65) {
        return Relation::Broader;
    }
    if hints.shift && new.wanted && shared >= 1 && close(0.6) {
        return Relation::Opposed(Why::Shift);
    }
    Relation::Unrelated
}

fn exclusive(
    new: &Said,
    old: &Said,
    cosine: Option<f32>,
    hints: Hints,
    apart: bool,
) -> Option<Why> {
    // In the same kind of situation less need be said to mean the same thing.
    let eased = if hints.same_situation { 0.12 } else { 0.0 };
    let near = |least: f32| cosine.is_none_or(|c| c >= least - eased);
    let close = |least: f32| cosine.is_some_and(|c| c >= least - eased);
    if apart {
        // "in the morning" to "in the afternoon": the occasion itself is what changed.
        let class = differing(new, old, Competition::Occasion)?;
        let (a, b) = (frame(new, class), frame(old, class));
        let kept = telling::shared(&a, &b) >= 1 && (a == b || close(0.6));
        return (hints.shift && kept).then_some(Why::Values(class));
    }
    if let Some(class) = differing(new, old, Competition::Exclusive) {
        let (a, b) = (frame(new, class), frame(old, class));
        let common = telling::shared(&a, &b);
        let fits =
            common >= 1 && near(0.4) || (a.is_empty() || b.is_empty()) && near(0.5) || close(0.68);
        if fits {
            return Some(Why::Values(class));
        }
    }
    if let Some(class) = differing(new, old, Competition::PerOccasion)
        && (same_occasion(new, old) && near(0.3) || hints.shift && near(0.35))
    {
        return Some(Why::Values(class));
    }
    None
}

/// Whether two scopes are about the same occasions, so that what they hold competes.
///
/// A general wish and one for a named occasion live side by side, unless the general one names
/// the same occasion in its words.
#[must_use]
pub fn compete(a: &Scope, said_a: &Said, b: &Scope, said_b: &Said) -> bool {
    let named = |label: &[String], other: &Said| {
        label.is_empty()
            || telling::shared(label, &other.words) >= 1
            || telling::shared(label, &other.label) >= 1
            || same_occasion(said_a, said_b)
    };
    // A context without a name is known by its situation only; whoever asks compares those.
    let bound = |scope: &Scope, said: &Said| {
        matches!(scope, Scope::Context { .. }) && !said.label.is_empty()
    };
    match (bound(a, said_a), bound(b, said_b)) {
        (true, _) => named(&said_a.label, said_b),
        (false, true) => named(&said_b.label, said_a),
        (false, false) => true,
    }
}

/// Whether a wording says that something changed. Heard in the user's own words.
#[must_use]
pub fn shift(snippet: &str) -> bool {
    const CUES: &[&str] = &[
        " now ",
        " instead",
        "these days",
        "from now on",
        "no longer",
        "any more",
        "anymore",
        "switched",
        "switching",
        "changed",
        "moved on",
        "moved to",
        "gone over",
        "went back",
        "back to ",
        "back on ",
        "going back",
        "used to",
        "lately",
        "it's all ",
        "converted to",
        "given up",
        "gave up",
        "new favourite",
        "new favorite",
        "turns out",
        "after all",
        "scratch that",
        "changed my mind",
        "actually",
        "rather than",
        "not any",
        "swap",
        "replace",
        "quit ",
    ];
    let lower = format!(" {} ", snippet.to_lowercase().replace(['’', ',', '.', '!', ';'], " "));
    CUES.iter().any(|cue| lower.contains(cue))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        Said::of(text, Polarity::Prefer, &Scope::Always)
    }

    fn between(new: &str, old: &str, cosine: f32) -> Relation {
        relation(&said(new), &said(old), Some(cosine), false)
    }

    #[test]
    fn exclusive_values_of_one_thing_contradict_and_of_two_things_do_not() {
        let near = between("prefers long summaries", "prefers short summaries", 0.9);
        assert!(matches!(near, Relation::Opposed(Why::Values(_))), "{near:?}");
        let far = between("wants a light editor", "likes dark roast coffee", 0.2);
        assert_eq!(far, Relation::Unrelated);
    }

    #[test]
    fn wanting_and_not_wanting_one_thing_contradict() {
        assert_eq!(
            between("does not want emoji", "likes emoji", 0.8),
            Relation::Opposed(Why::Polarity)
        );
    }

    #[test]
    fn an_exception_lives_beside_the_rule() {
        assert_eq!(
            between("no peppers in spicy food", "likes spicy food", 0.7),
            Relation::Unrelated
        );
    }

    #[test]
    fn what_is_said_for_another_part_of_the_day_does_not_compete() {
        assert_eq!(
            between("drinks tea in the evening", "drinks coffee in the morning", 0.7),
            Relation::Unrelated
        );
        assert!(matches!(
            between("drinks tea in the morning", "drinks coffee in the morning", 0.7),
            Relation::Opposed(_)
        ));
    }

    #[test]
    fn more_of_the_same_is_narrower_and_another_number_takes_the_slot() {
        assert_eq!(between("likes black coffee", "likes coffee", 0.8), Relation::Narrower);
        assert_eq!(
            between("wants font size 16", "wants font size 14", 0.9),
            Relation::Opposed(Why::Slot)
        );
        assert_eq!(
            between("wants to be called Sam", "wants to be called Doctor Weiss", 0.6),
            Relation::Opposed(Why::Slot)
        );
    }

    #[test]
    fn general_and_occasional_wishes_live_side_by_side() {
        let work = Scope::Context { label: "work mails".to_owned() };
        let bound = Said::of("wants a formal tone", Polarity::Prefer, &work);
        let free = said("wants a casual tone");
        assert!(!compete(&work, &bound, &Scope::Always, &free));
        assert!(compete(&work, &bound, &work, &bound));
    }

    #[test]
    fn a_change_is_heard() {
        assert!(shift("I'm back on tea") && shift("it's decaf now.") && !shift("I like tea"));
    }
}
