//! Domain values as bytes, for stores that keep bytes.
//!
//! A blob is one byte that says how it is written, then `postcard`. The next change of one of
//! these types gets the next byte, and a reader for the old one.

use penchant_core::{Preference, Vector};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{PortError, PortErrorKind};

/// How blobs are written now.
const FORMAT: u8 = 2;
/// How they were written before a preference named what it sets aside, which is its last field.
const BEFORE: u8 = 1;
/// `postcard`'s `None`.
const NONE: u8 = 0;

fn corrupt(what: String) -> PortError {
    PortError::new(PortErrorKind::Corrupt, what)
}

/// Writes `value`, which errors call `what`.
///
/// # Errors
/// `Invalid` when it cannot be written.
pub fn encode<T: Serialize>(what: &str, value: &T) -> Result<Vec<u8>, PortError> {
    postcard::to_extend(value, vec![FORMAT])
        .map_err(|e| PortError::new(PortErrorKind::Invalid, format!("cannot write {what}: {e}")))
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// `Corrupt` when it is something else.
pub fn decode<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, PortError> {
    let read = |body: &[u8]| {
        postcard::from_bytes(body).map_err(|e| corrupt(format!("cannot read {what}: {e}")))
    };
    match bytes.split_first() {
        Some((&FORMAT, body)) => read(body),
        // What is no preference ends before what is added.
        Some((&BEFORE, body)) => read(&[body, &[NONE]].concat()),
        Some((format, _)) => Err(corrupt(format!(
            "{what} is written in format {format}, this penchant knows format {FORMAT}"
        ))),
        None => Err(corrupt(format!("{what} is empty"))),
    }
}

/// A preference as its body is kept where vectors have a place of their own.
#[must_use]
pub fn without_vectors(preference: &Preference) -> Preference {
    Preference { context: Vector::default(), content: Vector::default(), ..preference.clone() }
}

/// Checks that both vectors are empty or finite numbers of the store's dimension.
///
/// # Errors
/// `Invalid` naming the preference.
pub fn check_vectors(preference: &Preference, dimension: usize) -> Result<(), PortError> {
    let fits = |vector: &Vector| {
        (vector.is_empty() || vector.dimension() == dimension)
            && vector.as_slice().iter().all(|v| v.is_finite())
    };
    if fits(&preference.context) && fits(&preference.content) {
        return Ok(());
    }
    Err(PortError::new(
        PortErrorKind::Invalid,
        format!(
            "the vectors of {} must be empty or {dimension} finite numbers, have {} and {}",
            preference.id,
            preference.context.dimension(),
            preference.content.dimension()
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_before_a_preference_named_what_it_sets_aside_is_read() {
        let preference = penchant_testkit::builders::preference("tea");
        let mut bytes = encode("a preference", &preference).unwrap();
        assert_eq!(bytes.pop(), Some(NONE));
        bytes[0] = BEFORE;
        assert_eq!(decode::<Preference>("a preference", &bytes).unwrap(), preference);
        let mut bytes = encode("a head", &7_u32).unwrap();
        bytes[0] = BEFORE;
        assert_eq!(decode::<u32>("a head", &bytes).unwrap(), 7);
    }

    #[test]
    fn a_blob_of_another_format_is_refused_by_name_of_the_format() {
        let mut bytes = encode("a head", &7_u32).unwrap();
        assert_eq!(decode::<u32>("a head", &bytes).unwrap(), 7);
        bytes[0] = 9;
        let error = decode::<u32>("a head", &bytes).unwrap_err();
        assert!(error.message.contains("format 9"), "{}", error.message);
        assert!(decode::<u32>("a head", &[]).is_err());
    }
}
