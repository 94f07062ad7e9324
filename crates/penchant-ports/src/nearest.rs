//! Which of the scored preferences a neighbourhood holds: one rule for every store that scores
//! by itself.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use penchant_core::Timestamp;

/// Similarity of contexts, similarity of content, last update.
pub type Scores = (f32, f32, Timestamp);

/// Indices of the `limit` best by context and the `limit` best by content, joined. Among equals
/// the newest, then the first.
#[must_use]
pub fn select(scores: &[Scores], limit: usize) -> BTreeSet<usize> {
    if scores.len() <= limit {
        return (0..scores.len()).collect();
    }
    let best = |similarity: fn(&Scores) -> f32| {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| match (scores.get(*a), scores.get(*b)) {
            (Some(x), Some(y)) => similarity(y)
                .total_cmp(&similarity(x))
                .then_with(|| y.2.cmp(&x.2))
                .then_with(|| a.cmp(b)),
            _ => Ordering::Equal,
        });
        order.truncate(limit);
        order
    };
    best(|s| s.0).into_iter().chain(best(|s| s.1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_similarity_brings_its_own_best_and_ties_go_to_the_newest() {
        let at = Timestamp::from_millis;
        let scores = [(0.9, 0.1, at(1)), (0.2, 0.8, at(1)), (0.1, 0.1, at(9)), (0.2, 0.1, at(2))];
        assert_eq!(select(&scores, 1), BTreeSet::from([0, 1]));
        assert_eq!(select(&scores, 2), BTreeSet::from([0, 1, 2, 3]));
        let level = [(0.0, 0.0, at(1)), (0.0, 0.0, at(3)), (0.0, 0.0, at(3))];
        assert_eq!(select(&level, 1), BTreeSet::from([1]));
        assert_eq!(select(&level, 9).len(), 3);
    }
}
