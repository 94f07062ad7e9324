use penchant_core::event::DirectiveAction;
use penchant_core::{Origin, RevisionKind, SourceClass, Status};

use super::build::*;
use crate::fold::story;
use crate::reading::ClaimReading;

#[test]
fn a_person_can_retract_and_restore() {
    let mut life = Life::default();
    life.hears(vec![says("likes rye bread")]);
    let id = life.get("likes rye bread").id.clone();
    life.directs(&id, DirectiveAction::Retract, 0);
    assert!(life.active().is_empty());
    let out = life.directs(&id, DirectiveAction::Restore, 0);
    assert_eq!(life.active(), ["likes rye bread"]);
    assert_eq!(out.revisions[0].kind, RevisionKind::Restore);
}

#[test]
fn a_decision_on_an_older_version_is_recorded_and_does_nothing() {
    let mut life = Life::default();
    life.hears(vec![says("likes rye bread")]);
    life.hears(vec![says("likes rye bread")]);
    let held = life.get("likes rye bread");
    let (id, version) = (held.id.clone(), held.version);
    let out = life.directs(&id, DirectiveAction::Retract, version - 1);
    assert_eq!(life.active(), ["likes rye bread"]);
    assert!(out.revisions[0].reason.contains("nothing was done"), "{}", out.revisions[0].reason);
    assert_eq!(out.revisions[0].kind, RevisionKind::Direct);
}

#[test]
fn confirming_lifts_a_quarantine() {
    let mut life = Life::default();
    let odd = ClaimReading { quarantine: Some("odd".to_owned()), ..says("likes rye bread") };
    life.hears(vec![odd]);
    assert!(life.active().is_empty());
    let id = life.get("likes rye bread").id.clone();
    life.directs(&id, DirectiveAction::Confirm, 0);
    assert_eq!(life.active(), ["likes rye bread"]);
}

#[test]
fn a_persons_words_stay_whatever_is_said_more_precisely() {
    let mut life = Life::default();
    life.hears(vec![says("likes bread")]);
    let id = life.get("likes bread").id.clone();
    life.directs(&id, DirectiveAction::Edit("likes rye bread".to_owned()), 0);
    let held = life.get("likes rye bread");
    assert_eq!(held.origin, Origin::Directed);
    assert_eq!(held.support.strongest(), Some(SourceClass::Directive));
    life.hears(vec![says("likes rye bread with butter")]);
    assert!(life.active().contains(&"likes rye bread"));
}

#[test]
fn a_pinned_preference_is_not_superseded() {
    let mut life = Life::default();
    life.hears(vec![says("prefers short summaries")]);
    let id = life.get("prefers short summaries").id.clone();
    life.directs(&id, DirectiveAction::Pin, 0);
    life.hears(vec![says("prefers long summaries")]);
    assert_eq!(life.get("prefers short summaries").status, Status::Active);
}

#[test]
fn the_story_tells_how_it_came_what_happened_and_where_it_stands() {
    let mut life = Life::default();
    let mut revisions = life.hears(vec![says("likes rye bread")]).revisions;
    revisions.extend(life.hears(vec![says("likes rye bread")]).revisions);
    revisions.extend(life.hears_back(takes_back("rye bread")).revisions);
    let told = story(life.get("likes rye bread"), &revisions);
    assert!(told.contains("learnt “likes rye bread”"), "{told}");
    assert!(told.contains("once more") && told.contains("it was withdrawn"), "{told}");
}
