use std::time::{Duration, Instant};

use penchant_core::head::{LastReply, MAX_REPLY_CHARS};
use penchant_core::{Claim, Head, RevisionKind, Scope, SourceClass, Status, UserState, Vector};

use super::build::*;
use crate::fold::FoldConfig;
use crate::reading::{ClaimReading, Reading};

fn live(life: &Life) -> usize {
    life.state.preferences.iter().filter(|p| p.status == Status::Active).count()
}

#[test]
fn the_weakest_are_let_go_of_above_the_bound() {
    let config = FoldConfig { max_live: 5, max_closed: 3, ..FoldConfig::default() };
    let mut life = Life { config, ..Life::default() };
    life.hears(vec![ClaimReading { strength: 0.5, ..says("likes thing number0") }]);
    let mut expired = Vec::new();
    for n in 1..20 {
        let out = life.hears(vec![says(&format!("likes subject{n} alpha{n}"))]);
        expired.extend(out.revisions.into_iter().filter(|r| r.kind == RevisionKind::Expire));
        assert!(live(&life) <= 5);
        assert!(life.state.preferences.len() <= 5 + 3);
    }
    assert_eq!(expired[0].description, "likes thing number0");
    assert!(expired[0].reason.contains("weakest"));
}

#[test]
fn an_event_late_in_a_long_history_touches_no_more_than_an_early_one() {
    let config = FoldConfig { max_live: 50, max_closed: 16, ..FoldConfig::default() };
    let mut life = Life { config, ..Life::default() };
    let mut most = 0;
    for n in 0..2_000 {
        let out = life.hears(vec![says(&format!("likes subject{n} alpha{n}"))]);
        most = most.max(out.changed.len());
        assert!(life.state.preferences.len() <= 66);
    }
    // The new one, and the one that had to go.
    assert!(most <= 2, "{most}");
}

#[test]
fn a_reloaded_memory_folds_like_one_kept_in_memory() {
    let config = FoldConfig { max_live: 6, max_closed: 3, ..FoldConfig::default() };
    let mut kept = Life { config: config.clone(), ..Life::default() };
    let mut reloaded = Life { config, ..Life::default() };
    let mut stored = std::collections::BTreeMap::new();
    let wishes = ["short summaries", "long summaries", "aisle seats", "window seats"];
    for n in 0..60 {
        let wish = match n % 3 {
            0 => format!("prefers {}", wishes[n % 4]),
            1 => format!("likes subject{n} alpha{n}"),
            _ => format!("prefers {}", wishes[(n / 3) % 4]),
        };
        kept.hears(vec![says(&wish)]);
        let out = reloaded.hears(vec![says(&wish)]);
        stored.extend(out.changed);
        // What a store answers: everything open and plenty of closed ones, in its own order.
        let answered = stored.values().rev().cloned().collect();
        reloaded.state = UserState::new(reloaded.state.head.clone(), answered);
    }
    reloaded.hears(vec![]);
    kept.hears(vec![]);
    assert_eq!(kept.state, reloaded.state);
}

/// Wide vectors as MiniLM's, so that comparing costs what it costs in use.
fn wide(seed: u64) -> Vector {
    let mut state = seed;
    let values = (0..384)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f32 / (1_u32 << 24) as f32 - 0.5
        })
        .collect();
    Vector::normalized(values)
}

/// How many times as long as early in it an event takes late in a history: the median over rounds
/// in which a young and an old memory meet the same event one after the other, so that a machine
/// that is slow for a while is slow for both.
fn times_as_long(young: &Life, old: &Life, claims: impl Fn(u64) -> Vec<ClaimReading>) -> f64 {
    let spent = |life: &Life, n: u64| -> Duration {
        let mut life = life.clone();
        // A copy is cold; a memory in use is not.
        life.hears(claims(n + 500_000));
        let claims = claims(n);
        let started = Instant::now();
        life.hears(claims);
        started.elapsed()
    };
    let mut ratios: Vec<f64> = (1_000_000..1_000_201)
        .map(|n| spent(old, n).as_secs_f64() / spent(young, n).as_secs_f64().max(1e-9))
        .collect();
    ratios.sort_unstable_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

#[test]
fn an_event_costs_late_in_a_long_history_what_it_cost_early() {
    let teaches = |n: u64| {
        let text = format!("likes subject{n} alpha{n}");
        vec![ClaimReading { content: wide(n), ..says(&text) }]
    };
    let lives = |events: u64| {
        let mut life = Life::default();
        for n in 0..events {
            // One event in ten teaches something new; the rest teach nothing.
            life.hears(if n % 10 == 0 { teaches(n) } else { Vec::new() });
        }
        life
    };
    let (young, old) = (lives(1_000), lives(10_000));
    let teaching = times_as_long(&young, &old, teaches);
    let silent = times_as_long(&young, &old, |_| Vec::new());
    println!("teaching {teaching:.2}, silent {silent:.2} times as long");
    // About 1.3 and 1.0 times; searching everything took twenty times as long.
    assert!(teaching < 2.0, "{teaching}");
    assert!(silent < 3.0, "{silent}");
}

#[test]
fn what_was_done_with_items_costs_late_what_it_cost_early_though_likings_compete_for_places() {
    let teaches = |n: u64| {
        let value = format!("value{}", n % 1_500);
        vec![ClaimReading {
            claim: Claim::Affinity { attribute: "genre".into(), value: value.clone() },
            strength: 0.3,
            source: SourceClass::Behaviour,
            ..says(&format!("likes {value}"))
        }]
    };
    let lives = |events: u64| {
        let mut life = Life::default();
        for n in 0..events {
            life.hears(teaches(n));
        }
        life
    };
    let (young, old) = (lives(150), lives(6_000));
    let times = times_as_long(&young, &old, teaches);
    println!("{times:.2} times as long");
    assert!(old.state.head.beliefs.len() <= old.config.max_beliefs);
    assert!(times < 3.0, "{times}");
}

#[test]
fn a_head_stays_within_its_bound_whatever_alphabet_and_however_wide_the_embeddings() {
    for dimension in [384, 3_072] {
        let mut life = Life::default();
        for n in 0..700_usize {
            let value = format!("{}{n}", "字".repeat(44));
            let mut context = vec![0.01_f32; dimension];
            context[n % dimension] = 1.0;
            let claim = ClaimReading {
                claim: Claim::Affinity { attribute: "質".repeat(48), value: value.clone() },
                scope: Scope::Context { label: String::new() },
                ..says(&value)
            };
            life.task = format!("task {n}");
            let reading = Reading {
                claims: vec![claim],
                context: Vector::normalized(context),
                ..Reading::default()
            };
            life.happens(message(), &reading);
            life.state.head.last_reply =
                Some(LastReply { session: None, text: "答".repeat(MAX_REPLY_CHARS) });
        }
        let bytes = postcard::to_allocvec(&life.state.head).unwrap().len();
        println!("{dimension} dimensions: {bytes} bytes");
        assert!(bytes <= 128 * 1024, "{bytes}");
        assert!(life.state.head.contexts.len() >= 4);
        let read: Head =
            postcard::from_bytes(&postcard::to_allocvec(&life.state.head).unwrap()).unwrap();
        assert_eq!(read, life.state.head, "what is read back is what was held");
    }
}
