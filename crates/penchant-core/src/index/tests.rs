#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use super::*;
use crate::preference::Support;
use crate::{Claim, Origin, Polarity};

fn id(number: u32) -> PreferenceId {
    PreferenceId::try_new(format!("p{number:05}")).unwrap()
}

fn holds(number: u32, description: &str, source: SourceClass, log_odds: f32) -> Preference {
    let mut support = Support::default();
    support.add(source);
    Preference {
        id: id(number),
        kind: Claim::Statement { text: description.to_owned() },
        description: description.to_owned(),
        polarity: Polarity::Prefer,
        scope: Scope::Always,
        confidence: 0.9,
        log_odds,
        support,
        origin: Origin::Stated,
        status: Status::Active,
        pinned: false,
        valid_from: Timestamp::default(),
        valid_to: None,
        superseded_by: None,
        sets_aside: None,
        evidence: Vec::new(),
        version: 1,
        updated_at: Timestamp::default(),
        language: String::new(),
        cluster: None,
        context: Vector::default(),
        content: Vector::default(),
    }
}

fn said(text: &str) -> Said {
    Said::of(text, Polarity::Prefer, &Scope::Always)
}

fn found(index: &mut Index, all: &[Preference], text: &str, content: &Vector) -> Vec<String> {
    index.near(all, &said(text), content).into_iter().map(|(id, _)| id.to_string()).collect()
}

#[test]
fn what_shares_a_word_or_a_class_of_values_or_the_meaning_is_found_and_the_rest_is_not() {
    let mut all = vec![
        holds(1, "likes rye bread", SourceClass::Statement, 3.0),
        holds(2, "wants brief replies", SourceClass::Statement, 3.0),
        holds(3, "collects stamps", SourceClass::Statement, 3.0),
        holds(4, "enjoys philately", SourceClass::Statement, 3.0),
    ];
    let meaning = Vector::normalized((0..128).map(|n| ((n * 37 % 19) as f32) - 9.0).collect());
    all[3].content = meaning.clone();
    let mut index = Index::of(&all, HalfLives::default());
    assert_eq!(found(&mut index, &all, "white bread", &Vector::default()), ["p00001"]);
    assert_eq!(found(&mut index, &all, "in-depth answers", &Vector::default()), ["p00002"]);
    assert_eq!(found(&mut index, &all, "postage", &meaning), ["p00004"]);
    let other = Vector::normalized((0..128).map(|n| ((n * 53 % 23) as f32) - 11.0).collect());
    assert!(found(&mut index, &all, "postage", &other).is_empty());
}

#[test]
fn new_words_are_found_and_old_ones_are_not_whenever_the_index_was_built() {
    let before = holds(1, "likes rye bread", SourceClass::Statement, 3.0);
    let mut index = Index::of(std::slice::from_ref(&before), HalfLives::default());
    let none = Vector::default();
    assert_eq!(found(&mut index, std::slice::from_ref(&before), "bread", &none), ["p00001"]);
    let after = [holds(1, "collects stamps", SourceClass::Statement, 3.0)];
    index.note(&after[0]);
    assert!(found(&mut index, &after, "bread", &none).is_empty());
    assert_eq!(found(&mut index, &after, "stamps", &none), ["p00001"]);
    index.forget(&id(1));
    assert!(found(&mut index, &[], "stamps", &none).is_empty());
    assert_eq!(index.live(), 0);
}

#[test]
fn of_very_many_that_share_a_word_those_with_most_in_common_are_found() {
    let mut all: Vec<Preference> = (0..500)
        .map(|n| holds(n, &format!("likes coffee blend{n}"), SourceClass::Statement, 3.0))
        .collect();
    all.push(holds(999, "likes cold coffee with milk", SourceClass::Statement, 3.0));
    let mut index = Index::of(&all, HalfLives::default());
    let found = found(&mut index, &all, "cold coffee with oat milk", &Vector::default());
    assert!(found.len() <= 64 && found.contains(&"p00999".to_owned()));
}

#[test]
fn the_weakest_is_the_one_a_search_would_find_however_fast_each_fades() {
    let day = Duration::from_secs(86_400);
    let mut state = 7_u64;
    let mut roll = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % n
    };
    let mut all: Vec<Preference> = Vec::new();
    for n in 0..200 {
        let source = if roll(2) == 0 { SourceClass::Statement } else { SourceClass::Behaviour };
        let mut p = holds(n, "x", source, 0.1 + roll(80) as f32 / 10.0);
        p.updated_at = Timestamp::default().plus(day * roll(900) as u32);
        p.pinned = roll(10) == 0;
        all.push(p);
    }
    let rates = HalfLives::default();
    for later in [900, 1_300, 3_000] {
        let now = Timestamp::default().plus(day * later);
        let strength = |p: &&Preference| crate::posterior::log_odds_at(p, now, rates);
        let searched = all
            .iter()
            .filter(|p| !p.pinned)
            .min_by(|a, b| strength(a).total_cmp(&strength(b)))
            .unwrap();
        let index = Index::of(&all, rates);
        let found = index.weakest(now).unwrap();
        let own = all.iter().find(|p| p.id == *found).unwrap();
        let gap = strength(&own) - strength(&searched);
        assert!(gap.abs() < 1e-4, "{found} instead of {}: {gap}", searched.id);
    }
}

#[test]
fn what_ends_and_what_is_closed_is_known() {
    let mut passing = holds(1, "tea today", SourceClass::Statement, 3.0);
    passing.scope = Scope::ThisTime { label: String::new(), until: None };
    let mut closed = holds(2, "coffee", SourceClass::Statement, 3.0);
    closed.status = Status::Superseded;
    let mut index = Index::of(&[passing.clone(), closed], HalfLives::default());
    assert_eq!(index.ending(), [id(1)]);
    assert_eq!((index.live(), index.closed().len()), (1, 1));
    passing.status = Status::Expired;
    index.note(&passing);
    assert!(index.ending().is_empty());
    assert_eq!((index.live(), index.closed().len()), (0, 2));
}
