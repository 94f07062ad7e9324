//! How fast commits and searches are on a server:
//! `cargo run --example store_figures -- http://127.0.0.1:6334`.
//!
//! Fills a collection of its own, named after this process, and leaves it for inspection.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Instant;

use penchant_core::{Partition, Position, Preference};
use penchant_ports::{NearestQuery, PreferenceReader as _, PreferenceStore as _};
use penchant_qdrant::{QdrantConfig, QdrantStore};
use penchant_testkit::builders::{
    at, batch, commit, embedder_info, preference, revised, user, vector,
};

const USERS: usize = 100;
const PER_USER: usize = 5;
const BATCHES: u64 = 10;
const SEARCHES: usize = 300;

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).expect("the server's address, http://HOST:PORT");
    let mut config = QdrantConfig::new(url);
    config.collection = format!("figures-{}", std::process::id());
    let store = QdrantStore::connect(config, &embedder_info()).await.unwrap();
    let epoch = store.fence(Partition(0)).await.unwrap();
    let users: Vec<_> = (0..USERS).map(user).collect();
    let (mut loading, mut committing) = (0.0, 0.0);
    for n in 0..BATCHES {
        let started = Instant::now();
        let states = store.load(&users).await.unwrap();
        loading += started.elapsed().as_secs_f64();
        let position = Position::new(0, n);
        let commits = users.iter().zip(states).map(|(user, state)| {
            let changed: Vec<Preference> = match state.preferences.is_empty() {
                true => (0..PER_USER).map(|p| preference(&format!("p{p}"))).collect(),
                false => state.preferences.iter().map(|p| revised(p, at(n as i64))).collect(),
            };
            commit(user, &state.head, epoch, position, changed)
        });
        let batch = batch(epoch, n + 1, commits.collect());
        let started = Instant::now();
        store.commit(batch).await.unwrap();
        committing += started.elapsed().as_secs_f64();
    }
    let mut took = Vec::with_capacity(SEARCHES);
    for n in 0..SEARCHES {
        let query = NearestQuery {
            user: users[n % USERS].clone(),
            context: vector(n as u64),
            limit: if n % 2 == 0 { 3 } else { 10 },
            as_of: None,
        };
        let started = Instant::now();
        store.nearest(&query).await.unwrap();
        took.push((query.limit, started.elapsed().as_secs_f64() * 1e3));
    }
    let batches = BATCHES as f64;
    println!(
        "{USERS} users x {PER_USER} changed preferences: load {:.0} ms, commit {:.0} ms a batch, \
         {:.1} commits/s",
        loading / batches * 1e3,
        committing / batches * 1e3,
        batches / committing
    );
    for (limit, what) in [(3, "searched for"), (10, "all read")] {
        let mut of: Vec<f64> = took.iter().filter(|t| t.0 == limit).map(|t| t.1).collect();
        of.sort_by(f64::total_cmp);
        println!(
            "nearest, {what}: p50 {:.2} ms, p99 {:.2} ms",
            of[of.len() / 2],
            of[of.len() * 99 / 100]
        );
    }
}
