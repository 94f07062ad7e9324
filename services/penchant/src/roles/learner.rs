//! The learner: the log's consumer, the store's only writer.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use penchant_learn::fold::FoldConfig;
use penchant_learn::lane::{Learner, LearnerConfig};
use penchant_learn::stage_llm::{Calls, Proposals, SIDE_BY_SIDE, StageConfig};
use penchant_ports::PreferenceStore;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::parts::Parts;

/// Puts a learner together that asks the configured language model, if there is one.
#[must_use]
pub fn build(parts: &Parts, config: &Config) -> Learner {
    let proposals = parts.model.as_ref().map(|model| -> Arc<dyn Proposals> {
        let inferrer = Arc::clone(&model.inferrer);
        Arc::new(Calls::new(inferrer, SIDE_BY_SIDE, StageConfig::default()))
    });
    over(parts, config, Arc::clone(&parts.store), proposals)
}

/// Puts a learner together over another store and source of proposals. A rebuild takes them from
/// what it replaces: [`penchant_learn::stage_llm::Recorded`].
#[must_use]
pub fn over(
    parts: &Parts,
    config: &Config,
    store: Arc<dyn PreferenceStore>,
    proposals: Option<Arc<dyn Proposals>>,
) -> Learner {
    let fold = FoldConfig {
        max_live: config.memory.max_live,
        inferred_half_life: config.memory.inferred_half_life.0,
        stated_half_life: config.memory.stated_half_life.0,
        ..FoldConfig::default()
    };
    let settings = LearnerConfig {
        fold,
        max_batch: config.learner.max_batch,
        linger: config.learner.linger.0,
        cached_users: config.learner.cached_users,
        grace: config.server.grace.0,
        patience: config.llm.patience.0,
        ..LearnerConfig::default()
    };
    Learner::with_proposals(
        Arc::clone(&parts.log),
        store,
        Arc::clone(&parts.embedder),
        proposals,
        settings,
    )
}

/// Learns until told to stop.
///
/// # Errors
/// What only a person can resolve.
pub async fn run(learner: Learner, stop: CancellationToken) -> Result<()> {
    learner.run(stop).await.context("the learner stopped")
}
