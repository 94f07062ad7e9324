//! Prints how fast the embedded log and store are on this machine.
//! `cargo run -p penchant-sqlite --example figures`.

#![allow(clippy::unwrap_used)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{append, open_log};
use penchant_core::{Partition, Position, Preference, UserCommit, Vector};
use penchant_ports::{
    EmbedderInfo, EventLog as _, NearestQuery, PreferenceReader as _, PreferenceStore as _,
};
use penchant_sqlite::SqliteStore;
use penchant_testkit::builders::{batch, commit, message, preference, user};

const WORDS: &str =
    "Could you make this shorter, please? I like bullet points in mails to customers.";

fn rate(what: &str, count: usize, took: Duration) {
    let seconds = took.as_secs_f64();
    println!(
        "{what}: {:.0}/s ({:.3} ms each)",
        count as f64 / seconds,
        seconds * 1e3 / count as f64
    );
}

fn middle(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!(
        "{what}: p50 {:.3} ms, p99 {:.3} ms",
        p50.as_secs_f64() * 1e3,
        p99.as_secs_f64() * 1e3
    );
}

async fn appending() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("baseline")).unwrap();
    let begun = Instant::now();
    for _ in 0..200 {
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
    }
    rate("baseline: 4 KiB and fdatasync", 200, begun.elapsed());
    let log = Arc::new(open_log(folder.path()).unwrap());
    let begun = Instant::now();
    for n in 0..500 {
        append(&log, vec![message(&user(0), &format!("s{n}"), WORDS)]).await;
    }
    rate("append, one caller", 500, begun.elapsed());
    let begun = Instant::now();
    let callers: Vec<_> = (0..64)
        .map(|caller| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                for n in 0..100 {
                    append(&log, vec![message(&user(caller), &format!("c{n}"), WORDS)]).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    rate("append, 64 callers", 6_400, begun.elapsed());
    let begun = Instant::now();
    for n in 0..20 {
        let events = (0..500).map(|m| message(&user(m), &format!("b{n}-{m}"), WORDS)).collect();
        append(&log, events).await;
    }
    rate("append, batches of 500", 10_000, begun.elapsed());
    let begun = Instant::now();
    let mut consumer = log.consume(Default::default()).await.unwrap();
    let mut lane = consumer.next_lane().await.unwrap().unwrap();
    for _ in 0..16_900 {
        lane.deliveries.recv().await.unwrap();
    }
    rate("consume", 16_900, begun.elapsed());
}

fn wide(id: &str) -> Preference {
    let seed = penchant_core::head::fnv1a(id.as_bytes());
    let numbers = |salt: u64| {
        let number = |n: u64| ((seed ^ salt).wrapping_mul(2 * n + 1) >> 40) as f32 - 8_388_608.0;
        Vector::normalized((0..384).map(number).collect())
    };
    Preference { context: numbers(1), content: numbers(2), ..preference(id) }
}

fn store(folder: &std::path::Path) -> SqliteStore {
    let model = "figures".to_owned();
    let info = EmbedderInfo { model, dimension: 384, lexical_fallback: false };
    SqliteStore::open(folder, &info).unwrap()
}

async fn committing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let epoch = store.fence(Partition(0)).await.unwrap();
    let mut next = 0;
    for (users, rounds) in [(1, 200), (100, 20)] {
        let keys: Vec<_> = (0..users).map(user).collect();
        let (mut loads, mut commits) = (Duration::ZERO, Duration::ZERO);
        for round in 0..rounds {
            let begun = Instant::now();
            let states = store.load(&keys).await.unwrap();
            loads += begun.elapsed();
            let position = Position::new(0, next);
            next += 1;
            let all: Vec<UserCommit> = keys
                .iter()
                .zip(states)
                .map(|(key, state)| {
                    let id = format!("p{users}-{round}");
                    commit(key, &state.head, epoch, position, vec![wide(&id)])
                })
                .collect();
            let begun = Instant::now();
            store.commit(batch(epoch, next, all)).await.unwrap();
            commits += begun.elapsed();
        }
        let each = u32::try_from(users * rounds).unwrap();
        println!(
            "{users} users a batch, per user: load {:.3} ms, commit {:.3} ms",
            (loads / each).as_secs_f64() * 1e3,
            (commits / each).as_secs_f64() * 1e3
        );
    }
}

async fn searching() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let epoch = store.fence(Partition(0)).await.unwrap();
    for (n, count) in [10, 500].into_iter().enumerate() {
        let all = (0..count).map(|p| wide(&format!("p{p}"))).collect();
        let position = Position::new(0, n as u64);
        let one = commit(&user(n), &Default::default(), epoch, position, all);
        store.commit(batch(epoch, n as u64 + 1, vec![one])).await.unwrap();
        let mut times = Vec::new();
        for q in 0..500 {
            let context = wide(&format!("q{q}")).context;
            let query = NearestQuery { user: user(n), context, limit: 10, as_of: None };
            let begun = Instant::now();
            let found = store.nearest(&query).await.unwrap();
            times.push(begun.elapsed());
            assert!(found.neighbours.len() >= 10);
        }
        middle(&format!("nearest 10 of {count}"), times);
    }
}

#[tokio::main]
async fn main() {
    appending().await;
    committing().await;
    searching().await;
}
