use penchant_core::{EventBody, Position};

use super::build::*;
use crate::fold::{Cause, apply};
use crate::reading::Reading;

#[test]
fn erasure_clears_everything_and_stays() {
    let mut life = Life::default();
    life.hears(vec![says("likes rye bread")]);
    let out = life.happens(EventBody::Erase, &Reading::default());
    assert!(out.erase && life.state.preferences.is_empty());
    let head = &life.state.head;
    assert!(head.beliefs.is_empty() && head.contexts.is_empty() && head.last_reply.is_none());
    assert!(head.erased.is_some());
}

#[test]
fn what_happened_before_an_erasure_brings_nothing_back() {
    let mut life = Life::default();
    let early = life.event(message());
    let reading = Reading { claims: vec![says("likes rye bread")], ..Reading::default() };
    life.apply(&early, 0, &reading);
    life.next = 1;
    life.day = 3;
    life.happens(EventBody::Erase, &Reading::default());
    // Redelivered at its old place, and resent so that it stands behind the erasure.
    assert!(life.apply(&early, 0, &reading).changed.is_empty());
    assert!(life.apply(&early, 9, &reading).changed.is_empty());
    assert!(life.state.preferences.is_empty());
}

#[test]
fn a_resend_brings_nothing_back_however_late_it_comes() {
    let mut life = Life::default();
    let early = life.event(message());
    let reading = Reading { claims: vec![says("likes rye bread")], ..Reading::default() };
    life.apply(&early, 0, &reading);
    life.next = 1;
    life.happens(EventBody::Erase, &Reading::default());
    // So late that its time is clamped to one after the erasure.
    life.day = 9;
    let cause = Cause { event: &early, position: Position::new(0, 9), at: life.now() };
    assert!(apply(&mut life.state, &cause, &reading, &life.config).changed.is_empty());
    assert!(life.state.preferences.is_empty());
}

#[test]
fn a_new_life_after_erasure_starts_with_new_ids() {
    let mut life = Life::default();
    life.hears(vec![says("likes rye bread")]);
    let old = life.get("likes rye bread").id.clone();
    life.happens(EventBody::Erase, &Reading::default());
    life.hears(vec![says("likes rye bread")]);
    assert_ne!(life.get("likes rye bread").id, old);
}
