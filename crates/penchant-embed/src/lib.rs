//! Text to vector: all-MiniLM-L6-v2 in process, a remote service, or a lexical fallback; and, with
//! the first, wishes to notes ([`describer`]), messages to the notes that they end (`endings`) and
//! questions to the notes that matter (`fits`).
//!
//! [`open`] chooses one and wraps it: [`Cached`] answers texts seen before, [`Batching`] lets
//! concurrent callers share a pass of the model. [`model`] fetches and verifies the model's files.
//!
//! *Absent on purpose:* what is embedded and why, and any decision taken from the vectors.

pub mod batching;
pub mod cached;
pub mod describer;
mod endings;
#[cfg(test)]
mod fake;
mod fits;
pub mod lexical;
pub mod minilm;
pub mod model;
mod open;
mod packed;
pub mod remote;
mod text;
mod together;
mod transformer;

pub use batching::{BatchLimits, Batching};
pub use cached::{CacheCounters, Cached};
pub use lexical::Lexical;
pub use minilm::MiniLm;
pub use open::{Choice, DEFAULT_CACHE_BYTES, OpenError, Opened, open};
pub use remote::{ApiKey, Remote, RemoteConfig};
