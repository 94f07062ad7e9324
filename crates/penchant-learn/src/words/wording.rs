//! How a wish is put down: in the user's own words, as near to the third person as rules can go.
//!
//! The heads say which clauses carry a wish. Descriptions in the user's words keep what phrases
//! lose: measured on labelled stories, "no fish in that, never could" lies nearer to what a
//! note-taker would write than any template's cut of it, and a leading "prefers" takes it further
//! away. So wishes are put down without a verb of liking, except where a sure phrase keeps nearly
//! everything that was said.

use std::ops::Range;

use penchant_core::{Polarity, telling};
use penchant_ports::Wish;

use crate::words::describe::{self, Described};
use crate::words::judge::{ClauseJudged, SentenceJudged};
use crate::words::scope::Reach;
use crate::words::text::{self, Sentence};
use crate::words::{clauses, polish, topic};

/// Most words of one description.
const MAX_WORDS: usize = 22;
/// Log-odds from which a phrase's own polarity counts, and from which its wording does.
const SURE: f32 = 0.9;
/// Probability from which a clause is unwanted whatever comes after it.
const CERTAIN: f32 = 0.9;
/// Most parts of one wish that are asked about.
const MAX_PARTS: usize = 3;
/// Share of the telling words that a phrase's wording must keep.
const COVERED: f32 = 0.75;

/// A wish in the user's words as it would be put down when said during a task; empty when nothing
/// is left to say.
#[must_use]
pub fn told(words: &str, polarity: Polarity, task: &str) -> String {
    one(&Sentence::new(words), words, polarity)
        .map(|d| topic::complete(&d.text, &Reach::default(), task))
        .unwrap_or_default()
}

/// A wish whose place in a message is known, as it would be handed to a note-taker.
#[must_use]
pub fn wish(message: &str, place: Range<usize>, reply: &str, task: &str, avoid: bool) -> Wish {
    let polarity = if avoid { Polarity::Avoid } else { Polarity::Prefer };
    let told = told(message.get(place.clone()).unwrap_or_default(), polarity, task);
    let (text, reply, task) = (message.to_owned(), reply.to_owned(), task.to_owned());
    Wish { text, place, reply, task, avoid, told, idle: false }
}

/// The words of a message that wishes nothing, to be asked only what they end.
#[must_use]
pub fn idle(message: &str, reply: &str, task: &str) -> Wish {
    let (text, reply, task) = (message.to_owned(), reply.to_owned(), task.to_owned());
    Wish { place: 0..text.len(), text, reply, task, idle: true, ..Wish::default() }
}

/// The wishes of a sentence that carries at least one, in order.
#[must_use]
pub(crate) fn describe(
    sentence: &Sentence,
    view: &SentenceJudged,
    threshold: f32,
) -> Vec<Described> {
    let places = text::clause_places(sentence);
    if view.clauses.len() != places.len() || places.len() < 2 {
        return one(sentence, &sentence.text, leaning(view.avoid)).into_iter().collect();
    }
    let best = view.clauses.iter().map(|c| c.preference).fold(0.0, f32::max);
    let enough = threshold.min(best);
    let carried = |(n, clause): (usize, &ClauseJudged)| {
        let words = sentence.text.get(places.get(n)?.clone())?;
        let reason = clauses::reason(words);
        let carries = clause.preference >= enough && (!reason || clause.preference >= best);
        if !carries && (reason || sure_of(&Sentence::new(words)).is_none()) {
            return None;
        }
        let next = places.get(n + 1).and_then(|next| sentence.text.get(next.clone()));
        let polarity = polarity(words, next.unwrap_or_default(), clause.avoid);
        one(sentence, words, polarity)
    };
    // Neighbours are not joined, though they may say one thing: what makes a note of them sees the
    // whole message, and of two wishes in one it would keep one.
    view.clauses.iter().enumerate().filter_map(carried).collect()
}

/// The parts of a wish that may be wishes of their own: "a quiet room, a desk by the window and no
/// breakfast". What makes notes is asked of each whether it is one.
pub(crate) fn parts(wish: &Described) -> Vec<Described> {
    let places = text::part_places(&wish.snippet);
    if places.len() < 2 {
        return Vec::new();
    }
    let words = places.into_iter().filter_map(|place| wish.snippet.get(place));
    let part = |words: &str| {
        let polarity = sure_of(&Sentence::new(words));
        let polarity = polarity.or_else(|| refuses(words).then_some(Polarity::Avoid));
        let polarity = polarity.unwrap_or(wish.polarity);
        let own = Described { snippet: words.to_owned(), replaces: String::new(), ..wish.clone() };
        plain(words, polarity).map(|text| Described { text, polarity, ..own })
    };
    words.filter_map(part).take(MAX_PARTS).collect()
}

fn leaning(avoid: f32) -> Polarity {
    if avoid >= 0.5 { Polarity::Avoid } else { Polarity::Prefer }
}

/// Whether a clause is wanted: as a sure phrase or its own opening says, else as the head hears it.
/// The head hears the whole message with it, so that of "the verdict first, no warm-up" the second
/// half colours the first; what stands before a refusal and refuses nothing itself is wanted.
fn polarity(words: &str, next: &str, avoid: f32) -> Polarity {
    if let Some(sure) = sure_of(&Sentence::new(words)) {
        return sure;
    }
    if refuses(words) {
        return Polarity::Avoid;
    }
    let contrast = refuses(next) && !telling::negated(words);
    if contrast && avoid < CERTAIN { Polarity::Prefer } else { leaning(avoid) }
}

/// Whether a clause opens with a refusal.
fn refuses(words: &str) -> bool {
    const OPENINGS: &[&str] =
        &["no", "not", "never", "nothing", "without", "skip", "drop", "don't", "none"];
    let mut words = words.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    let first = words.find(|w| !w.is_empty() && !matches!(*w, "and" | "but" | "so" | "please"));
    first.is_some_and(|w| OPENINGS.contains(&w.to_lowercase().as_str()))
}

/// One wish out of some words of a sentence.
fn one(sentence: &Sentence, words: &str, leaning: Polarity) -> Option<Described> {
    let own = Sentence::new(words);
    let phrase = text::clauses(&own)
        .iter()
        .filter_map(describe::clause)
        .max_by(|a, b| a.weight.total_cmp(&b.weight));
    if let Some(sure) = phrase.as_ref().filter(|d| d.weight >= SURE && covers(&d.text, words)) {
        return Some(sure.clone());
    }
    let polarity = sure_of(&own).unwrap_or(leaning);
    let telling = |text: &String| !telling::telling(text).is_empty();
    let (text, words) = match plain(words, polarity).filter(telling) {
        Some(text) => (text, words),
        None => (plain(&sentence.text, polarity)?, sentence.text.as_str()),
    };
    Some(Described {
        text,
        polarity,
        replaces: phrase.as_ref().map(|d| d.replaces.clone()).unwrap_or_default(),
        weight: phrase.as_ref().map_or(0.0, |d| d.weight),
        phrase: phrase.and_then(|d| d.phrase),
        snippet: words.to_owned(),
    })
}

/// The polarity of the first sure phrase: what comes after it only says more.
fn sure_of(words: &Sentence) -> Option<Polarity> {
    let clauses = text::clauses(words);
    let sure = |d: &Described| d.weight >= SURE;
    clauses.iter().filter_map(describe::clause).find(sure).map(|d| d.polarity)
}

/// Whether a phrase's wording keeps most of what the words tell.
fn covers(text: &str, words: &str) -> bool {
    let told = telling::telling(words);
    let kept = telling::shared(&telling::telling(text), &told);
    kept as f32 >= COVERED * told.len() as f32
}

/// The words as they are, without openers and closers, about the user; what is not wanted says so.
#[must_use]
pub(crate) fn plain(words: &str, polarity: Polarity) -> Option<String> {
    let own = Sentence::new(words);
    let told = clauses::in_third_person(&own)
        .unwrap_or_else(|| polish::shorten(&polish::tidy(words), MAX_WORDS));
    if !told.chars().any(char::is_alphanumeric) {
        return None;
    }
    let told = describe::lower_first(&told);
    let told = told.strip_prefix("they ").unwrap_or(&told).to_owned();
    let bare = polarity == Polarity::Avoid && clauses::fragment(&own) && !telling::negated(&told);
    Some(describe::finish(&if bare { format!("no {told}") } else { told }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn judged(clauses: &[(f32, f32)]) -> SentenceJudged {
        let clause = |(preference, avoid): &(f32, f32)| ClauseJudged {
            preference: *preference,
            avoid: *avoid,
        };
        SentenceJudged { clauses: clauses.iter().map(clause).collect(), ..Default::default() }
    }

    #[test]
    fn the_clauses_that_carry_a_wish_are_kept_and_others_left_out() {
        let sentence = Sentence::new("the kettle broke - loose leaf only, but no milk");
        let view = judged(&[(0.1, 0.5), (0.9, 0.1), (0.8, 0.9)]);
        let said = describe(&sentence, &view, 0.5);
        let said: Vec<_> = said.iter().map(|d| (d.text.as_str(), d.polarity)).collect();
        assert_eq!(
            said,
            [("prefers only loose leaf", Polarity::Prefer), ("dislikes milk", Polarity::Avoid)]
        );
    }

    #[test]
    fn what_is_joined_may_be_several_wishes() {
        let parts = |words: &str| {
            let whole = one(&Sentence::new(words), words, Polarity::Prefer).unwrap();
            parts(&whole).into_iter().map(|part| (part.snippet, part.polarity)).collect::<Vec<_>>()
        };
        let (wanted, not) = (Polarity::Prefer, Polarity::Avoid);
        assert_eq!(
            parts("a quiet hotel with a lift, and a room each"),
            [("a quiet hotel with a lift".to_owned(), wanted), ("a room each".to_owned(), wanted)]
        );
        assert_eq!(
            parts("thin crust but never pineapple"),
            [("thin crust".to_owned(), wanted), ("never pineapple".to_owned(), not)]
        );
        assert!(parts("a quiet hotel with a lift, please").is_empty());
    }

    #[test]
    fn what_stands_before_a_refusal_is_wanted_unless_it_is_surely_not() {
        let sentence = Sentence::new("the verdict in the first sentence, no warm-up");
        let polarities = |avoid: f32| {
            let said = describe(&sentence, &judged(&[(0.9, avoid), (0.9, 0.9)]), 0.5);
            said.iter().map(|d| d.polarity).collect::<Vec<_>>()
        };
        assert_eq!(polarities(0.7), [Polarity::Prefer, Polarity::Avoid]);
        assert_eq!(polarities(0.95), [Polarity::Avoid, Polarity::Avoid]);
    }

    #[test]
    fn each_clause_that_carries_a_wish_is_one() {
        let sentence = Sentence::new("nothing ringing, no calls, no reminders");
        let view = judged(&[(0.9, 0.9), (0.8, 0.9), (0.9, 0.9)]);
        let said = describe(&sentence, &view, 0.5);
        let said: Vec<&str> = said.iter().map(|d| d.snippet.as_str()).collect();
        assert_eq!(said, ["nothing ringing", "no calls", "no reminders"]);
    }

    #[test]
    fn a_thing_that_is_not_wanted_says_so() {
        assert_eq!(
            plain("raisins in anything", Polarity::Avoid).unwrap(),
            "no raisins in anything"
        );
        assert_eq!(plain("I never eat raisins", Polarity::Avoid).unwrap(), "never eat raisins");
        assert_eq!(
            plain("I sleep badly in heat", Polarity::Avoid).unwrap(),
            "sleeps badly in heat"
        );
    }
}
