//! House rules that a compiler cannot state: which crate may know which, and how long a file may
//! grow; and that generated code is what its source says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// Hard limit: past it a file holds two concepts.
const MAX_LINES: usize = 600;
/// `main.rs` of the service reads once.
const MAX_MAIN_LINES: usize = 80;

/// What each crate may depend on among ours. An arrow may skip levels, never turn back.
const LAYERS: &[(&str, &[&str])] = &[
    ("penchant-core", &[]),
    ("penchant-telemetry", &["penchant-core"]),
    ("penchant-ports", &["penchant-core"]),
    ("penchant-proto", &["penchant-core"]),
    ("penchant-learn", &["penchant-core", "penchant-ports", "penchant-telemetry"]),
    ("penchant-retrieve", &["penchant-core", "penchant-ports", "penchant-telemetry"]),
    ("penchant-sqlite", &["penchant-core", "penchant-ports", "penchant-telemetry"]),
    ("penchant-qdrant", &["penchant-core", "penchant-ports", "penchant-telemetry"]),
    ("penchant-embed", &["penchant-core", "penchant-ports", "penchant-telemetry"]),
    ("penchant-llm", &["penchant-core", "penchant-ports", "penchant-telemetry"]),
    (
        "penchant-kafka",
        &["penchant-core", "penchant-ports", "penchant-proto", "penchant-telemetry"],
    ),
    ("penchant-testkit", &["penchant-core", "penchant-ports"]),
];

/// External crates that only one of ours may name, and where.
const FENCED: &[(&str, &[&str])] = &[
    ("rdkafka", &["penchant-kafka"]),
    ("qdrant-client", &["penchant-qdrant"]),
    ("rusqlite", &["penchant-sqlite"]),
    // The sentence model in use, and training what reads its states.
    ("candle-core", &["penchant-embed", "xtask"]),
    ("metrics", &["penchant-telemetry"]),
];

/// Runs all checks; says every violation before it fails.
///
/// # Errors
/// When the workspace cannot be read, or a rule is broken.
pub(crate) fn run() -> Result<()> {
    let mut violations = layering()?;
    violations.extend(file_sizes(Path::new("."))?);
    violations.extend(drift(Path::new("."))?);
    for violation in &violations {
        eprintln!("xtask check: {violation}");
    }
    if !violations.is_empty() {
        bail!("{} house rule(s) broken", violations.len());
    }
    println!("xtask check: layering, file sizes, generated code: fine");
    Ok(())
}

fn layering() -> Result<Vec<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().context("cargo metadata")?;
    let layers: BTreeMap<&str, BTreeSet<&str>> =
        LAYERS.iter().map(|(name, may)| (*name, may.iter().copied().collect())).collect();
    let mut violations = Vec::new();
    for package in &metadata.packages {
        for dependency in &package.dependencies {
            let (from, to) = (package.name.as_str(), dependency.name.as_str());
            let normal = dependency.kind == DependencyKind::Normal;
            if normal && to == "penchant-testkit" && from != "penchant-tests" && from != "xtask" {
                violations.push(format!("{from} uses penchant-testkit outside its tests"));
            }
            if normal
                && to.starts_with("penchant")
                && let Some(may) = layers.get(from)
                && !may.contains(to)
            {
                violations.push(format!("{from} must not depend on {to}"));
            }
            if let Some((_, owners)) = FENCED.iter().find(|(name, _)| *name == to)
                && normal
                && !owners.contains(&from)
            {
                violations.push(format!("only {} may name {to}; {from} does", owners.join(", ")));
            }
        }
    }
    Ok(violations)
}

/// Checked-in code that is not what `proto/` says.
fn drift(root: &Path) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    for file in crate::r#gen::generate(root)? {
        let path = root.join(crate::r#gen::TARGET).join(&file.name);
        if std::fs::read(&path).unwrap_or_default() != file.bytes {
            violations
                .push(format!("{} differs from proto/; run `cargo xtask gen`", path.display()));
        }
    }
    Ok(violations)
}

fn file_sizes(root: &Path) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    let mut folders = vec![root.join("crates"), root.join("services"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                // Generated code is as long as it is.
                if path.file_name().is_none_or(|name| name != "gen") {
                    folders.push(path);
                }
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let lines = std::fs::read_to_string(&path)?.lines().count();
            let limit = if path.ends_with("services/penchant/src/main.rs") {
                MAX_MAIN_LINES
            } else {
                MAX_LINES
            };
            if lines > limit {
                violations.push(format!("{} has {lines} lines, limit {limit}", path.display()));
            }
        }
    }
    Ok(violations)
}
