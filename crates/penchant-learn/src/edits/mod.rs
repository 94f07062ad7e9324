//! Reads what a user made of a draft.

use penchant_core::event::{Event, EventBody};
use penchant_core::Vector;

use crate::reading::{Reader, Reading, Surroundings, context_text};

/// Reader of `EventBody::Edit`.
#[derive(Debug, Clone, Copy, Default)]
pub struct EditReader;

impl EditReader {
    /// The reader over the built-in vocabulary.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Reader for EditReader {
    fn prepare(&self, event: &Event, _around: &Surroundings) -> Vec<String> {
        vec![context_text(&event.context)]
    }

    fn read(
        &self,
        event: &Event,
        _around: &Surroundings,
        vectors: &[Vector],
        _meaning: bool,
    ) -> Reading {
        let EventBody::Edit(_) = &event.body else { return Reading::default() };
        Reading { context: vectors.first().cloned().unwrap_or_default(), ..Reading::default() }
    }
}
