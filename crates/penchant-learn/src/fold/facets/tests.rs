#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::time::Duration;

use penchant_core::event::{Edit, Event, EventBody};
use penchant_core::{Context, EventId, FacetId, Position, TenantId, Timestamp, UserId, UserKey};

use super::*;

fn event(n: usize) -> Event {
    Event {
        id: EventId::try_new(format!("e{n}")).unwrap(),
        user: UserKey::new(TenantId::try_new("t").unwrap(), UserId::try_new("u").unwrap()),
        session: None,
        occurred_at: Timestamp::from_millis(0),
        imported: false,
        context: Context { task: "mail".into(), text: String::new(), attributes: BTreeMap::new() },
        body: EventBody::Edit(Edit { draft: "a".into(), revised: "b".into() }),
    }
}

fn claim(facet: &str, value: FacetValue, strength: f32) -> ClaimReading {
    let facet = FacetId::new(facet);
    ClaimReading {
        description: vocabulary::built_in().describe(&facet, &value).unwrap_or_default(),
        claim: Claim::Facet { facet, value },
        polarity: Polarity::Prefer,
        scope: Scope::Context { label: String::new() },
        strength,
        source: SourceClass::Edit,
        content: Vector::default(),
        snippet: String::new(),
        replaces: String::new(),
        replaces_content: Vector::default(),
        leanings: None,
        ends: penchant_ports::Ends::default(),
        wish: None,
        quarantine: None,
        language: String::new(),
    }
}

fn class(name: &str) -> FacetValue {
    FacetValue::Class(name.to_owned())
}

#[derive(Default)]
struct Memory {
    state: UserState,
    events: usize,
    now: Timestamp,
    out: FoldOutcome,
}

impl Memory {
    fn learn(&mut self, cluster: u32, reading: ClaimReading) -> &mut Self {
        let event = event(self.events);
        let cause =
            Cause { event: &event, position: Position::new(0, self.events as u64), at: self.now };
        self.events += 1;
        let config = FoldConfig::default();
        let context = Vector::default();
        apply(&mut self.state, &cause, &context, &[reading], Some(cluster), &config, &mut self.out);
        self
    }

    /// Has kinds of situations with these numbers.
    fn knows(&mut self, clusters: impl IntoIterator<Item = u32>) {
        for id in clusters {
            self.state.head.contexts.push(penchant_core::head::ContextCluster {
                id,
                centroid: Vector::default(),
                cues: penchant_core::cues::Cues::default(),
                style: penchant_core::style::Style::default(),
                drift: penchant_core::style::Style::default(),
                count: 1,
                task: "mail".into(),
                last_at: self.now,
            });
        }
    }

    fn wide(&self) -> Vec<&str> {
        let wide = |p: &&Preference| p.status == Status::Active && p.scope == Scope::Always;
        self.state.preferences.iter().filter(wide).map(|p| p.description.as_str()).collect()
    }

    fn held(&self) -> Vec<&str> {
        let active = self.state.preferences.iter().filter(|p| p.status == Status::Active);
        active.map(|p| p.description.as_str()).collect()
    }
}

#[test]
fn one_clear_edit_makes_a_preference_and_more_make_it_surer() {
    let mut memory = Memory::default();
    memory.learn(1, claim("emoji", class("yes"), 1.0));
    assert_eq!(memory.held(), ["with emojis"]);
    let before = memory.state.preferences[0].confidence;
    memory.learn(1, claim("emoji", class("yes"), 1.0));
    assert!(memory.state.preferences[0].confidence > before);
    assert_eq!(memory.state.preferences.len(), 1);
    assert_eq!(memory.state.preferences[0].version, 2);
}

#[test]
fn weak_evidence_waits_until_it_has_company() {
    let mut memory = Memory::default();
    memory.learn(1, claim("emoji", class("yes"), 0.4));
    assert!(memory.held().is_empty());
    memory.learn(1, claim("emoji", class("yes"), 0.4));
    assert_eq!(memory.held(), ["with emojis"]);
}

#[test]
fn a_change_of_mind_supersedes_and_a_change_back_restores_the_old_one() {
    let mut memory = Memory::default();
    memory.learn(1, claim("emoji", class("yes"), 1.0));
    let first = memory.state.preferences[0].id.clone();
    for _ in 0..2 {
        memory.learn(1, claim("emoji", class("no"), 1.0));
    }
    assert_eq!(memory.held(), ["no emojis"]);
    assert_eq!(memory.state.preferences[0].status, Status::Superseded);
    for _ in 0..4 {
        memory.learn(1, claim("emoji", class("yes"), 1.0));
    }
    assert_eq!(memory.held(), ["with emojis"]);
    assert!(memory.state.preferences.iter().any(|p| p.id == first && p.status == Status::Active));
}

#[test]
fn kinds_of_situations_do_not_contradict_each_other() {
    let mut memory = Memory::default();
    memory.learn(1, claim("emoji", class("yes"), 1.0));
    memory.learn(2, claim("emoji", class("no"), 1.0));
    assert_eq!(memory.held(), ["with emojis", "no emojis"]);
}

#[test]
fn a_target_is_the_mean_of_what_was_seen() {
    let mut memory = Memory::default();
    memory.learn(1, claim("length", FacetValue::Number(40.0), 1.0));
    memory.learn(1, claim("length", FacetValue::Number(60.0), 1.0));
    assert_eq!(memory.held(), ["brief, about 50 words"]);
}

#[test]
fn old_evidence_fades_so_that_new_habits_win_sooner() {
    let mut memory = Memory::default();
    for _ in 0..3 {
        memory.learn(1, claim("emoji", class("yes"), 1.0));
    }
    memory.now = memory.now.plus(Duration::from_secs(240 * 86_400));
    memory.learn(1, claim("emoji", class("no"), 1.0));
    assert_eq!(memory.held(), ["no emojis"]);
}

#[test]
fn beliefs_stay_within_their_bound() {
    let mut head = Head::default();
    for n in 0..40 {
        head.beliefs.insert(format!("1|x{n}"), Belief::default());
    }
    forget_weakest(&mut head, 10);
    assert_eq!(head.beliefs.len(), 10);
}

#[test]
fn what_a_kept_text_shows_confirms_only_what_is_already_believed() {
    let mut memory = Memory::default();
    memory.learn(1, claim("emoji", class("yes"), 1.0));
    let before = memory.state.preferences[0].log_odds;
    let event = event(99);
    let cause = Cause { event: &event, position: Position::new(0, 99), at: memory.now };
    let shown = [claim("emoji", class("yes"), 1.0).claim, claim("table", class("yes"), 1.0).claim];
    let config = FoldConfig::default();
    confirm(&mut memory.state, &cause, &shown, Some(1), &config, &mut memory.out);
    assert!(memory.state.preferences[0].log_odds > before);
    assert_eq!(memory.held(), ["with emojis"]);
}

#[test]
fn merged_situations_share_what_was_learnt_without_doubles() {
    let mut memory = Memory::default();
    memory.learn(1, claim("emoji", class("yes"), 1.0));
    memory.learn(2, claim("emoji", class("yes"), 1.0));
    memory.learn(2, claim("table", class("yes"), 1.0));
    memory.knows([1, 2]);
    let event = event(99);
    let cause = Cause { event: &event, position: Position::new(0, 99), at: memory.now };
    let config = FoldConfig { max_clusters: 1, ..FoldConfig::default() };
    super::super::merge::within_bound(&mut memory.state, &cause, &config, &mut memory.out);
    assert_eq!(memory.state.head.contexts.len(), 1);
    assert_eq!(memory.held(), ["with emojis", "tables"]);
    let kept = memory.state.head.contexts[0].id;
    let active = memory.state.preferences.iter().filter(|p| p.status == Status::Active);
    assert!(active.clone().all(|p| p.cluster == Some(kept)));
}

#[test]
fn what_is_alike_in_many_kinds_of_situations_is_user_wide_and_what_differs_is_not() {
    let mut memory = Memory::default();
    memory.knows(1..=4);
    for cluster in 1..=2 {
        memory.learn(cluster, claim("emoji", class("no"), 1.0));
        memory.learn(cluster, claim("table", class("yes"), 1.0));
    }
    assert!(memory.wide().is_empty(), "two are not many");
    memory.learn(3, claim("emoji", class("no"), 1.0));
    memory.learn(3, claim("table", class("no"), 1.0));
    memory.learn(4, claim("table", class("yes"), 1.0));
    assert_eq!(memory.wide(), ["no emojis", "tables"]);
    let all = memory.state.preferences.iter().filter(|p| p.status == Status::Active).count();
    assert_eq!(all, 3 + 4 + 2, "what was learnt in each of them stays");
}

#[test]
fn what_is_no_longer_alike_is_no_longer_user_wide() {
    let mut memory = Memory::default();
    memory.knows(1..=3);
    for cluster in 1..=3 {
        memory.learn(cluster, claim("emoji", class("yes"), 1.0));
    }
    assert_eq!(memory.wide(), ["with emojis"]);
    for cluster in 1..=2 {
        for _ in 0..2 {
            memory.learn(cluster, claim("emoji", class("no"), 1.0));
        }
    }
    assert!(memory.wide().is_empty(), "{:?}", memory.wide());
    assert!(memory.held().contains(&"with emojis"), "it is still held where it was not changed");
}
