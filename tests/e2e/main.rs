//! The line from one end to the other, as its users drive it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod console;
mod erase;
mod import;
mod line;
mod llm;
mod replay;
mod split;
mod waiting;
