//! A circuit breaker: a model that is down is left alone, and asked again with one call at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use penchant_core::Timestamp;
use penchant_ports::Circuit;
use penchant_telemetry::{CircuitChanged, CircuitState};

use crate::config::BreakerConfig;

/// | state | a call | it succeeds | it fails |
/// |---|---|---|---|
/// | closed | passes | failures in a row forgotten | counted; at the limit: open |
/// | open, time not over | refused | – | – |
/// | open, time over | one passes: half-open | closed | open again |
/// | half-open | refused while the one is under way | | |
#[derive(Debug)]
pub struct Breaker {
    config: BreakerConfig,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Timestamp },
    HalfOpen { probing: bool },
}

/// The right to make one call. Dropped without an outcome (the caller went away), it changes
/// nothing but lets the next probe pass.
#[derive(Debug)]
#[must_use]
pub struct Permit<'a> {
    breaker: &'a Breaker,
    probe: bool,
    told: bool,
}

impl Breaker {
    /// Closed.
    #[must_use]
    pub fn new(config: BreakerConfig) -> Self {
        Self { config, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A state is a plain value: one that a panicking thread left is as good as any.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether calls pass.
    #[must_use]
    pub fn circuit(&self) -> Circuit {
        match *self.state() {
            State::Closed { .. } => Circuit::Closed,
            State::Open { .. } => Circuit::Open,
            State::HalfOpen { .. } => Circuit::HalfOpen,
        }
    }

    /// Asks for one call at `now`.
    ///
    /// # Errors
    /// How long to leave the model alone.
    pub fn admit(&self, now: Timestamp) -> Result<Permit<'_>, Duration> {
        let mut state = self.state();
        let probe = match *state {
            State::Closed { .. } => false,
            State::Open { until } if now < until => {
                let wait = until.as_millis().saturating_sub(now.as_millis());
                return Err(Duration::from_millis(u64::try_from(wait).unwrap_or(0)));
            }
            State::HalfOpen { probing: true } => return Err(self.config.open_for),
            State::Open { .. } => {
                CircuitChanged { state: CircuitState::HalfOpen }.emit();
                true
            }
            State::HalfOpen { probing: false } => true,
        };
        if probe {
            *state = State::HalfOpen { probing: true };
        }
        Ok(Permit { breaker: self, probe, told: false })
    }
}

impl Permit<'_> {
    /// The model answered.
    pub fn succeeded(mut self) {
        self.told = true;
        let mut state = self.breaker.state();
        match *state {
            State::HalfOpen { .. } if self.probe => {
                *state = State::Closed { failures: 0 };
                CircuitChanged { state: CircuitState::Closed }.emit();
            }
            State::Closed { .. } => *state = State::Closed { failures: 0 },
            // A call from before the circuit opened: the probe decides, not this one.
            State::Open { .. } | State::HalfOpen { .. } => {}
        }
    }

    /// The model failed at `now`.
    pub fn failed(mut self, now: Timestamp) {
        self.told = true;
        let config = self.breaker.config;
        let mut state = self.breaker.state();
        let opens = match *state {
            State::HalfOpen { .. } => self.probe,
            State::Closed { failures } => {
                let failures = failures.saturating_add(1);
                *state = State::Closed { failures };
                failures >= config.failures
            }
            State::Open { .. } => false,
        };
        if opens {
            *state = State::Open { until: now.plus(config.open_for) };
            CircuitChanged { state: CircuitState::Open }.emit();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.probe && !self.told {
            let mut state = self.breaker.state();
            if *state == (State::HalfOpen { probing: true }) {
                *state = State::HalfOpen { probing: false };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    fn opened() -> Breaker {
        let breaker =
            Breaker::new(BreakerConfig { failures: 2, open_for: Duration::from_secs(10) });
        breaker.admit(at(0)).unwrap().failed(at(0));
        breaker.admit(at(1)).unwrap().failed(at(1));
        breaker
    }

    #[test]
    fn only_failures_in_a_row_open_it() {
        let breaker =
            Breaker::new(BreakerConfig { failures: 2, open_for: Duration::from_secs(10) });
        breaker.admit(at(0)).unwrap().failed(at(0));
        breaker.admit(at(0)).unwrap().succeeded();
        breaker.admit(at(0)).unwrap().failed(at(0));
        assert!(breaker.admit(at(0)).is_ok());
        assert_eq!(breaker.circuit(), Circuit::Closed);
        assert_eq!(opened().admit(at(2)).unwrap_err(), Duration::from_secs(9));
        assert_eq!(opened().circuit(), Circuit::Open);
    }

    #[test]
    fn after_the_pause_one_call_decides() {
        let breaker = opened();
        let probe = breaker.admit(at(11)).unwrap();
        assert!(breaker.admit(at(11)).is_err(), "one at a time");
        probe.failed(at(12));
        assert!(breaker.admit(at(21)).is_err());
        breaker.admit(at(22)).unwrap().succeeded();
        let both = (breaker.admit(at(22)), breaker.admit(at(22)));
        assert!(both.0.is_ok() && both.1.is_ok());
    }

    #[test]
    fn a_probe_that_goes_away_lets_the_next_one_pass() {
        let breaker = opened();
        drop(breaker.admit(at(11)).unwrap());
        assert!(breaker.admit(at(11)).is_ok());
    }

    #[test]
    fn a_late_answer_from_before_does_not_close_an_open_circuit() {
        let breaker =
            Breaker::new(BreakerConfig { failures: 1, open_for: Duration::from_secs(10) });
        let slow = breaker.admit(at(0)).unwrap();
        breaker.admit(at(0)).unwrap().failed(at(1));
        slow.succeeded();
        assert!(breaker.admit(at(2)).is_err());
    }
}
