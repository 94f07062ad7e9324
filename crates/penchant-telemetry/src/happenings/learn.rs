//! On the write path.

use std::time::Duration;

use metrics::{counter, histogram};
use penchant_core::invariants::Invariant;
use penchant_core::{Partition, RevisionKind};

use crate::label::label;
use crate::names::{MetricName, labels};

/// A batch of one partition is durable.
#[derive(Debug, Clone, Copy)]
pub struct BatchCommitted {
    /// The partition.
    pub partition: Partition,
    /// Events in it.
    pub events: u64,
    /// Users changed by it.
    pub users: u64,
    /// From its first delivery to the durable commit.
    pub seconds: f64,
}

impl BatchCommitted {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        tracing::debug!(
            partition = %self.partition,
            events = self.events,
            users = self.users,
            seconds = self.seconds,
            "batch committed"
        );
        counter!(MetricName::LearnBatches.as_str()).increment(1);
        counter!(MetricName::LearnEvents.as_str()).increment(self.events);
        counter!(MetricName::LearnUsers.as_str()).increment(self.users);
        histogram!(MetricName::LearnBatchSeconds.as_str()).record(self.seconds);
        histogram!(MetricName::LearnBatchRecords.as_str()).record(self.events as f64);
    }
}

/// The learner failed in a way that passes, and will start anew.
#[derive(Clone, Copy)]
pub struct LearnerRestarted<'a> {
    /// A short name: `unavailable`, `fenced`, `stale`.
    pub reason: &'static str,
    /// What happened, for the log line.
    pub error: &'a dyn std::fmt::Display,
    /// How long it waits before.
    pub seconds: f64,
}

impl LearnerRestarted<'_> {
    /// Logs (WARN) and counts.
    pub fn emit(&self) {
        tracing::warn!(
            reason = self.reason,
            error = %self.error,
            seconds = self.seconds,
            "learner starts anew"
        );
        counter!(MetricName::LearnRestarts.as_str(), labels::REASON => self.reason).increment(1);
    }
}

/// Where the time of a committed batch went.
#[derive(Debug, Clone, Copy, Default)]
pub struct BatchTimed {
    /// Loading the users' memory.
    pub load: Duration,
    /// Reading what the events say, embedding included.
    pub read: Duration,
    /// Asking the language model, and taking in its proposals; zero without one.
    pub propose: Duration,
    /// Folding it into the memory.
    pub fold: Duration,
    /// Until the store held it durably.
    pub commit: Duration,
}

impl BatchTimed {
    /// Counts; the log line of the batch is [`BatchCommitted`]'s.
    pub fn emit(&self) {
        let stages = [
            ("load", self.load),
            ("read", self.read),
            ("propose", self.propose),
            ("fold", self.fold),
            ("commit", self.commit),
        ];
        for (stage, time) in stages {
            histogram!(MetricName::LearnStageSeconds.as_str(), labels::STAGE => stage)
                .record(time.as_secs_f64());
        }
    }
}

/// Messages of users were read.
#[derive(Debug, Clone, Copy)]
pub struct MessagesRead {
    /// How many.
    pub count: u64,
}

impl MessagesRead {
    /// Counts; too frequent for a log line.
    pub fn emit(&self) {
        counter!(MetricName::LearnMessages.as_str()).increment(self.count);
    }
}

/// An event had already taken effect and was passed over (INV-2).
#[derive(Debug, Clone, Copy)]
pub struct DuplicateSkipped;

impl DuplicateSkipped {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        tracing::debug!("duplicate event skipped");
        counter!(MetricName::LearnDuplicates.as_str()).increment(1);
    }
}

/// A preference changed.
#[derive(Debug, Clone, Copy)]
pub struct RevisionMade {
    /// How.
    pub kind: RevisionKind,
}

impl RevisionMade {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        tracing::debug!(kind = self.kind.as_str(), "revision made");
        counter!(MetricName::LearnRevisions.as_str(), labels::KIND => self.kind.as_str())
            .increment(1);
    }
}

/// A preference is held back until a person confirms it (INV-8).
#[derive(Debug, Clone, Copy)]
pub struct Quarantined<'a> {
    /// The short name of why: `instruction-like`, `url`.
    pub reason: &'a str,
}

impl Quarantined<'_> {
    /// Logs (WARN) and counts.
    pub fn emit(&self) {
        let reason = label(self.reason);
        tracing::warn!(reason, "preference quarantined");
        counter!(MetricName::LearnQuarantines.as_str(), labels::REASON => reason).increment(1);
    }
}

/// A promise would have been broken; the write or answer was refused.
#[derive(Debug, Clone, Copy)]
pub struct InvariantViolated<'a> {
    /// Which promise.
    pub invariant: Invariant,
    /// What was seen (`Violation::seen`): positions, numbers and ids of preferences, no text of
    /// the user's.
    pub seen: &'a str,
}

impl InvariantViolated<'_> {
    /// Logs (ERROR) and counts.
    pub fn emit(&self) {
        tracing::error!(invariant = self.invariant.code(), seen = self.seen, "invariant violated");
        counter!(
            MetricName::InvariantViolations.as_str(),
            labels::INVARIANT => self.invariant.code()
        )
        .increment(1);
    }
}

/// A user was erased (INV-9). Says nothing about who.
#[derive(Debug, Clone, Copy)]
pub struct UserErased;

impl UserErased {
    /// Logs (INFO) and counts.
    pub fn emit(&self) {
        tracing::info!("user erased");
        counter!(MetricName::LearnErasures.as_str()).increment(1);
    }
}
