//! What users do with items: choices, clicks and ratings.

use penchant_core::Vector;
use penchant_core::event::Event;

use crate::reading::{Reader, Reading, Surroundings};

/// Reads interactions, comparisons and wordless ratings.
#[derive(Debug, Clone, Copy, Default)]
pub struct BehaviourReader;

impl BehaviourReader {
    /// A reader.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Reader for BehaviourReader {
    fn prepare(&self, _event: &Event, _around: &Surroundings) -> Vec<String> {
        Vec::new()
    }

    fn read(
        &self,
        _event: &Event,
        _around: &Surroundings,
        _vectors: &[Vector],
        _meaning: bool,
    ) -> Reading {
        Reading::default()
    }
}
