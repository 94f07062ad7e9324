//! What penchant tells about itself: metrics by name, logs by happening.
//!
//! - [`names`]: every metric that exists, its help text and its kind.
//! - [`happenings`]: one struct per thing that happens; its `emit` writes the log line *and*
//!   counts, so that the two can never tell different stories.
//! - [`install_metrics`] and [`init_tracing`]: set-up, done once by the binary.
//!
//! Other crates never call `metrics::counter!` and its kin themselves: a metric that is not in
//! [`MetricName`] does not exist. The macros to forbid elsewhere (`disallowed-macros` of clippy)
//! are `metrics::{counter, gauge, histogram}` and `metrics::describe_{counter, gauge, histogram}`.
//!
//! Two rules hold for every happening: labels never carry a user, tenant, session, event or
//! preference id (cardinality, privacy), and the words of a preference or an event are neither
//! logged nor counted by.
//!
//! *Absent on purpose:* thresholds, alerts, decisions.

#![allow(clippy::disallowed_macros, reason = "this crate is the one place that counts")]

pub mod build;
mod error;
pub mod happenings;
mod install;
mod label;
pub mod names;
mod tracing_setup;

pub use build::BuildInfo;
pub use error::TelemetryError;
pub use happenings::*;
pub use install::{LocalMetrics, MetricsHandle, install_metrics};
pub use names::{MetricKind, MetricName};
pub use tracing_setup::{LogFormat, init_tracing};
