//! On the log.

use metrics::{counter, gauge};
use penchant_core::{Partition, Position};

use crate::label::label;
use crate::names::{MetricName, labels};

/// A record was put aside because it is no valid event (INV-5).
#[derive(Debug, Clone, Copy)]
pub struct DeadLettered<'a> {
    /// The short machine-readable reason: `malformed`, `key-mismatch`.
    pub reason: &'a str,
    /// Where the record stands.
    pub position: Position,
}

impl DeadLettered<'_> {
    /// Logs (WARN) and counts.
    pub fn emit(&self) {
        let reason = label(self.reason);
        tracing::warn!(reason, position = %self.position, "record dead-lettered");
        counter!(MetricName::LogDeadLetters.as_str(), labels::REASON => reason).increment(1);
    }
}

/// How far behind the log's end a partition is.
#[derive(Debug, Clone, Copy)]
pub struct LagObserved {
    /// The partition.
    pub partition: Partition,
    /// Records not yet in effect.
    pub records: u64,
}

impl LagObserved {
    /// Sets the gauge; too frequent for a log line.
    pub fn emit(&self) {
        gauge!(MetricName::LogLag.as_str(), labels::PARTITION => self.partition.to_string())
            .set(self.records as f64);
    }
}

/// This process started to work on a partition.
#[derive(Debug, Clone, Copy)]
pub struct LaneOpened {
    /// The partition.
    pub partition: Partition,
    /// The epoch of the assignment (INV-4).
    pub epoch: u64,
    /// The offset it reads next.
    pub next_offset: u64,
}

impl LaneOpened {
    /// Logs (INFO) and raises the gauge.
    pub fn emit(&self) {
        tracing::info!(
            partition = %self.partition,
            epoch = self.epoch,
            next_offset = self.next_offset,
            "lane opened"
        );
        gauge!(MetricName::LogLanes.as_str()).increment(1.0);
    }
}

/// This process stopped working on a partition.
#[derive(Debug, Clone, Copy)]
pub struct LaneClosed<'a> {
    /// The partition.
    pub partition: Partition,
    /// Why: `revoked`, `shutdown`, `failed`.
    pub reason: &'a str,
}

impl LaneClosed<'_> {
    /// Logs (INFO) and lowers the gauge. The lag gauge goes to zero: another process has it now.
    pub fn emit(&self) {
        tracing::info!(partition = %self.partition, reason = label(self.reason), "lane closed");
        gauge!(MetricName::LogLanes.as_str()).decrement(1.0);
        LagObserved { partition: self.partition, records: 0 }.emit();
    }
}
