//! The weights of the sentence model that training starts from.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use candle_core::Tensor;
use penchant_embed::describer::LAYER;
use penchant_embed::describer::network::{LONGEST, READING, SAYING};
use penchant_embed::minilm::Weights;

/// Layers of the sentence model that the decoder's start from: what is said comes in as words and
/// goes out as meaning, so the first and the last (Shleifer and Rush 2020, "Pre-trained
/// summarization distillation", take layers from all heights in the same way).
const SAYING_FROM: [usize; SAYING] = [0, 5];

/// The weights by their names in the network.
pub(super) fn weights(file: &Path) -> Result<HashMap<String, Tensor>> {
    let file = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let mut weights = Weights::new(&file)?;
    for n in 0..READING {
        weights.attention(LAYER + n, &format!("reading.{n}.own"))?;
        weights.forward(LAYER + n, &format!("reading.{n}.forward"))?;
    }
    for (n, from) in SAYING_FROM.into_iter().enumerate() {
        weights.attention(from, &format!("saying.{n}.own"))?;
        weights.attention(from, &format!("saying.{n}.given"))?;
        weights.forward(from, &format!("saying.{n}.forward"))?;
    }
    weights.norm("embeddings.LayerNorm", "heard")?;
    // All said words are of the first kind.
    let kind = weights.get("embeddings.token_type_embeddings.weight")?.narrow(0, 0, 1)?;
    let places = weights.get("embeddings.position_embeddings.weight")?.narrow(0, 0, LONGEST)?;
    weights.put("places".to_owned(), places.broadcast_add(&kind)?);
    Ok(weights.taken())
}
