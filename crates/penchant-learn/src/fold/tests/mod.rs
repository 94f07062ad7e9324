//! The fold's promises, with hand-made readings and vectors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bounds;
mod build;
mod directives;
mod erasure;
mod properties;
mod statements;
mod withdrawals;
