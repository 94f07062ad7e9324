//! What `deploy/` names exists: settings, metrics, files.

use std::collections::BTreeSet;
use std::path::PathBuf;

use penchant::config::DEFAULTS;
use penchant_telemetry::{MetricKind, MetricName};

fn deployed(path: &str) -> String {
    let path = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .join("../../deploy")
        .join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whatever looks like a metric of ours.
fn metrics_in(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with("penchant_"))
        .collect()
}

/// Every series that a scrape may show.
fn series() -> BTreeSet<String> {
    let of = |metric: &MetricName| {
        let name = metric.as_str();
        match metric.kind() {
            MetricKind::Histogram => {
                ["_bucket", "_sum", "_count"].map(|part| format!("{name}{part}")).to_vec()
            }
            MetricKind::Counter | MetricKind::Gauge => vec![name.to_owned()],
        }
    };
    MetricName::ALL.iter().flat_map(of).collect()
}

#[test]
fn rules_and_dashboards_ask_for_metrics_that_exist() {
    let known = series();
    for file in ["prometheus/rules.yaml", "grafana/dashboards/penchant.json"] {
        let text = deployed(file);
        let asked = metrics_in(&text);
        assert!(asked.len() >= 8, "{file} asks for {asked:?} only");
        let unknown: Vec<_> = asked.iter().filter(|name| !known.contains(**name)).collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}");
    }
}

#[test]
fn the_dashboard_is_whole() {
    let dashboard: serde_json::Value =
        serde_json::from_str(&deployed("grafana/dashboards/penchant.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len(), "an id stands twice");
    let source = deployed("grafana/provisioning/datasources/prometheus.yaml");
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        let uid = panel["datasource"]["uid"].as_str().unwrap();
        assert!(source.contains(&format!("uid: {uid}")), "{uid} is not provisioned");
        assert!(!panel["targets"].as_array().unwrap().is_empty(), "{} is empty", panel["title"]);
    }
}

#[test]
fn compose_sets_only_what_is_a_setting() {
    let defaults: toml::Value = toml::from_str(DEFAULTS).unwrap();
    let mut seen = 0;
    for file in ["compose.yaml", "Dockerfile"] {
        let text = deployed(file);
        let names = text
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter_map(|word| word.strip_prefix("PENCHANT__"));
        for name in names {
            let mut at = &defaults;
            for key in name.split("__") {
                at = at
                    .get(key.to_ascii_lowercase())
                    .unwrap_or_else(|| panic!("{file}: PENCHANT__{name} is no setting"));
            }
            seen += 1;
        }
    }
    assert!(seen >= 10, "only {seen} settings were found");
}

#[test]
fn compose_publishes_loopback_only_and_holds_no_secret() {
    let text = deployed("compose.yaml");
    for line in text.lines().filter(|line| line.trim_start().starts_with("ports:")) {
        for port in line.split('"').skip(1).step_by(2) {
            assert!(port.starts_with("127.0.0.1:"), "{port} is published to everybody");
        }
    }
    let example = deployed(".env.example");
    for line in example.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (name, value) = line.split_once('=').unwrap();
        assert_eq!(value, "", "{name} has a default");
        assert!(text.contains(&format!("${{{name}:?")), "compose does not insist on {name}");
    }
}

#[test]
fn compose_runs_every_role_and_prometheus_watches_each() {
    let (compose, watched) = (deployed("compose.yaml"), deployed("prometheus/prometheus.yaml"));
    for role in ["gateway", "learner", "console"] {
        let service = compose.split(&format!("\n  {role}:\n")).nth(1);
        let service = service.unwrap_or_else(|| panic!("compose has no {role}"));
        // Up to the next entry of the same depth.
        let service = service.split("\n\n").next().unwrap();
        let setting = format!("PENCHANT__SERVER__ROLES: '[\"{role}\"]'");
        assert!(service.contains(&setting), "{role} has another role:\n{service}");
        assert!(compose.contains(&format!("\"{role}\"")), "{role} is no allowed host");
        assert!(watched.contains(role), "prometheus does not watch {role}");
    }
    assert!(DEFAULTS.contains(r#"roles = ["gateway", "learner", "console"]"#));
}
