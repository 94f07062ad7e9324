//! The preference store on Qdrant; the only crate that names qdrant-client.
//!
//! One collection per generation (`<name>-g0`, `-g1`, …) behind an alias `<name>`. What a user has
//! hangs from one point, the *head*:
//!
//! ```text
//! head ── fold state, write id, manifest ─┬─ preference (two vectors) ── newest step of its history
//!                                         ├─ preference …                  └─ the step before …
//!                                         └─ page of older entries ── preference …
//! partition ── epoch, checkpoint
//! ```
//!
//! - Points of preferences, pages and steps never change: their ids hold the head revision that
//!   brings them and their content. Writing them twice, late, or by a writer that has lost its
//!   right to, changes nothing that anyone reads.
//! - A head changes by one conditional write: it must still be the very write that the commit was
//!   computed from. Qdrant does not say whether the condition matched, so the head is read back.
//! - A reader reads a head, then the points it names: one state of the user, whatever is written
//!   meanwhile. What it finds gone had been replaced, and it begins again.
//! - A fence takes effect with the partition's point, which decides who moves the checkpoint. Heads
//!   that a fenced writer had already sent may still land: whole commits of the same fold, which
//!   their heads' checkpoints make known to the new owner. It never lands on a user that the new
//!   owner has written.
//! - A head is at most 128 KiB, any other payload 64 KiB, a call 256 points.
//!
//! *Absent on purpose:* ranking, retries that last longer than one call's timeout, clusters of
//! several replicas (their conditional writes are decided by each replica alone).

mod aliases;
mod client;
mod collection;
mod config;
mod error;
mod generation;
mod heads;
mod manifest;
mod owner;
mod partition;
mod payload;
mod read;
mod store;
mod version;
mod write;

pub use config::{ApiKey, QdrantConfig};
pub use store::QdrantStore;
