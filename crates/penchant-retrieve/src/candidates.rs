//! Scores drafts by what the user is known to like here.

use penchant_core::aggregate::Served;
use penchant_core::Vector;

/// How well `draft` follows the served preferences; higher is better, comparable only between
/// drafts of one call. `vector` is the draft's embedding (may be empty).
#[must_use]
pub fn score(_served: &[Served], _draft: &str, _vector: &Vector) -> f32 {
    0.0
}
