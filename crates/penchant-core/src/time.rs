//! Instants and spans. The core never asks what time it is: callers say.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Later by `span`, saturating.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Earlier by `span`, saturating.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// Days from `earlier` to `self`; negative when `self` is the earlier one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> f64 {
        (self.0.saturating_sub(earlier.0)) as f64 / 86_400_000.0
    }

    /// `self`, moved into `[around - span, around + span]`.
    ///
    /// Event times come from clients whose clocks may be wrong; log time bounds the damage.
    #[must_use]
    pub fn clamped(self, around: Self, span: Duration) -> Self {
        self.clamp(around.minus(span), around.plus(span))
    }

    /// Parses RFC 3339 (`2026-01-08T09:12:00Z`).
    ///
    /// # Errors
    /// The parser's own sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.parse::<jiff::Timestamp>().map(|t| Self(t.as_millisecond())).map_err(|e| e.to_string())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(t) => write!(f, "{t}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamping_keeps_times_inside_and_moves_times_outside() {
        let day = Duration::from_secs(86_400);
        let log = Timestamp::parse("2026-06-01T12:00:00Z").unwrap();
        let near = Timestamp::parse("2026-06-01T20:00:00Z").unwrap();
        let far = Timestamp::parse("2036-06-01T12:00:00Z").unwrap();
        assert_eq!(near.clamped(log, day), near);
        assert_eq!(far.clamped(log, day), log.plus(day));
        assert_eq!(near.to_string(), "2026-06-01T20:00:00Z");
    }
}
