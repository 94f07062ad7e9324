//! The calls, from wire message to wire message: shape is checked here, then the gateway decides.
//!
//! gRPC and HTTP both come through here, so that they accept, refuse and answer the same.

mod people;
mod preferences;
mod rank;
mod record;
mod retrieve;
mod shape;
mod status;

use std::sync::Arc;

use penchant_ports::Clock;

use crate::gateway::{DEFAULT_K, DEFAULT_MAX_TOKENS, Gateway};

pub use people::ExportStream;

/// What a retrieval that does not say asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetrieveDefaults {
    /// How many of the nearest preferences to aggregate.
    pub k: u32,
    /// Budget of the summary in tokens.
    pub max_tokens: u32,
}

impl Default for RetrieveDefaults {
    fn default() -> Self {
        Self { k: DEFAULT_K, max_tokens: DEFAULT_MAX_TOKENS }
    }
}

/// The calls over one gateway. Cheap to clone.
#[derive(Clone)]
pub struct Calls {
    gateway: Arc<dyn Gateway>,
    clock: Arc<dyn Clock>,
    defaults: RetrieveDefaults,
}

impl Calls {
    /// Over a gateway; `clock` gives the time to events that come without one.
    #[must_use]
    pub fn new(
        gateway: Arc<dyn Gateway>,
        clock: Arc<dyn Clock>,
        defaults: RetrieveDefaults,
    ) -> Self {
        Self { gateway, clock, defaults }
    }
}
