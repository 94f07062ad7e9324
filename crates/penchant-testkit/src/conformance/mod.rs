//! One suite per port: every obligation of the trait as a named check.
//!
//! Each check gets a fresh instance from the factory, so that a failure is about one obligation.
//! Durable adapters hand a [`crate::Subject::durable`] and are also checked across a restart.

mod embedder;
mod generations;
mod log;
mod log_consume;
mod log_erase;
mod store;
mod store_lists;
mod store_reads;
mod store_refuses;
mod writer;

pub use embedder::embedder;
pub use generations::generations;
pub use log::event_log;
pub use store::preference_store;
