//! How long a call may take.
//!
//! tonic keeps deadlines too, but answers CANCELLED where the protocol says DEADLINE_EXCEEDED, and
//! stops counting once a stream's headers are sent.

use std::time::Duration;

use http::HeaderMap;

/// A `grpc-timeout` that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// The time that the caller gives, from arrival on; `None` when it does not say.
pub(super) fn of(headers: &HeaderMap) -> Result<Option<Duration>, Malformed> {
    let Some(value) = headers.get("grpc-timeout") else { return Ok(None) };
    let text = value.to_str().map_err(|_| Malformed)?;
    let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or(Malformed)?;
    // The protocol allows at most eight digits, and no sign.
    if !(1..=8).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Malformed);
    }
    let number: u64 = digits.parse().map_err(|_| Malformed)?;
    let span = match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return Err(Malformed),
    };
    Ok(Some(span))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(value: &str) -> Result<Option<Duration>, Malformed> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", value.parse().unwrap());
        of(&headers)
    }

    #[test]
    fn every_unit_of_the_protocol_is_read() {
        for (value, millis) in
            [("2H", 7_200_000), ("3M", 180_000), ("4S", 4_000), ("5m", 5), ("6000u", 6), ("0n", 0)]
        {
            assert_eq!(parse(value), Ok(Some(Duration::from_millis(millis))), "{value}");
        }
        assert_eq!(of(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn what_is_no_timeout_is_not_guessed() {
        for value in ["", "S", "5", "+5S", "-5S", "5.0S", "123456789S", "5s", "5 S"] {
            assert_eq!(parse(value), Err(Malformed), "{value:?}");
        }
    }
}
