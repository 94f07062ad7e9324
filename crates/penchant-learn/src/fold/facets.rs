//! Facet and affinity evidence to beliefs, and beliefs to preferences.

use penchant_core::{Claim, UserState, Vector};

use super::{Cause, FoldConfig, FoldOutcome};
use crate::reading::ClaimReading;

/// Folds the facet and affinity claims of one event; statements are left to
/// [`super::statements`]. `cluster` is the kind of situation they hold in; `None`: everywhere.
pub fn apply(
    _state: &mut UserState,
    _cause: &Cause<'_>,
    _context: &Vector,
    _claims: &[ClaimReading],
    _cluster: Option<u32>,
    _config: &FoldConfig,
    _out: &mut FoldOutcome,
) {
}

/// A text the user accepted showed these values: preferences that agree grow a little surer.
pub fn confirm(
    _state: &mut UserState,
    _cause: &Cause<'_>,
    _accepted: &[Claim],
    _cluster: Option<u32>,
    _config: &FoldConfig,
    _out: &mut FoldOutcome,
) {
}
