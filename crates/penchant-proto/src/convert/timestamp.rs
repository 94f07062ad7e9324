//! `google.protobuf.Timestamp`: nanoseconds on the wire, milliseconds inside (rounded down).

use penchant_core::Timestamp;
use penchant_core::validate::InvalidField;

use crate::wkt;

/// 0001-01-01T00:00:00Z, in seconds: the first instant a protobuf timestamp may name.
const FIRST_SECOND: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z, in seconds: the last one.
const LAST_SECOND: i64 = 253_402_300_799;

/// From the wire.
///
/// # Errors
/// Outside the years 1 to 9999, or nanoseconds outside a second.
pub fn decode(field: &str, wire: &wkt::Timestamp) -> Result<Timestamp, InvalidField> {
    if !(FIRST_SECOND..=LAST_SECOND).contains(&wire.seconds) {
        return Err(InvalidField::new(field, "must lie in the years 1 to 9999"));
    }
    if !(0..1_000_000_000).contains(&wire.nanos) {
        return Err(InvalidField::new(field, "must have nanos from 0 to 999999999"));
    }
    Ok(Timestamp::from_millis(wire.seconds * 1_000 + i64::from(wire.nanos / 1_000_000)))
}

/// To the wire; instants outside the years 1 to 9999 become the nearest one inside.
#[must_use]
pub fn encode(time: Timestamp) -> wkt::Timestamp {
    let millis = time.as_millis().clamp(FIRST_SECOND * 1_000, LAST_SECOND * 1_000);
    wkt::Timestamp {
        seconds: millis.div_euclid(1_000),
        // A remainder below 1000 times a million fits.
        nanos: i32::try_from(millis.rem_euclid(1_000) * 1_000_000).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn milliseconds_survive_the_wire(millis in FIRST_SECOND * 1_000..=LAST_SECOND * 1_000) {
            let time = Timestamp::from_millis(millis);
            prop_assert_eq!(decode("at", &encode(time)).unwrap(), time);
        }
    }

    #[test]
    fn instants_that_are_none_are_refused_by_name() {
        for (seconds, nanos) in [(0, -1), (0, 1_000_000_000), (LAST_SECOND + 1, 0), (i64::MIN, 0)] {
            let error = decode("as_of", &wkt::Timestamp { seconds, nanos }).unwrap_err();
            assert_eq!(error.field, "as_of");
        }
    }
}
