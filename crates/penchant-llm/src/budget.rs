//! How often each tenant may have the model called.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use penchant_ports::Clock;

/// Tenants remembered before those with an untouched budget are let go of.
const MANY_TENANTS: usize = 4_096;

/// A token bucket per tenant: `per_minute` calls at once, refilled evenly (GCRA).
pub struct Budget {
    clock: Ticks,
    limiter: RateLimiter<String, DashMapStateStore<String>, Ticks, NoOpMiddleware<Duration>>,
}

impl Budget {
    /// So many calls a minute for each tenant.
    #[must_use]
    pub fn new(per_minute: NonZeroU32, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks(clock);
        let limiter = RateLimiter::new(
            Quota::per_minute(per_minute),
            DashMapStateStore::default(),
            clock.clone(),
        );
        Self { clock, limiter }
    }

    /// Takes one call out of the tenant's budget.
    ///
    /// # Errors
    /// How long until the next call is possible.
    pub fn take(&self, tenant: &str) -> Result<(), Duration> {
        if self.limiter.len() > MANY_TENANTS {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&tenant.to_owned())
            .map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

/// The port's clock as governor wants it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.now().as_millis()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use penchant_core::Timestamp;
    use penchant_ports::ManualClock;

    #[test]
    fn a_tenant_has_its_own_budget_and_gets_it_back_with_time() {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_000)));
        let budget = Budget::new(NonZeroU32::new(2).unwrap(), clock.clone());
        assert!(budget.take("a").is_ok() && budget.take("a").is_ok());
        let wait = budget.take("a").unwrap_err();
        assert_eq!(wait, Duration::from_secs(30));
        assert!(budget.take("b").is_ok(), "another tenant is not concerned");
        clock.set(Timestamp::from_millis(31_000));
        assert!(budget.take("a").is_ok());
        assert!(budget.take("a").is_err());
    }
}
