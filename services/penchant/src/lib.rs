//! The penchant service as a thin library; `main.rs` only calls [`cli::main`].
//!
//! - [`config`]: typed, strict, with commented defaults in `default.toml`.
//! - [`parts`]: the log, store and embedder, [`inferrer`]: the language model, as configured.
//! - [`app`]: starts the [`roles`] over the parts and stops them in order.
//! - [`gateway`]: what the surfaces ask; [`service`] answers it; [`grpc`] and [`http`] translate.
//! - [`console`]: pages for people, beside HTTP.
//! - [`eval`]: measures learning and retrieval through the real path; [`bench`] measures speed.
//! - [`replay`]: rebuilds the store from the log while it serves.
//! - [`cli`]: the command line.
//!
//! *Absent on purpose:* preference rules, SQL, Kafka or Qdrant calls, prompts.

pub mod app;
pub mod bench;
pub mod cli;
pub mod config;
pub mod console;
pub mod edge;
pub mod eval;
pub mod gateway;
pub mod grpc;
pub mod http;
pub mod inferrer;
pub mod parts;
pub mod replay;
pub mod roles;
pub mod service;
