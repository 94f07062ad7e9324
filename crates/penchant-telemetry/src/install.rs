//! The recorder of metrics, rendered as Prometheus text by whoever serves `/metrics`.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, SharedString};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};
use penchant_core::invariants::Invariant;

use crate::build::BuildInfo;
use crate::error::TelemetryError;
use crate::happenings::{CircuitState, EventsProposedFor, LlmOutcome, LlmRefusal, WishesDescribed};
use crate::names::{MetricKind, MetricName, labels};

/// How often histograms are folded into their buckets when nobody scrapes; without it their raw
/// observations would pile up.
const UPKEEP: Duration = Duration::from_secs(5);

/// Buckets in seconds: from a store lookup (0.1 ms) to a slow language model (30 s).
const SECONDS: [f64; 17] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0, 30.0,
];
/// Buckets for counts: of preferences served, of records in a batch.
const COUNTS: [f64; 11] = [0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];

static INSTALLED: OnceLock<MetricsHandle> = OnceLock::new();

/// Gives the metrics of this process as text.
#[derive(Debug, Clone)]
pub struct MetricsHandle(PrometheusHandle);

impl MetricsHandle {
    /// All metrics in the Prometheus text format (`text/plain; version=0.0.4`).
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// The value of one series (`penchant_learn_stage_seconds_sum{stage="fold"}`); `None` when it
    /// is not there.
    #[must_use]
    pub fn value(&self, series: &str) -> Option<f64> {
        value_in(&self.render(), series)
    }
}

fn value_in(text: &str, series: &str) -> Option<f64> {
    text.lines()
        .filter_map(|line| line.rsplit_once(' '))
        .find(|(name, _)| *name == series)
        .and_then(|(_, value)| value.parse().ok())
}

/// Installs the recorder for this process. A second call answers the same handle.
///
/// Every metric is described; the series that alerts look at exist from the start, at zero,
/// because an alert on a series that is not there never fires.
///
/// # Errors
/// [`TelemetryError`] when another library was first, or no thread can be started.
pub fn install_metrics() -> Result<MetricsHandle, TelemetryError> {
    if let Some(handle) = INSTALLED.get() {
        return Ok(handle.clone());
    }
    let recorder = recorder();
    let handle = MetricsHandle(recorder.handle());
    if metrics::set_global_recorder(recorder).is_err() {
        // Two threads may have come here at once; the other one's handle is then the right one.
        return INSTALLED.get().cloned().ok_or(TelemetryError::ForeignRecorder);
    }
    let upkeep = handle.0.clone();
    std::thread::Builder::new().name("penchant-metrics".to_owned()).spawn(move || {
        loop {
            #[allow(
                clippy::disallowed_methods,
                reason = "a thread of its own, with nothing to await"
            )]
            std::thread::sleep(UPKEEP);
            upkeep.run_upkeep();
        }
    })?;
    Ok(INSTALLED.get_or_init(|| handle).clone())
}

/// Metrics of one closure, for tests of what a piece of code counts.
pub struct LocalMetrics(PrometheusRecorder);

impl Default for LocalMetrics {
    fn default() -> Self {
        Self::new()
    }
}

impl LocalMetrics {
    /// An empty recorder that is not installed.
    #[must_use]
    pub fn new() -> Self {
        Self(recorder())
    }

    /// Runs `act`; what it emits *on this thread* is counted here. Async code fits in when `act`
    /// blocks on a current-thread runtime.
    pub fn run<T>(&self, act: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(&self.0, act)
    }

    /// What was counted, as Prometheus text.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.handle().render()
    }

    /// The value of one series (`penchant_llm_refusals_total{reason="budget"}`); `None` when it is not there.
    #[must_use]
    pub fn value(&self, series: &str) -> Option<f64> {
        value_in(&self.render(), series)
    }
}

fn recorder() -> PrometheusRecorder {
    let mut builder = PrometheusBuilder::new();
    for metric in MetricName::ALL.iter().filter(|m| m.kind() == MetricKind::Histogram) {
        let buckets: &[f64] =
            if metric.as_str().ends_with("_seconds") { &SECONDS } else { &COUNTS };
        builder = match builder
            .set_buckets_for_metric(Matcher::Full(metric.as_str().to_owned()), buckets)
        {
            Ok(builder) => builder,
            // Refused for empty bucket lists only; both lists above are constants.
            Err(_) => unreachable!("bucket lists are not empty"),
        };
    }
    let recorder = builder.build_recorder();
    for metric in MetricName::ALL {
        describe(&recorder, *metric);
    }
    start_at_zero(&recorder);
    recorder
}

fn describe(recorder: &PrometheusRecorder, metric: MetricName) {
    let (name, help) =
        (KeyName::from_const_str(metric.as_str()), SharedString::const_str(metric.help()));
    match metric.kind() {
        MetricKind::Counter => recorder.describe_counter(name, None, help),
        MetricKind::Gauge => recorder.describe_gauge(name, None, help),
        MetricKind::Histogram => recorder.describe_histogram(name, None, help),
    }
}

const METADATA: Metadata<'static> = Metadata::new("penchant", Level::INFO, None);

fn start_at_zero(recorder: &PrometheusRecorder) {
    let zero = |metric: MetricName, labels: Vec<Label>| {
        recorder
            .register_counter(&Key::from_parts(metric.as_str(), labels), &METADATA)
            .increment(0);
    };
    let plain = [
        MetricName::LearnBatches,
        MetricName::LearnEvents,
        MetricName::LearnUsers,
        MetricName::LearnMessages,
        MetricName::LearnDuplicates,
        MetricName::LearnErasures,
        MetricName::EmbedTexts,
    ];
    plain.into_iter().for_each(|metric| zero(metric, Vec::new()));
    for invariant in Invariant::ALL {
        zero(
            MetricName::InvariantViolations,
            vec![Label::from_static_parts(labels::INVARIANT, invariant.code())],
        );
    }
    for reason in ["unavailable", "fenced", "stale"] {
        zero(MetricName::LearnRestarts, vec![Label::from_static_parts(labels::REASON, reason)]);
    }
    for outcome in LlmOutcome::ALL {
        zero(
            MetricName::LlmCalls,
            vec![Label::from_static_parts(labels::OUTCOME, outcome.as_str())],
        );
    }
    for reason in LlmRefusal::ALL {
        zero(
            MetricName::LlmRefusals,
            vec![Label::from_static_parts(labels::REASON, reason.as_str())],
        );
    }
    for outcome in EventsProposedFor::OUTCOMES {
        zero(MetricName::LlmEvents, vec![Label::from_static_parts(labels::OUTCOME, outcome)]);
    }
    for outcome in WishesDescribed::OUTCOMES {
        zero(MetricName::EmbedNotes, vec![Label::from_static_parts(labels::OUTCOME, outcome)]);
    }
    let gauge = |metric: MetricName, labels: Vec<Label>, value: f64| {
        recorder.register_gauge(&Key::from_parts(metric.as_str(), labels), &METADATA).set(value);
    };
    gauge(MetricName::LogLanes, Vec::new(), 0.0);
    gauge(MetricName::LlmCircuit, Vec::new(), CircuitState::Closed.gauge());
    gauge(MetricName::LlmCallsPerHundred, Vec::new(), 0.0);
    let build = BuildInfo::current();
    let named = [("version", build.version), ("commit", build.commit), ("profile", build.profile)];
    gauge(
        MetricName::BuildInfo,
        named.into_iter().map(|(name, value)| Label::from_static_parts(name, value)).collect(),
        1.0,
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::happenings::{InvariantViolated, RetrieveServed};

    #[test]
    fn the_first_scrape_shows_the_series_that_alerts_look_at() {
        let local = LocalMetrics::new();
        for invariant in Invariant::ALL {
            let series = format!(
                "penchant_invariant_violations_total{{invariant=\"{}\"}}",
                invariant.code()
            );
            assert_eq!(local.value(&series), Some(0.0), "{series}");
        }
        assert!(local.render().contains("# HELP penchant_build_info "));
        assert!(local.render().contains(BuildInfo::current().version));
    }

    #[test]
    fn a_violation_is_counted_under_its_code() {
        let local = LocalMetrics::new();
        local.run(|| {
            InvariantViolated { invariant: Invariant::CheckpointsNeverRegress, seen: "7 to 6" }
                .emit();
        });
        let series = "penchant_invariant_violations_total{invariant=\"INV-3\"}";
        assert_eq!(local.value(series), Some(1.0));
    }

    #[test]
    fn times_fall_into_buckets_of_seconds_and_counts_into_buckets_of_counts() {
        let local = LocalMetrics::new();
        local.run(|| RetrieveServed { seconds: 0.0004, preferences: 7 }.emit());
        let value = |series: &str| local.value(series).unwrap();
        assert_eq!(value("penchant_retrieve_request_seconds_bucket{le=\"0.00025\"}"), 0.0);
        assert_eq!(value("penchant_retrieve_request_seconds_bucket{le=\"0.0005\"}"), 1.0);
        assert_eq!(value("penchant_retrieve_served_preferences_bucket{le=\"5\"}"), 0.0);
        assert_eq!(value("penchant_retrieve_served_preferences_bucket{le=\"10\"}"), 1.0);
    }

    #[test]
    fn installing_twice_answers_the_same_metrics() {
        let first = install_metrics().unwrap();
        let second = install_metrics().unwrap();
        crate::happenings::DuplicateSkipped.emit();
        for handle in [first, second] {
            assert!(handle.render().contains("penchant_learn_duplicates_total 1"));
        }
    }
}
