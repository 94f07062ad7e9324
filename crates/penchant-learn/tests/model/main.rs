//! The lane with a language model: what it adds, what it costs, and that a rebuild asks nobody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod rebuild;
mod waiting;
mod world;
