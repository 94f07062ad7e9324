use penchant_core::{RevisionKind, Status, Vector};

use super::build::*;
use crate::fold::FoldConfig;
use crate::reading::ClaimReading;

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
        reloaded.state.preferences = stored.values().rev().cloned().collect();
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

#[test]
fn an_event_stays_far_cheaper_than_embedding_it_however_long_the_history() {
    let mut life = Life::default();
    let mut spent = Vec::new();
    for n in 0..10_000_u64 {
        // One event in ten teaches something new; the rest teach nothing.
        let claims = if n % 10 == 0 {
            let text = format!("likes subject{n} alpha{n}");
            vec![ClaimReading { content: wide(n), ..says(&text) }]
        } else {
            Vec::new()
        };
        let started = std::time::Instant::now();
        life.hears(claims);
        spent.push(started.elapsed());
    }
    let median = |part: &[std::time::Duration]| {
        let mut part = part.to_vec();
        part.sort_unstable();
        part[part.len() / 2]
    };
    let teaching = |part: &[std::time::Duration]| {
        median(&part.iter().step_by(10).copied().collect::<Vec<_>>())
    };
    let (early, late) = (&spent[10..510], &spent[9_000..]);
    println!("any event {:?} then {:?}", median(early), median(late));
    println!("teaching {:?} then {:?}", teaching(early), teaching(late));
    // MiniLM takes some 15 ms for the message alone; the fold must not be what is felt.
    assert!(teaching(late).as_millis() < 5, "{:?}", teaching(late));
    assert!(median(late).as_micros() < 1_000, "{:?}", median(late));
}
