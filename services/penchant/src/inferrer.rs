//! The language model behind its port, opened as the configuration says.

use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use penchant_llm::{ApiKey, OpenAiInferrer, Recording, Replaying};
use penchant_ports::Inferrer;

use crate::config::Config;

/// A language model, or what one said.
#[derive(Clone)]
pub struct Model {
    /// Behind its port.
    pub inferrer: Arc<dyn Inferrer>,
    /// Its version, and whether it is the model itself or a recording of it.
    pub name: String,
    /// What operators should know before it is asked anything.
    pub notes: Vec<String>,
}

/// Opens the configured model; `None` when there is none. Calls nothing.
///
/// # Errors
/// Settings or a recording that cannot be used, naming the key.
pub fn open(config: &Config) -> Result<Option<Model>> {
    let llm = &config.llm;
    if !llm.enabled() {
        return Ok(None);
    }
    if llm.replays() {
        let shown = llm.replay.display();
        let replaying =
            Replaying::open(&llm.replay).with_context(|| format!("llm.replay {shown}"))?;
        let name = format!("{} (replayed)", replaying.version());
        let notes = vec![format!("language model: answers are taken from {shown} only")];
        return Ok(Some(Model { inferrer: Arc::new(replaying), name, notes }));
    }
    let key = std::env::var(&llm.api_key_env).unwrap_or_default();
    let inferrer = OpenAiInferrer::new(llm.settings(ApiKey::new(&key)))
        .map_err(|error| anyhow!("llm: {error}"))?;
    let name = inferrer.version().to_owned();
    let mut notes = vec![format!(
        "language model {} at {}: messages in which users seem to wish something are sent there",
        llm.model, llm.base_url
    )];
    if !local(&llm.base_url) {
        if key.is_empty() {
            notes.push(format!(
                "language model: {} is not set, so calls carry no key",
                llm.api_key_env
            ));
        }
        if llm.base_url.starts_with("http://") {
            notes.push("language model: http:// sends users' words unencrypted".to_owned());
        }
    }
    if !llm.records() {
        return Ok(Some(Model { inferrer: Arc::new(inferrer), name, notes }));
    }
    let shown = llm.record.display();
    let recording =
        Recording::open(inferrer, &llm.record).with_context(|| format!("llm.record {shown}"))?;
    notes.push(format!(
        "language model: answers are recorded in {shown}, which no erasure of a user reaches"
    ));
    Ok(Some(Model { inferrer: Arc::new(recording), name, notes }))
}

/// Whether a base URL points to this machine.
fn local(base_url: &str) -> bool {
    let host = base_url.split("://").nth(1).unwrap_or_default();
    ["127.", "localhost", "[::1]"].iter().any(|own| host.starts_with(own))
}
