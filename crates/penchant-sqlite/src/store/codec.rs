//! Heads, preferences and revisions as columns.

use penchant_core::{Preference, Status, Vector};
use penchant_ports::PortError;
use penchant_ports::blob;
pub(super) use penchant_ports::blob::{decode, encode};

/// A preference without its vectors, which stand in columns of their own.
pub(super) fn encode_body(preference: &Preference) -> Result<Vec<u8>, PortError> {
    blob::encode("a preference", &blob::without_vectors(preference))
}

/// The way back.
pub(super) fn decode_preference(
    body: &[u8],
    context: &[u8],
    content: &[u8],
) -> Result<Preference, PortError> {
    let preference: Preference = decode("a preference", body)?;
    Ok(Preference { context: vector(context), content: vector(content), ..preference })
}

pub(super) fn vector_bytes(vector: &Vector) -> Vec<u8> {
    vector.as_slice().iter().flat_map(|v| v.to_le_bytes()).collect()
}

pub(super) fn vector(bytes: &[u8]) -> Vector {
    let (numbers, _) = bytes.as_chunks::<4>();
    Vector::new(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
}

/// A status as stored. Never renumber.
pub(super) const fn status_number(status: Status) -> i64 {
    match status {
        Status::Active => 0,
        Status::Superseded => 1,
        Status::Retracted => 2,
        Status::Expired => 3,
        Status::Quarantined => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_survive_to_the_bit() {
        let original = Vector::new(vec![0.1, -2.5e-8, f32::MIN_POSITIVE, 1.0]);
        assert_eq!(vector(&vector_bytes(&original)), original);
        assert!(vector(&[]).is_empty());
    }
}
