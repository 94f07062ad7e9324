//! In-memory versions of the log and the store: for tests, simulation and evaluation.
//!
//! They keep every obligation except durability, and are written to be obviously right rather
//! than fast: one lock, plain maps.

mod generations;
mod log;
mod store;

pub use generations::MemoryGenerations;
pub use log::MemoryLog;
pub use store::MemoryStore;
