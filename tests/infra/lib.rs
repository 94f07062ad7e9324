//! How the black-box tests start the app and its real parts, and the oracle they compare with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

pub mod app;
pub mod events;
pub mod kafka;
pub mod llm;
pub mod oracle;
pub mod qdrant;
pub mod variant;
