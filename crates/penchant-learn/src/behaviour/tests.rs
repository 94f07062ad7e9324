//! Likings learnt from noisy behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use penchant_core::event::{Action, Comparison, Feedback, Interaction, Item};
use penchant_core::{
    Context, Event, EventBody, EventId, Polarity, Position, SourceClass, TenantId, Timestamp,
    UserId, UserKey, UserState,
};

use super::{BehaviourReader, affinity};
use crate::fold::{Cause, FoldConfig, apply};
use crate::reading::{Reader, Reading, Surroundings};

const VALUES: usize = 16;

/// A small deterministic generator (Knuth's MMIX), uniform in [0, 1).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.roll() * n as f64) as usize
    }
}

fn event(number: usize, body: EventBody) -> Event {
    let start = Timestamp::from_millis(1_700_000_000_000);
    Event {
        id: EventId::try_new(format!("e{number}")).unwrap(),
        user: UserKey::new(TenantId::try_new("t").unwrap(), UserId::try_new("u").unwrap()),
        session: None,
        occurred_at: start.plus(Duration::from_secs(3_600) * u32::try_from(number).unwrap()),
        imported: false,
        context: Context::default(),
        body,
    }
}

fn read(event: &Event) -> Reading {
    BehaviourReader::new().read(event, &Surroundings::default(), &[])
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    for (rank, at) in order.into_iter().enumerate() {
        ranks[at] = rank as f64;
    }
    ranks
}

/// Spearman's rank correlation.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let over = |x: &[f64], y: &[f64]| -> f64 {
        x.iter().zip(y).map(|(p, q)| (p - mean) * (q - mean)).sum()
    };
    over(&a, &b) / (over(&a, &a) * over(&b, &b)).sqrt()
}

/// Behaviour of a user with true likings `truth`: what is shown is uneven, what is done depends
/// on the liking, and one label in five is flipped. Answers (learnt, raw counts).
fn simulate(seed: u64, truth: &[f64], events: usize) -> (Vec<f64>, Vec<f64>) {
    let mut dice = Dice(seed);
    let mut state = UserState::default();
    let mut counts = vec![0.0; truth.len()];
    for number in 0..events {
        // Popular values are shown more often, whatever the user thinks of them.
        let shown = dice.below(VALUES).min(dice.below(VALUES));
        let likes = dice.roll() < truth[shown];
        let flipped = dice.roll() < 0.2;
        let action = match (likes != flipped, dice.below(4)) {
            (true, 0) => Action::Click,
            (true, 1) => Action::Like,
            (true, 2) => Action::Save,
            (true, _) => Action::Purchase,
            (false, 0 | 1) => Action::Skip,
            (false, 2) => Action::View,
            (false, _) => Action::Dislike,
        };
        counts[shown] += 1.0;
        let item = Item {
            id: format!("i{number}"),
            text: String::new(),
            attributes: [("genre".to_owned(), format!("g{shown}"))].into(),
        };
        let body =
            EventBody::Interaction(Interaction { item, action, dwell_ms: 0, list_position: 0 });
        let event = event(number, body);
        let cause = Cause {
            event: &event,
            position: Position::new(0, number as u64),
            at: event.occurred_at,
        };
        apply(&mut state, &cause, &read(&event), &FoldConfig::default());
    }
    let learnt = (0..truth.len()).map(|n| affinity(&state, "genre", &format!("g{n}"))).collect();
    (learnt, counts)
}

#[test]
fn learnt_likings_follow_the_true_ones_better_than_counts_though_one_label_in_five_is_flipped() {
    let (mut learnt, mut counted) = (0.0, 0.0);
    for seed in 1..=10 {
        let mut dice = Dice(seed * 977);
        let truth: Vec<f64> = (0..VALUES).map(|_| dice.roll()).collect();
        let (affinities, counts) = simulate(seed, &truth, 320);
        learnt += correlation(&affinities, &truth) / 10.0;
        counted += correlation(&counts, &truth) / 10.0;
    }
    assert!(learnt > 0.6, "rank correlation {learnt:.2}");
    assert!(learnt > counted + 0.3, "{learnt:.2} against {counted:.2} of raw counts");
}

#[test]
fn an_unknown_value_is_liked_neither_way() {
    assert_eq!(affinity(&UserState::default(), "genre", "jazz"), 0.0);
}

#[test]
fn choosing_one_text_over_another_is_read_like_a_cautious_edit() {
    let text = |text: &str| vec![Item { text: text.to_owned(), ..Item::default() }];
    let plain = "We moved the release to Friday because two tests fail. The team will fix both of them tomorrow and send a new build.";
    let bullets = "- The release moves to Friday.\n- Two tests fail.\n- The team fixes both of them tomorrow.\n- A new build follows.";
    let body = EventBody::Comparison(Comparison {
        chosen: text(bullets),
        rejected: text(plain),
        rationale: String::new(),
        strength: 1.0,
    });
    let reading = read(&event(0, body));
    assert!(reading.claims.iter().all(|c| c.source == SourceClass::Comparison));
    let bulleted = |c: &&crate::reading::ClaimReading| c.claim.subject().contains("bullet");
    let found = reading.claims.iter().find(bulleted);
    assert!(found.is_some_and(|c| c.polarity == Polarity::Prefer), "{:?}", reading.claims);
}

#[test]
fn a_good_rating_accepts_the_response_and_a_bad_one_accepts_nothing() {
    let target =
        "- one point about the plan\n- another point about it\n- a third one for good measure";
    let rated = |rating| {
        let feedback = Feedback { target: target.to_owned(), rating, comment: String::new() };
        read(&event(0, EventBody::Feedback(feedback)))
    };
    assert!(!rated(1.0).accepted.is_empty() && rated(1.0).claims.is_empty());
    assert!(rated(-1.0).accepted.is_empty());
}

#[test]
fn why_something_was_chosen_is_read_as_the_users_own_words() {
    let item = |genre: &str| {
        vec![Item {
            attributes: [("genre".to_owned(), genre.to_owned())].into(),
            ..Item::default()
        }]
    };
    let chosen = |rationale: &str| {
        read(&event(
            0,
            EventBody::Comparison(Comparison {
                chosen: item("jazz"),
                rejected: item("rock"),
                rationale: rationale.to_owned(),
                strength: 1.0,
            }),
        ))
    };
    let stated = |reading: &Reading| -> Vec<String> {
        let said = reading.claims.iter().filter(|c| c.source == SourceClass::Statement);
        said.map(|c| c.description.clone()).collect()
    };
    let told = chosen("I prefer quiet music while I work.");
    assert!(stated(&told).iter().any(|d| d.contains("quiet music")), "{:?}", told.claims);
    assert!(stated(&chosen("")).is_empty());
    assert_eq!(told.claims.len(), chosen("").claims.len() + 1, "what was chosen counts as before");
}

#[test]
fn a_rationale_finds_its_vectors_behind_that_of_the_context() {
    let body = EventBody::Comparison(Comparison {
        chosen: vec![Item::default()],
        rejected: Vec::new(),
        rationale: "I like short replies. I never want tables.".to_owned(),
        strength: 1.0,
    });
    let event = event(0, body);
    let texts = BehaviourReader::new().prepare(&event, &Surroundings::default());
    assert_eq!(texts[1].text, "I like short replies. I never want tables.");
}
