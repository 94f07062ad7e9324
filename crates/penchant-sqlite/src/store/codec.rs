//! Heads, preferences and revisions as bytes.
//!
//! A blob is one byte that says how it is written, then `postcard`. The next change of one of
//! these types gets the next byte, and a reader for the old one.

use penchant_core::{Preference, Status, Vector};
use penchant_ports::PortError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{corrupt, invalid};

/// How blobs are written now.
const FORMAT: u8 = 1;

pub(super) fn encode<T: Serialize>(what: &str, value: &T) -> Result<Vec<u8>, PortError> {
    postcard::to_extend(value, vec![FORMAT])
        .map_err(|e| invalid(format!("cannot write {what}: {e}")))
}

pub(super) fn decode<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, PortError> {
    match bytes.split_first() {
        Some((&FORMAT, body)) => {
            postcard::from_bytes(body).map_err(|e| corrupt(format!("cannot read {what}: {e}")))
        }
        Some((format, _)) => Err(corrupt(format!(
            "{what} is written in format {format}, this penchant knows format {FORMAT}"
        ))),
        None => Err(corrupt(format!("{what} is empty"))),
    }
}

/// A preference without its vectors, which stand in columns of their own.
pub(super) fn encode_body(preference: &Preference) -> Result<Vec<u8>, PortError> {
    let body =
        Preference { context: Vector::default(), content: Vector::default(), ..preference.clone() };
    encode("a preference", &body)
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
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_blob_of_another_format_is_refused_by_name_of_the_format() {
        let mut bytes = encode("a head", &7_u32).unwrap();
        assert_eq!(decode::<u32>("a head", &bytes).unwrap(), 7);
        bytes[0] = 9;
        let error = decode::<u32>("a head", &bytes).unwrap_err();
        assert!(error.message.contains("format 9"), "{}", error.message);
        assert!(decode::<u32>("a head", &[]).is_err());
    }

    #[test]
    fn vectors_survive_to_the_bit() {
        let original = Vector::new(vec![0.1, -2.5e-8, f32::MIN_POSITIVE, 1.0]);
        assert_eq!(vector(&vector_bytes(&original)), original);
        assert!(vector(&[]).is_empty());
    }
}
