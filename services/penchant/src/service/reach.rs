//! Waiting until a record of the log has taken effect.
//!
//! However many calls wait, the store is asked by one of them at a time, and never more often than
//! every [`POLL`]: it answers for all partitions at once, and every waiting call hears the answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use penchant_core::validate::InvalidField;
use penchant_core::{Checkpoint, Partition, Position};
use penchant_learn::lane::Learner;
use penchant_ports::{EventLog, PortError, PortErrorKind, PreferenceStore};
use tokio::sync::{Mutex, Semaphore, watch};
use tokio::time::Instant;

use crate::gateway::GatewayError;

/// How often a store that another process writes is asked how far it is.
const POLL: Duration = Duration::from_millis(20);
/// A caller without a deadline waits at most this long.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// Most calls that wait at once: the others must find room to be served.
const MAX_WAITING: usize = 256;

/// What the store has answered so far.
#[derive(Debug, Clone, Default)]
struct Seen {
    checkpoint: Checkpoint,
    /// How many times it could not be asked, and why it could not the last time.
    failures: u64,
    failure: Option<(PortErrorKind, String, Option<Duration>)>,
}

/// One waiting room for all calls.
pub(super) struct Reach {
    log: Arc<dyn EventLog>,
    store: Arc<dyn PreferenceStore>,
    /// The learner in this process, if it has that role: it knows progress without being asked.
    learner: Option<Learner>,
    seen: watch::Sender<Seen>,
    /// Held by the call that asks; when the store was asked last.
    asking: Mutex<Option<Instant>>,
    /// Where the log ended when it was asked last.
    ends: Mutex<BTreeMap<Partition, u64>>,
    room: Semaphore,
}

impl Reach {
    pub(super) fn new(
        log: Arc<dyn EventLog>,
        store: Arc<dyn PreferenceStore>,
        learner: Option<Learner>,
    ) -> Self {
        Self {
            log,
            store,
            learner,
            seen: watch::Sender::default(),
            asking: Mutex::default(),
            ends: Mutex::default(),
            room: Semaphore::new(MAX_WAITING),
        }
    }

    /// Waits until the record at `position` has taken effect, a little less than until `deadline`:
    /// the answer has to arrive before it.
    ///
    /// # Errors
    /// `Behind` when that was not in time, saying how far it is; `Exhausted` when too many wait;
    /// `Invalid` naming `min_position` when the log holds no such record; whatever keeps the store
    /// from being asked.
    pub(super) async fn reach(
        &self,
        position: Position,
        deadline: Option<Instant>,
    ) -> Result<(), GatewayError> {
        if position.offset < self.known(position.partition) {
            return Ok(());
        }
        let Ok(_place) = self.room.try_acquire() else {
            return Err(GatewayError::Exhausted {
                reason: format!("{MAX_WAITING} calls wait for their min_position already"),
                retry_after: Some(Duration::from_secs(1)),
            });
        };
        let reached = async {
            tokio::select! {
                biased;
                () = self.learnt(position) => Ok(()),
                outcome = self.stored(position) => outcome,
                refusal = self.refuse_unknown(position) => Err(refusal),
            }
        };
        match tokio::time::timeout(patience(deadline), reached).await {
            Ok(outcome) => outcome,
            Err(_) => Err(GatewayError::Behind {
                asked: position,
                reached: self.known(position.partition),
                retry_after: Some(Duration::from_secs(1)),
            }),
        }
    }

    /// How far a partition is known to be reflected, without asking.
    fn known(&self, partition: Partition) -> u64 {
        let stored = self.seen.borrow().checkpoint.next_offset(partition);
        let learnt = self.learner.as_ref().map(Learner::progress);
        learnt.map_or(stored, |learnt| stored.max(learnt.borrow().next_offset(partition)))
    }

    async fn learnt(&self, position: Position) {
        if let Some(learner) = &self.learner {
            let mut progress = learner.progress();
            // An error means the learner has ended; the store goes on being asked.
            if progress.wait_for(|checkpoint| checkpoint.reflects(position)).await.is_ok() {
                return;
            }
        }
        std::future::pending::<()>().await;
    }

    /// Also beside a learner: another process may be the one that works on this partition.
    async fn stored(&self, position: Position) -> Result<(), GatewayError> {
        let mut seen = self.seen.subscribe();
        let failures = seen.borrow_and_update().failures;
        loop {
            {
                let seen = seen.borrow_and_update();
                if seen.checkpoint.reflects(position) {
                    return Ok(());
                }
                if seen.failures > failures
                    && let Some((kind, message, retry_after)) = seen.failure.clone()
                {
                    let error = PortError { retry_after, ..PortError::new(kind, message) };
                    return Err(GatewayError::from_port(error, "min_position"));
                }
            }
            tokio::select! {
                biased;
                // The sender lives as long as this does.
                _ = seen.changed() => {}
                mut asked = self.asking.lock() => self.ask(&mut asked).await,
            }
        }
    }

    /// Asks the store once, not sooner than [`POLL`] after the last time, and tells everybody.
    async fn ask(&self, asked: &mut Option<Instant>) {
        if let Some(asked) = *asked {
            tokio::time::sleep_until(asked + POLL).await;
        }
        let answer = self.store.checkpoint().await;
        *asked = Some(Instant::now());
        self.seen.send_modify(|seen| match answer {
            Ok(checkpoint) => seen.checkpoint = checkpoint,
            Err(error) => {
                seen.failures += 1;
                seen.failure = Some((error.kind, error.message, error.retry_after));
            }
        });
    }

    /// Ends only when the log surely holds no record at `position`: it was never answered to
    /// anybody, and waiting for it would be in vain.
    async fn refuse_unknown(&self, position: Position) -> GatewayError {
        let holds = |ends: &BTreeMap<Partition, u64>| {
            ends.get(&position.partition).is_some_and(|end| position.offset < *end)
        };
        {
            // Ends only grow: what one call has found out holds for all.
            let mut ends = self.ends.lock().await;
            if !holds(&ends) {
                match self.log.ends().await {
                    Ok(now) => *ends = now,
                    // Not known; the store is waited for.
                    Err(_) => return std::future::pending().await,
                }
            }
            if holds(&ends) {
                drop(ends);
                return std::future::pending().await;
            }
        }
        let reason = format!("the log holds no record at {position}");
        GatewayError::Invalid(InvalidField::new("min_position", reason))
    }
}

/// How long to wait: up to the caller's deadline, less the time that the answer needs to get there.
fn patience(deadline: Option<Instant>) -> Duration {
    let Some(deadline) = deadline else { return MAX_WAIT };
    let left = deadline.saturating_duration_since(Instant::now());
    let way = (left / 10).clamp(Duration::from_millis(5), Duration::from_millis(200));
    left.saturating_sub(way).min(MAX_WAIT)
}

#[cfg(test)]
mod tests;
