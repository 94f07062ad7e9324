//! Wrappers that break things on purpose: seeded, so that a failing run can be repeated, and
//! counted, so that a test can prove that faults happened.

mod log;
mod store;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use penchant_ports::{PortError, PortErrorKind};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

pub use log::FaultyLog;
pub use store::FaultyStore;

/// What can go wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Answered late: other tasks run in between.
    Delay,
    /// Refused without effect, and said so.
    Fail,
    /// A write lost on its way: no effect, and the caller cannot know. A lane: revoked, and what
    /// it had delivered is delivered again.
    Drop,
    /// A write that took effect, though the caller cannot know.
    TimeOut,
}

/// How often what goes wrong: probabilities per call (for lanes: per delivery).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaultPlan {
    /// Equal seeds and equal calls give equal faults.
    pub seed: u64,
    /// Of [`Fault::Delay`]; may come with another fault.
    pub delay: f64,
    /// Of [`Fault::Fail`].
    pub fail: f64,
    /// Of [`Fault::Drop`].
    pub drop: f64,
    /// Of [`Fault::TimeOut`].
    pub time_out: f64,
    /// Of a lane being revoked at a delivery; counted as [`Fault::Drop`].
    pub revoke: f64,
}

impl FaultPlan {
    /// Everything goes wrong now and then.
    #[must_use]
    pub const fn rough(seed: u64) -> Self {
        Self { seed, delay: 0.2, fail: 0.1, drop: 0.1, time_out: 0.1, revoke: 0.01 }
    }
}

/// The dice and the tally of one wrapper.
#[derive(Debug)]
pub struct Faults {
    plan: FaultPlan,
    dice: Mutex<ChaCha8Rng>,
    calm: AtomicBool,
    counts: Mutex<BTreeMap<Fault, u64>>,
}

impl Faults {
    fn new(plan: FaultPlan) -> Self {
        Self {
            plan,
            dice: Mutex::new(ChaCha8Rng::seed_from_u64(plan.seed)),
            calm: AtomicBool::new(false),
            counts: Mutex::default(),
        }
    }

    /// Stops breaking things, so that a test can see where everything settles.
    pub fn calm(&self) {
        self.calm.store(true, Ordering::SeqCst);
    }

    /// How often a fault has fired.
    #[must_use]
    pub fn fired(&self, fault: Fault) -> u64 {
        lock(&self.counts).get(&fault).copied().unwrap_or(0)
    }

    fn count(&self, fault: Fault) {
        *lock(&self.counts).entry(fault).or_default() += 1;
    }

    fn chance(&self, probability: f64) -> bool {
        // Thrown also when calm, so that calming one wrapper does not shift its later throws.
        let thrown = lock(&self.dice).random_bool(probability.clamp(0.0, 1.0));
        thrown && !self.calm.load(Ordering::SeqCst)
    }

    /// Lets other tasks run for a while.
    async fn delay(&self) {
        if self.chance(self.plan.delay) {
            self.count(Fault::Delay);
            let turns = lock(&self.dice).random_range(1..32);
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        }
    }

    /// Before a read.
    async fn read(&self) -> Result<(), PortError> {
        self.delay().await;
        if self.chance(self.plan.fail) {
            self.count(Fault::Fail);
            return Err(failed());
        }
        Ok(())
    }

    /// Before a write: which of its three ways of failing it takes, if any.
    async fn write(&self) -> Option<Fault> {
        self.delay().await;
        let FaultPlan { fail, drop, time_out, .. } = self.plan;
        let fault = [(fail, Fault::Fail), (drop, Fault::Drop), (time_out, Fault::TimeOut)]
            .into_iter()
            .find(|(probability, _)| self.chance(*probability))
            .map(|(_, fault)| fault);
        if let Some(fault) = fault {
            self.count(fault);
        }
        fault
    }

    /// Runs a write with whatever goes wrong with it.
    async fn around<T>(
        &self,
        write: impl Future<Output = Result<T, PortError>>,
    ) -> Result<T, PortError> {
        match self.write().await {
            Some(Fault::Fail) => Err(failed()),
            Some(Fault::Drop) => Err(unknown()),
            Some(Fault::TimeOut) => {
                // A write that fails by itself has not taken effect; its own error says so.
                write.await?;
                Err(unknown())
            }
            Some(Fault::Delay) | None => write.await,
        }
    }
}

fn failed() -> PortError {
    PortError::new(PortErrorKind::Unavailable, "injected: refused")
}

fn unknown() -> PortError {
    PortError::new(PortErrorKind::Unavailable, "injected: no answer").indeterminate()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Counting and throwing dice cannot panic half-way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
