//! `Comparison`.

use penchant_core::event::Comparison;

use super::item;
use crate::v1;

/// How strong a choice is when the app does not say.
const DEFAULT_STRENGTH: f32 = 1.0;

pub(super) fn decode(wire: v1::Comparison) -> Comparison {
    Comparison {
        chosen: wire.chosen.into_iter().map(item::decode).collect(),
        rejected: wire.rejected.into_iter().map(item::decode).collect(),
        rationale: wire.rationale,
        strength: wire.strength.unwrap_or(DEFAULT_STRENGTH),
    }
}

impl From<&Comparison> for v1::Comparison {
    fn from(comparison: &Comparison) -> Self {
        Self {
            chosen: comparison.chosen.iter().map(Into::into).collect(),
            rejected: comparison.rejected.iter().map(Into::into).collect(),
            rationale: comparison.rationale.clone(),
            strength: Some(comparison.strength),
        }
    }
}
