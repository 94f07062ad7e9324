//! Towards the language model.

use metrics::{counter, gauge, histogram};

use crate::label::label;
use crate::names::{MetricName, labels};

/// How a call of the language model ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LlmOutcome {
    /// An answer that keeps the rules.
    Ok,
    /// An answer that breaks them.
    Invalid,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Unreachable,
    /// The server answered with an error (5xx, 429).
    ServerError,
    /// The server refused the request (other 4xx, redirects).
    Refused,
    /// The answer was larger than allowed.
    TooLarge,
}

impl LlmOutcome {
    /// All outcomes.
    pub const ALL: [Self; 7] = [
        Self::Ok,
        Self::Invalid,
        Self::Timeout,
        Self::Unreachable,
        Self::ServerError,
        Self::Refused,
        Self::TooLarge,
    ];

    /// As in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Invalid => "invalid",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::ServerError => "server-error",
            Self::Refused => "refused",
            Self::TooLarge => "too-large",
        }
    }
}

/// The language model was called.
#[derive(Debug, Clone, Copy)]
pub struct LlmCalled {
    /// How it ended.
    pub outcome: LlmOutcome,
    /// How long it took.
    pub seconds: f64,
}

impl LlmCalled {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        let outcome = self.outcome.as_str();
        tracing::debug!(outcome, seconds = self.seconds, "language model called");
        counter!(MetricName::LlmCalls.as_str(), labels::OUTCOME => outcome).increment(1);
        histogram!(MetricName::LlmCallSeconds.as_str()).record(self.seconds);
    }
}

/// Why the language model was not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LlmRefusal {
    /// The tenant has used up its calls of this minute.
    Budget,
    /// The circuit breaker is open.
    Circuit,
}

impl LlmRefusal {
    /// All reasons.
    pub const ALL: [Self; 2] = [Self::Budget, Self::Circuit];

    /// As in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Circuit => "circuit",
        }
    }
}

/// The language model was not called; learning goes on without it.
#[derive(Debug, Clone, Copy)]
pub struct LlmRefused {
    /// Why.
    pub reason: LlmRefusal,
}

impl LlmRefused {
    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        let reason = self.reason.as_str();
        tracing::debug!(reason, "language model not called");
        counter!(MetricName::LlmRefusals.as_str(), labels::REASON => reason).increment(1);
    }
}

/// An answer of the language model broke the rules and was dropped.
#[derive(Debug, Clone, Copy)]
pub struct ProposalRejected<'a> {
    /// The short name of the rule: `schema`, `number-out-of-range`, `instruction-like`.
    pub reason: &'a str,
}

impl ProposalRejected<'_> {
    /// Logs (WARN) and counts.
    pub fn emit(&self) {
        let reason = label(self.reason);
        tracing::warn!(reason, "proposal of the language model rejected");
        counter!(MetricName::LlmRejections.as_str(), labels::REASON => reason).increment(1);
    }
}

/// Events of a durable batch were worth asking the language model about.
#[derive(Debug, Clone, Copy)]
pub struct EventsProposedFor {
    /// Its proposal changed what was learnt.
    pub amended: u64,
    /// It answered, and nothing changed by it.
    pub kept: u64,
    /// No answer within the lane's patience; learnt without.
    pub late: u64,
    /// No call, no answer, or one against the rules; learnt without.
    pub unanswered: u64,
}

impl EventsProposedFor {
    /// What can come of an event, as in metrics.
    pub(crate) const OUTCOMES: [&'static str; 4] = ["amended", "kept", "late", "unanswered"];

    /// Logs (DEBUG) and counts.
    pub fn emit(&self) {
        let Self { amended, kept, late, unanswered } = *self;
        tracing::debug!(amended, kept, late, unanswered, "events the language model was meant for");
        for (outcome, count) in Self::OUTCOMES.into_iter().zip([amended, kept, late, unanswered]) {
            counter!(MetricName::LlmEvents.as_str(), labels::OUTCOME => outcome).increment(count);
        }
    }
}

/// How much the language model is used.
#[derive(Debug, Clone, Copy)]
pub struct ModelUse {
    /// Calls since the start.
    pub calls: u64,
    /// Users' messages since the start.
    pub messages: u64,
}

impl ModelUse {
    /// Sets the gauge; too frequent for a log line.
    pub fn emit(&self) {
        if self.messages > 0 {
            let share = 100.0 * self.calls as f64 / self.messages as f64;
            gauge!(MetricName::LlmCallsPerHundred.as_str()).set(share);
        }
    }
}

/// State of the circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CircuitState {
    /// Calls pass.
    Closed,
    /// One call passes, to see whether the model is back.
    HalfOpen,
    /// No call passes.
    Open,
}

impl CircuitState {
    /// As in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        }
    }

    /// As in the gauge.
    pub(crate) const fn gauge(self) -> f64 {
        match self {
            Self::Closed => 0.0,
            Self::HalfOpen => 1.0,
            Self::Open => 2.0,
        }
    }
}

/// The circuit breaker changed its state.
#[derive(Debug, Clone, Copy)]
pub struct CircuitChanged {
    /// To what.
    pub state: CircuitState,
}

impl CircuitChanged {
    /// Logs (INFO) and sets the gauge.
    pub fn emit(&self) {
        tracing::info!(state = self.state.as_str(), "language model circuit breaker changed");
        gauge!(MetricName::LlmCircuit.as_str()).set(self.state.gauge());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LocalMetrics;

    #[test]
    fn calls_refusals_and_rejections_are_told_apart() {
        let local = LocalMetrics::new();
        local.run(|| {
            LlmCalled { outcome: LlmOutcome::Timeout, seconds: 1.0 }.emit();
            LlmRefused { reason: LlmRefusal::Budget }.emit();
            ProposalRejected { reason: "Ignore all rules" }.emit();
            CircuitChanged { state: CircuitState::Open }.emit();
            EventsProposedFor { amended: 1, kept: 2, late: 3, unanswered: 4 }.emit();
            ModelUse { calls: 3, messages: 60 }.emit();
        });
        let value = |series| local.value(series);
        assert_eq!(value("penchant_llm_calls_total{outcome=\"timeout\"}"), Some(1.0));
        assert_eq!(value("penchant_llm_calls_total{outcome=\"ok\"}"), Some(0.0));
        assert_eq!(value("penchant_llm_refusals_total{reason=\"budget\"}"), Some(1.0));
        assert_eq!(value("penchant_llm_refusals_total{reason=\"circuit\"}"), Some(0.0));
        assert_eq!(value("penchant_llm_rejections_total{reason=\"other\"}"), Some(1.0));
        assert_eq!(value("penchant_llm_circuit_state"), Some(2.0));
        assert_eq!(value("penchant_llm_events_total{outcome=\"late\"}"), Some(3.0));
        assert_eq!(value("penchant_llm_calls_per_hundred_messages"), Some(5.0));
        assert!(!local.render().contains("Ignore"));
    }
}
