//! What tests of several crates share. A dev-dependency only.
//!
//! - [`builders`]: users, events, preferences and commits with one line each.
//! - [`conformance`]: per port one suite that asserts every obligation written at the trait; each
//!   adapter, and the in-memory version, passes it.
//! - [`faulty`]: seeded wrappers that delay, fail, drop, and apply-then-time-out.
//!
//! *Absent on purpose:* being a normal dependency, tests of one crate only.

#![allow(clippy::panic, clippy::expect_used, reason = "a broken test setup has no caller to tell")]

pub mod builders;
pub mod conformance;
pub mod faulty;
mod subject;
mod suite;

pub use subject::{Rebuildable, Store, Subject};
