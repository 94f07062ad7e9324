//! At the edge.

use metrics::{counter, histogram};

use crate::label::label;
use crate::names::{MetricName, labels};

/// Events were taken in durably.
#[derive(Debug, Clone, Copy)]
pub struct EventsRecorded {
    /// Their kind, from `EventBody::kind`.
    pub kind: &'static str,
    /// How many.
    pub count: u64,
}

impl EventsRecorded {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        tracing::debug!(kind = self.kind, count = self.count, "events recorded");
        counter!(MetricName::GatewayEvents.as_str(), labels::KIND => self.kind)
            .increment(self.count);
    }
}

/// An event was refused at the edge; the client was told why.
#[derive(Debug, Clone, Copy)]
pub struct EventRejected<'a> {
    /// A short name, such as the field that is wrong; never the client's text.
    pub reason: &'a str,
}

impl EventRejected<'_> {
    /// Logs (DEBUG: it is the client's to mend) and counts.
    pub fn emit(&self) {
        let reason = label(self.reason);
        tracing::debug!(reason, "event rejected");
        counter!(MetricName::GatewayRejections.as_str(), labels::REASON => reason).increment(1);
    }
}

/// A request was answered.
#[derive(Debug, Clone, Copy)]
pub struct RequestServed<'a> {
    /// The method or the matched route, never a path with ids in it: `Retrieve`, `/v1/events`.
    pub method: &'static str,
    /// The result code as a word or number: `ok`, `not_found`, `429`.
    pub code: &'a str,
    /// How long it took.
    pub seconds: f64,
}

impl RequestServed<'_> {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        let code = label(self.code);
        tracing::debug!(method = self.method, code, seconds = self.seconds, "request served");
        histogram!(
            MetricName::GatewayRequestSeconds.as_str(),
            labels::METHOD => self.method,
            labels::CODE => code
        )
        .record(self.seconds);
    }
}
