//! The learner: the log's consumer, the store's only writer.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use penchant_learn::fold::FoldConfig;
use penchant_learn::lane::{Learner, LearnerConfig};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::parts::Parts;

/// Puts a learner together.
#[must_use]
pub fn build(parts: &Parts, config: &Config) -> Learner {
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
        ..LearnerConfig::default()
    };
    Learner::new(
        Arc::clone(&parts.log),
        Arc::clone(&parts.store),
        Arc::clone(&parts.embedder),
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
