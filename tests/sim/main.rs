//! The learner in a world that breaks, all in one process and one thread: crashes, rebalances that
//! go unnoticed, resends, torn commits, lost requests and lost replies, drawn from a seed. The
//! memory at the end must be the reference fold's.
//!
//! `cargo xtask sim --seed N` lives through one history again, `--long` through many. The events
//! and the dice are then the same; in which order tasks that are ready run is tokio's choice, so a
//! rare interleaving may take several runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod cluster;
mod history;
mod store;
mod world;

use penchant_tests::variant;
use world::Figures;

const EVENTS: usize = 250;

fn run(seed: u64) -> Figures {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let life = std::panic::AssertUnwindSafe(|| runtime.block_on(world::live(seed, EVENTS)));
    match std::panic::catch_unwind(life) {
        Ok(figures) => figures,
        Err(panic) => {
            println!("seed {seed} went wrong; again: cargo xtask sim --seed {seed}");
            std::panic::resume_unwind(panic)
        }
    }
}

#[test]
fn whatever_breaks_the_memory_ends_as_the_reference_fold() {
    let seeds: Vec<u64> = match (variant::seed(), variant::long()) {
        (Some(seed), _) => vec![seed],
        (None, false) => (0..150).collect(),
        (None, true) => (0..5_000).collect(),
    };
    let mut total = Figures::default();
    for seed in &seeds {
        total += run(*seed);
    }
    println!("histories {}, {total}", seeds.len());
    if seeds.len() > 1 {
        total.assert_everything_fired();
    }
}
