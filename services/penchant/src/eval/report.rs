//! What a run found, as a table and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value};

/// A case that went wrong, for reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WrongCase {
    /// The item's id.
    pub id: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// A suite's figures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Which suite.
    pub suite: &'static str,
    /// Which embedder; results are quoted with it.
    pub embedder: String,
    /// Which inferrer, or `none`.
    pub inferrer: String,
    /// Key and value, in the order of the table.
    pub figures: Vec<(&'static str, f64)>,
    /// The same by group (theme, signal, source): group, right, all.
    pub groups: Vec<(String, usize, usize)>,
    /// Every wrong case.
    pub wrong: Vec<WrongCase>,
}

impl Report {
    /// One JSON object with the figures as keys.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("suite".into(), self.suite.into());
        object.insert("embedder".into(), self.embedder.clone().into());
        object.insert("inferrer".into(), self.inferrer.clone().into());
        for (key, value) in &self.figures {
            let rounded = (value * 10_000.0).round() / 10_000.0;
            object.insert((*key).into(), rounded.into());
        }
        Value::Object(object)
    }

    /// A table for people.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = String::new();
        // Writing to a String cannot fail.
        writeln!(table, "{}  (embedder {}, inferrer {})", self.suite, self.embedder, self.inferrer)
            .ok();
        for (key, value) in &self.figures {
            let shown = if value.fract() == 0.0 && *value >= 2.0 {
                format!("{value:.0}")
            } else {
                format!("{value:.3}")
            };
            writeln!(table, "  {key:<36} {shown:>8}").ok();
        }
        for (group, right, all) in &self.groups {
            writeln!(table, "    {group:<34} {right:>4} of {all}").ok();
        }
        table
    }
}

/// `part / whole`, 0 when there is nothing to divide.
#[must_use]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Harmonic mean of precision and recall.
#[must_use]
pub(super) fn f1(hits: usize, false_alarms: usize, misses: usize) -> f64 {
    let denominator = 2 * hits + false_alarms + misses;
    if denominator == 0 { 0.0 } else { 2.0 * hits as f64 / denominator as f64 }
}
