//! What breaks, and what must hold all the same. Seeded; each test prints its figures and proves
//! that its fault fired.
//!
//! `cargo xtask sim --long` runs the long variants.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod broker;
mod crash;
mod dirty;
mod frozen;
mod kill;
mod load;
mod outage;
mod process;
mod scene;
mod storm;
mod verdict;
mod watch;

use penchant_tests::variant;

/// The seed given by hand, or this one.
fn seed(usual: u64) -> u64 {
    variant::seed().unwrap_or(usual)
}

/// How much of something: the long variant has ten times as much.
fn volume(short: usize) -> usize {
    if variant::long() { short * 10 } else { short }
}
