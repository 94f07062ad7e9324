//! Generations of the store: how a view is rebuilt from the log while the old one serves.

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::PortError;
use crate::store::{Epoch, PreferenceReader, PreferenceStore};

/// Bits of an [`Epoch`] that count assignments within one generation; the bits above them are the
/// generation's number. So every writer of an earlier generation is fenced by the switch itself.
pub const EPOCH_BITS: u32 = 40;

/// The lowest epoch of a generation.
#[must_use]
pub const fn first_epoch(generation: u64) -> Epoch {
    generation << EPOCH_BITS
}

/// A generation under construction: written and read by nobody but its builder.
#[derive(Clone)]
pub struct Building {
    /// Its number, above that of the serving one.
    pub number: u64,
    /// Whether an earlier builder began it; its checkpoint says how far that one came.
    pub resumed: bool,
    /// For writing it.
    pub store: Arc<dyn PreferenceStore>,
    /// For reading it.
    pub reader: Arc<dyn PreferenceReader>,
}

/// A generation by its number, whether or not it serves.
#[derive(Clone)]
pub struct Generation {
    /// Its number.
    pub number: u64,
    /// How far it is, and the users' states in it.
    pub store: Arc<dyn PreferenceStore>,
    /// For reading it.
    pub reader: Arc<dyn PreferenceReader>,
}

/// The store's generations, of which one serves.
///
/// # Obligations
/// - Reads and writes of the service go to the serving generation; a switch is atomic for each of
///   them, and needs no restart.
/// - `build` answers the unfinished generation if there is one, else an empty new one; it outlives
///   the builder's process.
/// - After `switch`, commits by writers that fenced an earlier generation are refused as `Fenced`.
/// - The generation that served before stays until `discard`. What `open` answers stays bound to
///   its generation, whatever is switched.
#[async_trait]
pub trait Generations: Send + Sync {
    /// Number of the serving generation; the first is 0.
    ///
    /// # Errors
    /// [`PortError`].
    async fn serving(&self) -> Result<u64, PortError>;

    /// Goes on building, or begins.
    ///
    /// # Errors
    /// [`PortError`].
    async fn build(&self) -> Result<Building, PortError>;

    /// A generation for reading, such as the one that serves now once another one does.
    ///
    /// # Errors
    /// [`PortError`]; `NotFound` for a generation that does not exist.
    async fn open(&self, number: u64) -> Result<Generation, PortError>;

    /// Makes a built generation the serving one. Repeating it is harmless.
    ///
    /// # Errors
    /// [`PortError`]; `NotFound` for a generation that does not exist.
    async fn switch(&self, number: u64) -> Result<(), PortError>;

    /// Numbers of all generations that exist, lowest first.
    ///
    /// # Errors
    /// [`PortError`].
    async fn list(&self) -> Result<Vec<u64>, PortError>;

    /// Removes a generation with all it holds.
    ///
    /// # Errors
    /// [`PortError`]; `Invalid` for the serving one.
    async fn discard(&self, number: u64) -> Result<(), PortError>;
}
