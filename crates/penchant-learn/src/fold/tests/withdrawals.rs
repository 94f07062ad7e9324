use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use penchant_core::Status;
use penchant_ports::Ends;

use super::build::*;
use crate::reading::{ClaimReading, Reading, Withdrawal};

#[test]
fn a_withdrawal_closes_what_it_names_and_nothing_else() {
    let mut life = Life::default();
    life.hears(vec![says("limits clothes to 120 euros"), says("wants no fur")]);
    life.hears_back(takes_back("the 120 euro limit"));
    assert_eq!(life.active(), ["wants no fur"]);
    assert_eq!(life.get("limits clothes to 120 euros").status, Status::Retracted);
}

#[test]
fn a_withdrawal_that_names_nothing_known_changes_nothing() {
    let mut life = Life::default();
    life.hears(vec![says("wants no fur")]);
    let out = life.hears_back(takes_back("the thing about trains"));
    assert!(out.revisions.is_empty());
}

#[test]
fn a_withdrawal_for_an_occasion_leaves_the_general_wish_alone() {
    let mut life = Life::default();
    life.hears(vec![says("wants bullet points")]);
    life.hears_back(Withdrawal { occasion: "recipes".to_owned(), ..takes_back("bullet points") });
    assert_eq!(life.active(), ["wants bullet points"]);
}

#[test]
fn forget_that_takes_back_the_newest_of_this_session_only() {
    let mut life = Life { session: Some("s1".to_owned()), ..Life::default() };
    life.hears(vec![says("wants bullet points")]);
    life.session = Some("s2".to_owned());
    life.hears_back(takes_back(""));
    assert_eq!(life.active(), ["wants bullet points"]);
    life.hears(vec![says("likes rye bread")]);
    life.day -= 1;
    life.hears_back(takes_back(""));
    assert_eq!(life.active(), ["wants bullet points"]);
}

#[test]
fn pinned_preferences_are_not_taken_back_by_words() {
    let mut life = Life::default();
    life.hears(vec![says("wants bullet points")]);
    let id = life.get("wants bullet points").id.clone();
    life.directs(&id, penchant_core::event::DirectiveAction::Pin, 0);
    life.hears_back(takes_back("bullet points"));
    assert_eq!(life.active(), ["wants bullet points"]);
}

#[test]
fn what_was_taught_in_the_same_breath_goes_with_it() {
    let mut life = Life::default();
    let told = crate::reading::ClaimReading {
        snippet: "I'm into falconry, so tell me about the Lower Rhine fairs".to_owned(),
        ..says("wants to hear about the Lower Rhine fairs")
    };
    life.hears(vec![told, says("likes quiet hotels")]);
    life.hears_back(takes_back("falconry"));
    assert_eq!(life.active(), ["likes quiet hotels"]);
}

/// A message that takes something back without naming it, of which the words themselves, a guess,
/// lie where `guessed` does. It ends, by log-odds, what is `ended`.
fn unnamed(guessed: &str, ended: &str, odds: f32) -> Reading {
    let guess = Withdrawal { guessed: true, ..takes_back(guessed) };
    Reading { withdrawals: vec![guess], ends: ending(ended, odds), ..Reading::default() }
}

#[test]
fn what_a_message_ends_that_names_nothing_is_taken_back() {
    let mut life = Life::default();
    life.hears(vec![says("routes without stairs"), says("likes rye bread")]);
    let hears = |life: &mut Life, odds: f32| {
        life.happens(message(), &unnamed("likes rye bread stairs", "routes without stairs", odds))
    };
    assert!(hears(&mut life, -0.5).revisions.is_empty(), "a guess stands back");
    hears(&mut life, 5.0);
    assert_eq!(life.active(), ["likes rye bread"]);
    let ended = life.get("routes without stairs");
    assert_eq!(ended.status, Status::Retracted);
}

#[test]
fn a_message_is_asked_about_six_notes_at_most_however_many_are_held() {
    let mut life = Life::default();
    let things =
        "tea opera chess rye skiing jazz tulips sailing ham poetry cricket lamps beetles rowing";
    life.hears(things.split(' ').map(|thing| says(&format!("likes {thing}"))).collect());
    assert_eq!(life.active().len(), 14);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let ends = Ends::new(move |_: &str| {
        count.fetch_add(1, Ordering::Relaxed);
        -6.0
    });
    life.happens(message(), &Reading { ends, ..unnamed("", "nothing", 0.0) });
    assert_eq!(asked.load(Ordering::Relaxed), 6);
}

#[test]
fn a_wish_is_asked_about_a_dozen_notes_at_most_however_many_share_its_words() {
    let mut life = Life::default();
    let teas = "green black white mint lemon sage fennel nettle ginger rooibos mate jasmine rose chai hibiscus thyme";
    life.hears(teas.split(' ').map(|tea| says(&format!("likes {tea} tea"))).collect());
    assert!(life.active().len() > 12);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let ends = Ends::new(move |_: &str| {
        count.fetch_add(1, Ordering::Relaxed);
        -6.0
    });
    life.hears(vec![ClaimReading { ends, ..says("likes oolong tea") }]);
    assert_eq!(asked.load(Ordering::Relaxed), 12);
}

#[test]
fn what_has_nothing_to_do_with_the_words_that_take_back_stays() {
    let mut life = Life::default();
    life.hears(vec![says("routes without stairs")]);
    life.happens(message(), &unnamed("knee", "routes without stairs", 5.0));
    assert_eq!(life.active(), ["routes without stairs"]);
}

#[test]
fn neither_what_is_pinned_nor_what_is_not_named_ends_beside_a_named_withdrawal() {
    let mut life = Life::default();
    life.hears(vec![says("routes without stairs"), says("likes rye bread")]);
    let named = vec![takes_back("rye bread")];
    let both = Reading { withdrawals: named, ..unnamed("", "routes without stairs", 5.0) };
    life.happens(message(), &both);
    assert_eq!(life.active(), ["routes without stairs"]);
    let id = life.get("routes without stairs").id.clone();
    life.directs(&id, penchant_core::event::DirectiveAction::Pin, 0);
    life.happens(message(), &unnamed("", "routes without stairs", 5.0));
    assert_eq!(life.active(), ["routes without stairs"]);
}
