use penchant_core::contradiction::{Relation, Said, relation};
use penchant_core::{EventBody, Scope, Status};
use proptest::prelude::*;

use super::build::*;
use crate::reading::{ClaimReading, Reading};

const WISHES: &[&str] = &[
    "prefers short summaries",
    "prefers long summaries",
    "likes emoji",
    "wants formal mails",
    "wants casual mails",
    "prefers aisle seats",
    "prefers window seats",
    "drinks coffee with lunch",
    "drinks tea with lunch",
    "wants font size 12",
    "wants font size 14",
    "likes rye bread",
];

fn claim(which: usize, denied: bool, now: bool) -> ClaimReading {
    let wish = WISHES[which % WISHES.len()];
    let mut claim = if denied { avoids(&format!("no longer {wish}")) } else { says(wish) };
    if now {
        claim.scope = Scope::ThisTime { label: "today".to_owned(), until: None };
    }
    claim
}

fn live(steps: &[(usize, bool, bool, bool)]) -> Vec<(penchant_core::Event, Reading)> {
    let mut life = Life::default();
    let mut events = Vec::new();
    for (which, denied, now, withdrawn) in steps {
        let reading = if *withdrawn {
            let text = WISHES[which % WISHES.len()];
            Reading { withdrawals: vec![takes_back(text)], ..Reading::default() }
        } else {
            Reading { claims: vec![claim(*which, *denied, *now)], ..Reading::default() }
        };
        events.push((life.event(message()), reading));
        life.next += 1;
        life.day += 1;
    }
    events
}

fn fold(events: &[(penchant_core::Event, Reading)], order: &[usize]) -> Life {
    let mut life = Life::default();
    for &at in order {
        let (event, reading) = &events[at];
        life.apply(event, at as u64, reading);
    }
    life
}

fn steps() -> impl Strategy<Value = Vec<(usize, bool, bool, bool)>> {
    proptest::collection::vec(
        (
            0..WISHES.len(),
            prop::bool::weighted(0.2),
            prop::bool::weighted(0.2),
            prop::bool::weighted(0.15),
        ),
        1..40,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_is_redelivered_takes_effect_once(steps in steps(), again in proptest::collection::vec(0_usize..40, 0..30)) {
        let events = live(&steps);
        let once: Vec<usize> = (0..events.len()).collect();
        let mut often = Vec::new();
        for at in 0..events.len() {
            often.push(at);
            // A redelivery repeats something from before, never something that was not yet there.
            often.extend(again.iter().filter(|n| *n % (at + 1) == at / 2).map(|n| n % (at + 1)));
        }
        prop_assert_eq!(fold(&events, &once).state, fold(&events, &often).state);
    }

    #[test]
    fn no_two_lasting_preferences_of_one_occasion_contradict(steps in steps()) {
        let events = live(&steps);
        let life = fold(&events, &(0..events.len()).collect::<Vec<_>>());
        let held: Vec<_> = life
            .state
            .preferences
            .iter()
            .filter(|p| p.status == Status::Active && p.scope == Scope::Always)
            .collect();
        for (n, a) in held.iter().enumerate() {
            for b in &held[n + 1..] {
                let (x, y) = (
                    Said::of(&a.description, a.polarity, &a.scope),
                    Said::of(&b.description, b.polarity, &b.scope),
                );
                let between = relation(&y, &x, Some(a.content.cosine(&b.content)), false);
                prop_assert!(!matches!(between, Relation::Opposed(_)), "{} / {}", a.description, b.description);
            }
        }
    }

    #[test]
    fn every_change_leaves_one_revision_and_versions_never_skip(steps in steps()) {
        let events = live(&steps);
        let mut life = Life::default();
        let mut versions = std::collections::BTreeMap::new();
        for (at, (event, reading)) in events.iter().enumerate() {
            for revision in life.apply(event, at as u64, reading).revisions {
                let before = versions.insert(revision.preference.clone(), revision.version).unwrap_or(0);
                prop_assert_eq!(revision.version, before + 1);
                prop_assert!(!revision.reason.is_empty());
            }
        }
        for p in &life.state.preferences {
            prop_assert_eq!(versions[&p.id], p.version);
            prop_assert!((0.0..=1.0).contains(&p.confidence));
            prop_assert!(!(p.status == Status::Active && p.superseded_by.is_some()));
        }
    }

    #[test]
    fn nothing_from_before_an_erasure_survives_it(steps in steps(), cut in 0_usize..40) {
        let events = live(&steps);
        let cut = cut % (events.len() + 1);
        let mut life = Life::default();
        for (at, (event, reading)) in events[..cut].iter().enumerate() {
            life.apply(event, at as u64, reading);
        }
        life.next = 1_000;
        life.day = 1_000;
        let erase = life.event(EventBody::Erase);
        life.apply(&erase, 1_000, &Reading::default());
        for (at, (event, reading)) in events.iter().enumerate() {
            life.apply(event, 2_000 + at as u64, reading);
        }
        prop_assert!(life.state.preferences.is_empty());
    }
}
