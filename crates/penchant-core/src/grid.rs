//! Numbers kept in 16 bits: what is a mean of noisy things needs no more, and a head is written
//! with every commit. What is held in memory lies on the same grid as what is stored, so that a
//! reloaded state is the same to the bit.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Steps per unit for parts of unit vectors, in [-1, 1].
const UNIT: f32 = 32_767.0;
/// Steps per unit for measures and their differences, in [-4, 4].
const WIDE: f32 = 8_191.0;

fn step(value: f32, steps: f32) -> i16 {
    // The clamp keeps it in range, and a number that is none becomes 0.
    (value * steps).round().clamp(-32_767.0, 32_767.0) as i16
}

fn moved(values: &mut [f32], steps: f32) {
    values.iter_mut().for_each(|v| *v = f32::from(step(*v, steps)) / steps);
}

fn write<S: Serializer>(values: &[f32], steps: f32, to: S) -> Result<S::Ok, S::Error> {
    let bytes: Vec<u8> = values.iter().flat_map(|v| step(*v, steps).to_le_bytes()).collect();
    bytes.serialize(to)
}

fn read<'de, D: Deserializer<'de>>(from: D, steps: f32) -> Result<Vec<f32>, D::Error> {
    let bytes = Vec::<u8>::deserialize(from)?;
    let (pairs, _) = bytes.as_chunks::<2>();
    Ok(pairs.iter().map(|pair| f32::from(i16::from_le_bytes(*pair)) / steps).collect())
}

/// Unit vectors.
pub(crate) mod unit {
    use super::{Deserializer, Serializer, UNIT, moved, read, write};
    use crate::vector::Vector;

    pub(crate) fn on_grid(vector: &Vector) -> Vector {
        let mut values = vector.as_slice().to_vec();
        moved(&mut values, UNIT);
        Vector::new(values)
    }

    pub(crate) fn serialize<S: Serializer>(vector: &Vector, to: S) -> Result<S::Ok, S::Error> {
        write(vector.as_slice(), UNIT, to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vector, D::Error> {
        read(from, UNIT).map(Vector::new)
    }
}

/// Measures.
pub(crate) mod wide {
    use super::{Deserializer, Serializer, WIDE, moved, read, write};

    pub(crate) fn on_grid(values: &mut [f32]) {
        moved(values, WIDE);
    }

    pub(crate) fn serialize<S: Serializer>(values: &[f32], to: S) -> Result<S::Ok, S::Error> {
        write(values, WIDE, to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f32>, D::Error> {
        read(from, WIDE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_on_the_grid_stays_where_it_is_and_nothing_else_moves_far() {
        for steps in [UNIT, WIDE] {
            let mut values: Vec<f32> = (-40..40).map(|n| n as f32 / 41.0).collect();
            let before = values.clone();
            moved(&mut values, steps);
            assert!(before.iter().zip(&values).all(|(a, b)| (a - b).abs() <= 0.6 / steps));
            let once = values.clone();
            moved(&mut values, steps);
            assert_eq!(once, values);
        }
        let mut odd = [f32::NAN, f32::INFINITY, -9.0];
        moved(&mut odd, WIDE);
        assert!(odd.iter().all(|v| v.is_finite()));
    }
}
