//! How much is taken on at once. What is too much is refused in microseconds instead of queueing:
//! a caller that is told at once can go elsewhere, one that waits cannot.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::gateway::GatewayError;

/// Counts the calls in flight, over all connections and surfaces that share it.
#[derive(Debug, Clone)]
pub struct Admission(Arc<Semaphore>);

/// The right to be in flight; ends when dropped.
#[derive(Debug)]
pub struct Permit(#[allow(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Admission {
    /// At most `limit` calls at once.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS))))
    }

    /// Admits a call, or refuses it at once.
    ///
    /// # Errors
    /// `Exhausted` when the limit is reached.
    pub fn admit(&self) -> Result<Permit, GatewayError> {
        match Arc::clone(&self.0).try_acquire_owned() {
            Ok(permit) => Ok(Permit(permit)),
            Err(_) => Err(GatewayError::Exhausted {
                reason: "too many calls at once".to_owned(),
                retry_after: Some(std::time::Duration::from_secs(1)),
            }),
        }
    }
}
