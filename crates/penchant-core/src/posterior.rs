//! Evidence as probability, and how it fades.

use std::time::Duration;

use crate::preference::Preference;
use crate::time::Timestamp;

/// After how long evidence counts half, by how it came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfLives {
    /// For evidence concluded from behaviour, edits and choices.
    pub inferred: Duration,
    /// For what the user said or a person decided.
    pub stated: Duration,
}

impl Default for HalfLives {
    fn default() -> Self {
        let days = |n: u64| Duration::from_secs(n * 86_400);
        Self { inferred: days(60), stated: days(720) }
    }
}

/// The probability that `log_odds` stands for.
#[must_use]
pub fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The log-odds that `probability` stands for, within what is ever kept.
#[must_use]
pub fn log_odds(probability: f32) -> f32 {
    let p = probability.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

/// What is left of `log_odds` after the time from `from` to `to`; all of it when `to` is earlier.
#[must_use]
pub fn decayed(log_odds: f32, from: Timestamp, to: Timestamp, half_life: Duration) -> f32 {
    let days = to.days_since(from).max(0.0);
    let half = half_life.as_secs_f64() / 86_400.0;
    if half <= 0.0 {
        return log_odds;
    }
    (f64::from(log_odds) * 0.5_f64.powf(days / half)) as f32
}

/// The log-odds behind `preference` at `now`. Pinned ones do not fade.
#[must_use]
pub fn log_odds_at(preference: &Preference, now: Timestamp, rates: HalfLives) -> f32 {
    if preference.pinned {
        return preference.log_odds;
    }
    let explicit = preference.support.strongest().is_some_and(crate::SourceClass::explicit);
    let half_life = if explicit { rates.stated } else { rates.inferred };
    decayed(preference.log_odds, preference.updated_at, now, half_life)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_counts_half_after_one_half_life_and_never_changes_sign() {
        let start = Timestamp::from_millis(0);
        let later = start.plus(Duration::from_secs(60 * 86_400));
        let half = HalfLives::default().inferred;
        assert!((decayed(2.0, start, later, half) - 1.0).abs() < 1e-6);
        assert!((decayed(-2.0, start, later, half) + 1.0).abs() < 1e-6);
        assert_eq!(decayed(2.0, later, start, half), 2.0);
        assert_eq!(probability(0.0), 0.5);
        assert!((log_odds(probability(3.0)) - 3.0).abs() < 1e-3);
    }
}
