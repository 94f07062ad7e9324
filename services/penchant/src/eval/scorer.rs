//! Comparing texts by meaning, with the instance's own embedder.

use anyhow::Result;
use penchant_core::Vector;
use penchant_ports::Embedder;

/// Cosine from which a returned description counts as the expected one.
pub(super) const MATCH: f32 = 0.5;

/// Embeds all texts.
pub(super) async fn embed(embedder: &dyn Embedder, texts: &[String]) -> Result<Vec<Vector>> {
    Ok(embedder.embed(texts).await?)
}

/// The nearest of `choices`, with its cosine.
pub(super) fn nearest(to: &Vector, choices: &[Vector]) -> Option<(usize, f32)> {
    choices
        .iter()
        .enumerate()
        .map(|(at, choice)| (at, to.cosine(choice)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
}
