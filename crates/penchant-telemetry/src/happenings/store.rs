//! Towards the store.

use metrics::counter;

use crate::label::label;
use crate::names::{MetricName, labels};

/// A call of the store failed and is tried again.
#[derive(Debug, Clone, Copy)]
pub struct StoreRetried<'a> {
    /// The kind of failure: `unavailable`, `stale`.
    pub kind: &'a str,
}

impl StoreRetried<'_> {
    /// Logs (WARN) and counts.
    pub fn emit(&self) {
        let kind = label(self.kind);
        tracing::warn!(kind, "store call retried");
        counter!(MetricName::StoreRetries.as_str(), labels::KIND => kind).increment(1);
    }
}
