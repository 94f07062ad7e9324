//! Embeddings, and the little algebra done with them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An embedding: finite numbers, usually of unit length. An empty vector means "not known" and
/// is similar to nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Vector(Arc<[f32]>);

impl Vector {
    /// Wraps the numbers as they are.
    #[must_use]
    pub fn new(values: Vec<f32>) -> Self {
        Self(values.into())
    }

    /// Wraps the numbers scaled to unit length; all zeros become the empty vector.
    #[must_use]
    pub fn normalized(mut values: Vec<f32>) -> Self {
        let norm = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        if !norm.is_finite() || norm <= f32::EPSILON {
            return Self::default();
        }
        values.iter_mut().for_each(|v| *v /= norm);
        Self::new(values)
    }

    /// The numbers.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// How many dimensions; 0 when not known.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sum of the products of their numbers; 0 when the dimensions differ.
    #[must_use]
    pub fn dot(&self, other: &Self) -> f32 {
        if self.dimension() == other.dimension() { dot(&self.0, &other.0) } else { 0.0 }
    }

    /// Cosine in `[-1, 1]`; 0 when either is empty or the dimensions differ.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        if self.is_empty() || self.dimension() != other.dimension() {
            return 0.0;
        }
        let (dot, a, b) = (dot(&self.0, &other.0), dot(&self.0, &self.0), dot(&other.0, &other.0));
        if a <= f32::EPSILON || b <= f32::EPSILON {
            return 0.0;
        }
        (dot / (a.sqrt() * b.sqrt())).clamp(-1.0, 1.0)
    }

    /// The unit vector on the way from `self` to `other`, `share` (0–1) of it walked: a running
    /// mean when `share` is `1 / (n + 1)`.
    #[must_use]
    pub fn toward(&self, other: &Self, share: f32) -> Self {
        if self.is_empty() || self.dimension() != other.dimension() {
            return other.clone();
        }
        if other.is_empty() {
            return self.clone();
        }
        let mixed = self.0.iter().zip(other.0.iter()).map(|(x, y)| x + (y - x) * share).collect();
        Self::normalized(mixed)
    }
}

/// The sum of the products, in eight sums beside each other: one after the other, each addition
/// would wait for the last.
#[must_use]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0_f32; 8];
    for (x, y) in a.iter().zip(b) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_of_unknown_or_mismatched_vectors_is_zero() {
        let a = Vector::normalized(vec![1.0, 0.0]);
        assert_eq!(a.cosine(&Vector::default()), 0.0);
        assert_eq!(a.cosine(&Vector::new(vec![1.0, 0.0, 0.0])), 0.0);
        assert!((a.cosine(&Vector::new(vec![3.0, 0.0])) - 1.0).abs() < 1e-6);
        assert!(Vector::normalized(vec![0.0, 0.0]).is_empty());
        assert!(Vector::normalized(vec![f32::NAN, 0.0]).is_empty());
    }
}
