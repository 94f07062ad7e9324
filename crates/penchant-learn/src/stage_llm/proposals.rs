//! Where a lane's proposals come from.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::{Position, Timestamp, UserKey, UserState};
use penchant_ports::{InferrerTally, PortError};

use super::ask::Candidate;
use super::proposal::Proposal;

/// A user's events of one batch.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The user.
    pub user: &'a UserKey,
    /// The user's memory before the batch.
    pub state: &'a UserState,
    /// Event time of the newest of the events.
    pub now: Timestamp,
    /// The events that have not taken effect yet, oldest first.
    pub candidates: Vec<Candidate<'a>>,
}

/// What is proposed for the events of one batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// By the event's position. Positions of one batch are of one partition.
    pub proposals: BTreeMap<Position, Proposal>,
    /// Events that were worth asking about.
    pub asked: usize,
    /// Of these, how many got no answer in time.
    pub late: usize,
    /// Of these, how many got none because the call failed, was not made, or was answered against
    /// the rules.
    pub unanswered: usize,
}

/// Where a lane's proposals come from: a model that is asked, or a record of what one said.
///
/// # Obligations
/// - Nothing of one user goes into another user's proposal (INV-6).
/// - A model that is slow, down, over budget or wrong is no error: its proposals are left out and
///   counted. An error stops the lane until it passes, so that nothing is learnt without a
///   proposal that is known to exist.
#[async_trait]
pub trait Proposals: Send + Sync {
    /// What is proposed for a batch, within `patience`.
    ///
    /// # Errors
    /// [`PortError`] when recorded proposals cannot be read now (transient) or at all (`Corrupt`).
    async fn propose(&self, asked: &[Asked<'_>], patience: Duration) -> Result<Answers, PortError>;

    /// What the model behind it has done; `None` when there is none.
    fn tally(&self) -> Option<InferrerTally> {
        None
    }
}
