use penchant_core::{RevisionKind, Scope, SourceClass, Status};

use super::build::*;
use crate::reading::ClaimReading;

#[test]
fn saying_the_same_again_grows_support_and_adds_nothing() {
    let mut life = Life::default();
    life.hears(vec![says("prefers aisle seats")]);
    let before = life.get("prefers aisle seats").confidence;
    let out = life.hears(vec![says("prefers aisle seats")]);
    assert_eq!(life.active(), ["prefers aisle seats"]);
    let held = life.get("prefers aisle seats");
    assert_eq!(held.support.total(), 2);
    assert!(held.confidence > before);
    assert_eq!(out.revisions[0].kind, RevisionKind::Refine);
}

#[test]
fn a_value_that_excludes_the_old_one_closes_it_and_names_its_successor() {
    let mut life = Life::default();
    life.hears(vec![says("prefers aisle seats on planes")]);
    life.hears(vec![says("prefers window seats on planes")]);
    assert_eq!(life.active(), ["prefers window seats on planes"]);
    let old = life.get("prefers aisle seats on planes");
    assert_eq!(old.status, Status::Superseded);
    assert_eq!(old.superseded_by, Some(life.get("prefers window seats on planes").id.clone()));
    assert!(old.valid_to.is_some());
}

#[test]
fn what_is_no_longer_wanted_closes_what_was() {
    let mut life = Life::default();
    life.hears(vec![says("likes emoji")]);
    life.hears(vec![avoids("dislikes emoji")]);
    assert_eq!(life.active(), ["dislikes emoji"]);
}

#[test]
fn a_named_replacement_closes_what_it_replaces() {
    let mut life = Life::default();
    life.hears(vec![says("puts oat milk in muesli")]);
    life.hears(vec![instead_of(says("puts hazelnut milk in muesli"), "oat milk")]);
    assert_eq!(life.active(), ["puts hazelnut milk in muesli"]);
}

#[test]
fn what_a_model_reads_to_be_ended_is_closed_without_a_common_word() {
    let closes = |times: f32| {
        let mut life = Life::default();
        life.hears(vec![says("likes vindaloo"), says("reads crime novels")]);
        let ends = ending("likes vindaloo", times);
        let milder = "the milder end suits my stomach better these days";
        let claim = says("prefers mild food");
        let claim = ClaimReading { ends, snippet: milder.to_owned(), ..claim };
        life.hears(vec![claim]);
        life.active().len() == 2
    };
    assert!(closes(6.0));
    assert!(!closes(-6.0), "it says that it goes on");
}

#[test]
fn a_wish_for_now_names_what_a_model_reads_it_to_set_aside() {
    let mut life = Life::default();
    life.hears(vec![says("drinks gin at sundown"), says("reads crime novels")]);
    let ends = ending("drinks gin at sundown", 6.0);
    let scope =
        Scope::ThisTime { label: "in January".to_owned(), until: Some(life.now().plus(DAY)) };
    let claim = ClaimReading { scope, ends, ..says("drinks lemonade") };
    let out = life.hears(vec![claim]);
    assert_eq!(life.active().len(), 3, "it is only for now");
    let lemonade = life.get("drinks lemonade");
    assert_eq!(lemonade.sets_aside, Some(vec![life.get("drinks gin at sundown").id.clone()]));
    assert_eq!(out.changed.get(&lemonade.id), Some(lemonade), "what is held is stored");
    let scope = Scope::ThisTime { label: "tonight".to_owned(), until: None };
    life.hears(vec![ClaimReading { scope, ..says("eats plain rice") }]);
    assert_eq!(life.get("eats plain rice").sets_aside, None, "nobody could say");
}

#[test]
fn a_wish_for_now_sets_aside_what_lies_near_unless_a_model_is_against_it() {
    let set_aside = |odds: f32| {
        let mut life = Life::default();
        life.hears(vec![says("drinks gin at sundown"), says("reads crime novels")]);
        let ends = ending("drinks gin at sundown", odds);
        let scope = Scope::ThisTime { label: "tonight".to_owned(), until: None };
        let claim = ClaimReading { scope, ends, ..avoids("drinks gin") };
        life.hears(vec![ClaimReading { content: vector("drinks gin"), ..claim }]);
        life.get("drinks gin").sets_aside.as_ref().map(Vec::len)
    };
    assert_eq!([set_aside(0.1), set_aside(-3.0)], [Some(1), Some(0)]);
}

#[test]
fn giving_something_up_for_another_leaves_no_separate_dislike() {
    let mut life = Life::default();
    life.hears(vec![says("drinks cola with lunch")]);
    let change = ClaimReading {
        snippet: "I've switched to coffee with lunch, no more cola".to_owned(),
        ..says("drinks coffee with lunch")
    };
    life.hears(vec![change, avoids("does not want cola")]);
    assert_eq!(life.active(), ["drinks coffee with lunch"]);
}

#[test]
fn a_denial_beside_what_takes_its_place_is_kept_where_it_says_more() {
    let denied = |denial: &str| {
        let mut life = Life::default();
        life.hears(vec![says("drinks coffee with milk")]);
        let ends = ending("drinks coffee with milk", 6.0);
        life.hears(vec![ClaimReading { ends, ..says("drinks lemon tea") }, avoids(denial)]);
        assert!(!life.active().contains(&"drinks coffee with milk"));
        life.active().len() == 1
    };
    assert!(denied("wants no coffee any longer"), "nearer to what is over");
    assert!(!denied("wants no milk in lemon tea"), "nearer to what took its place");
    assert!(!denied("wants no sugar"), "about neither");
}

#[test]
fn a_denial_of_what_stays_is_kept() {
    let mut life = Life::default();
    life.hears(vec![says("drinks coffee with milk")]);
    life.state.preferences[0].pinned = true;
    let ends = ending("drinks coffee with milk", 6.0);
    life.hears(vec![ClaimReading { ends, ..says("drinks lemon tea") }, avoids("wants no coffee")]);
    assert!(life.active().contains(&"wants no coffee"), "{:?}", life.active());
}

#[test]
fn a_model_that_is_certain_outweighs_the_names_of_occasions() {
    let closes = |odds: f32| {
        let mut life = Life::default();
        let scope = Scope::Context { label: "calculations".to_owned() };
        life.hears(vec![ClaimReading { scope, ..says("wants every step written out") }]);
        let ends = ending("wants every step written out", odds);
        life.hears(vec![ClaimReading { ends, ..says("wants only the end result") }]);
        life.active().len() == 1
    };
    assert!(closes(3.0));
    assert!(!closes(0.0), "it is not");
}

#[test]
fn coming_back_restores_the_old_preference_under_its_id() {
    let mut life = Life::default();
    life.hears(vec![says("wants weekly reports as bullet points")]);
    let id = life.get("wants weekly reports as bullet points").id.clone();
    life.hears(vec![says("wants weekly reports in paragraphs")]);
    assert_eq!(life.active(), ["wants weekly reports in paragraphs"]);
    let out = life.hears(vec![says("wants weekly reports as bullet points")]);
    assert_eq!(life.active(), ["wants weekly reports as bullet points"]);
    assert_eq!(life.get("wants weekly reports as bullet points").id, id);
    assert!(out.revisions.iter().any(|r| r.kind == RevisionKind::Restore && r.preference == id));
}

#[test]
fn an_exception_keeps_the_rule() {
    let mut life = Life::default();
    life.hears(vec![says("likes spicy food")]);
    life.hears(vec![avoids("wants no peppers in spicy food")]);
    assert_eq!(life.active().len(), 2);
}

#[test]
fn opposites_for_different_occasions_live_side_by_side() {
    let mut life = Life::default();
    let at = |label: &str| Scope::Context { label: label.to_owned() };
    life.hears(vec![ClaimReading { scope: at("customer mails"), ..says("wants a formal tone") }]);
    life.hears(vec![ClaimReading { scope: at("notes to friends"), ..says("wants a casual tone") }]);
    assert_eq!(life.active().len(), 2);
}

#[test]
fn opposites_in_different_tasks_live_side_by_side_but_not_within_one() {
    let mut life = Life { task: "email".to_owned(), ..Life::default() };
    life.hears(vec![says("wants short texts")]);
    life.task = "report".to_owned();
    life.hears(vec![says("wants long texts")]);
    assert_eq!(life.active().len(), 2);
    life.hears(vec![says("wants short texts")]);
    assert!(!life.active().contains(&"wants long texts"), "{:?}", life.active());
}

#[test]
fn a_wish_for_now_suspends_and_does_not_supersede() {
    let mut life = Life::default();
    life.hears(vec![says("wants long summaries")]);
    let until = life.now().plus(DAY * 3);
    let scope = Scope::ThisTime { label: "this week".to_owned(), until: Some(until) };
    life.hears(vec![ClaimReading { scope, ..says("wants short summaries") }]);
    assert_eq!(life.active(), ["wants long summaries", "wants short summaries"]);
    life.day += 5;
    life.hears(vec![]);
    assert_eq!(life.active(), ["wants long summaries"]);
    assert_eq!(life.get("wants short summaries").status, Status::Expired);
}

#[test]
fn a_wish_for_the_session_ends_with_it() {
    let mut life = Life { session: Some("s1".to_owned()), ..Life::default() };
    let scope = Scope::ThisTime { label: String::new(), until: None };
    life.hears(vec![ClaimReading { scope, ..says("wants short summaries") }]);
    life.day -= 1;
    life.hears(vec![]);
    assert_eq!(life.active(), ["wants short summaries"]);
    life.day -= 1;
    life.session = Some("s2".to_owned());
    life.hears(vec![]);
    assert!(life.active().is_empty());
}

#[test]
fn a_one_off_never_becomes_lasting() {
    let mut life = Life::default();
    let claim =
        ClaimReading { snippet: "decaf please, just this once".to_owned(), ..says("wants decaf") };
    life.hears(vec![claim]);
    assert!(matches!(life.get("wants decaf").scope, Scope::ThisTime { .. }));
}

#[test]
fn what_is_inferred_does_not_overrule_what_was_said() {
    let mut life = Life::default();
    life.hears(vec![says("prefers short summaries")]);
    let inferred = ClaimReading { source: SourceClass::Feedback, ..says("prefers long summaries") };
    life.hears(vec![inferred]);
    assert_eq!(life.active(), ["prefers short summaries"]);
}

#[test]
fn what_is_said_overrules_what_was_inferred() {
    let mut life = Life::default();
    let inferred = ClaimReading {
        source: SourceClass::Feedback,
        strength: 1.0,
        ..says("prefers long summaries")
    };
    life.hears(vec![inferred]);
    life.hears(vec![says("prefers short summaries")]);
    assert_eq!(life.active(), ["prefers short summaries"]);
}

#[test]
fn quarantined_claims_touch_nothing_else() {
    let mut life = Life::default();
    life.hears(vec![says("prefers short summaries")]);
    let odd = ClaimReading {
        quarantine: Some("reads like an instruction".to_owned()),
        ..says("prefers long summaries")
    };
    let out = life.hears(vec![odd]);
    assert_eq!(life.active(), ["prefers short summaries"]);
    assert_eq!(life.get("prefers long summaries").status, Status::Quarantined);
    assert_eq!(out.revisions[0].kind, RevisionKind::Quarantine);
}

#[test]
fn a_finer_wish_rewords_the_older_one() {
    let mut life = Life::default();
    life.hears(vec![says("wants quiet hotels")]);
    life.hears(vec![says("wants quiet hotels near stations")]);
    assert_eq!(life.active(), ["wants quiet hotels near stations"]);
    assert_eq!(life.state.preferences.len(), 1);
}

#[test]
fn what_is_ordered_on_several_days_becomes_an_inferred_liking_and_a_one_off_never_does() {
    let order = |snippet: &str| ClaimReading {
        scope: Scope::ThisTime { label: String::new(), until: None },
        snippet: snippet.to_owned(),
        ..says("orders oat latte")
    };
    let mut life = Life::default();
    life.hears(vec![order("oat latte please")]);
    life.hears(vec![order("oat latte please")]);
    let habit = life.state.preferences.iter().find(|p| p.scope == Scope::Always).unwrap();
    assert_eq!(habit.support.strongest(), Some(SourceClass::Behaviour));
    assert_eq!(habit.status, Status::Active);

    let mut life = Life::default();
    life.hears(vec![order("oat latte, just this once")]);
    life.hears(vec![order("oat latte, just this once")]);
    assert!(life.state.preferences.iter().all(|p| p.scope != Scope::Always));
}

#[test]
fn from_now_on_takes_the_place_of_the_nearest_wish_of_the_task_and_of_no_other() {
    let mut life = Life { task: "editor".to_owned(), ..Life::default() };
    life.hears(vec![says("prefers the solarized theme for editor")]);
    life.hears(vec![says("wants the ruler turned off")]);
    let change = ClaimReading {
        snippet: "gruvbox theme from now on".to_owned(),
        ..says("prefers the gruvbox theme for editor")
    };
    life.hears(vec![change]);
    assert_eq!(
        life.active(),
        ["prefers the gruvbox theme for editor", "wants the ruler turned off"]
    );
}

#[test]
fn what_comes_on_top_takes_no_place() {
    let mut life = Life { task: "editor".to_owned(), ..Life::default() };
    life.hears(vec![says("prefers the solarized theme for editor")]);
    let more = ClaimReading {
        snippet: "also the gruvbox theme now".to_owned(),
        ..says("prefers the gruvbox theme for editor")
    };
    life.hears(vec![more]);
    assert_eq!(life.active().len(), 2);
}

#[test]
fn back_to_how_it_was_reopens_what_was_given_up_and_closes_what_had_replaced_it() {
    let mut life = Life { task: "budget".to_owned(), ..Life::default() };
    let said = |text: &str, words: &str| ClaimReading { snippet: words.to_owned(), ..says(text) };
    life.hears(vec![says("prefers the budget in weekly envelopes")]);
    life.hears(vec![said("prefers the budget in one jar", "one jar for the budget from now on")]);
    assert_eq!(life.active(), ["prefers the budget in one jar"]);
    life.hears(vec![said("prefers envelopes for the budget", "envelopes again, like before")]);
    let held = life.active();
    assert!(held.iter().any(|d| d.contains("envelopes")), "{held:?}");
    assert!(!held.iter().any(|d| d.contains("jar")), "{held:?}");
}
