//! A clock that never goes back.

use std::time::Instant;

use penchant_core::Timestamp;
use penchant_ports::Clock;

/// Milliseconds since its making. Budgets and breakers measure spans; the machine's clock may be
/// set back under them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MonotonicClock(Instant);

impl MonotonicClock {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.0.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}
