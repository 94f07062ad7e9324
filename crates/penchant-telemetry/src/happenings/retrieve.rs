//! On the read path.

use metrics::histogram;

use crate::names::MetricName;

/// A retrieval was answered.
#[derive(Debug, Clone, Copy)]
pub struct RetrieveServed {
    /// How long it took.
    pub seconds: f64,
    /// How many preferences were served.
    pub preferences: u64,
}

impl RetrieveServed {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        tracing::debug!(seconds = self.seconds, preferences = self.preferences, "retrieval served");
        histogram!(MetricName::RetrieveSeconds.as_str()).record(self.seconds);
        histogram!(MetricName::RetrievePreferences.as_str()).record(self.preferences as f64);
    }
}
