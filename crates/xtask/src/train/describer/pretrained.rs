//! The weights of the sentence model that training starts from.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use candle_core::{Device, Tensor};
use penchant_embed::describer::LAYER;
use penchant_embed::describer::network::{LONGEST, READING, SAYING};

/// Layers of the sentence model that the decoder's start from: what is said comes in as words and
/// goes out as meaning, so the first and the last (Shleifer and Rush 2020, "Pre-trained
/// summarization distillation", take layers from all heights in the same way).
const SAYING_FROM: [usize; SAYING] = [0, 5];

/// The weights by their names in the network.
pub(super) fn weights(file: &Path) -> Result<HashMap<String, Tensor>> {
    let theirs = candle_core::safetensors::load(file, &Device::Cpu)?;
    let mut ours = Taken { theirs, ours: HashMap::new() };
    for n in 0..READING {
        ours.attention(LAYER + n, &format!("reading.{n}.own"))?;
        ours.forward(LAYER + n, &format!("reading.{n}.forward"))?;
    }
    for (n, from) in SAYING_FROM.into_iter().enumerate() {
        ours.attention(from, &format!("saying.{n}.own"))?;
        ours.attention(from, &format!("saying.{n}.given"))?;
        ours.forward(from, &format!("saying.{n}.forward"))?;
    }
    ours.norm("embeddings.LayerNorm", "heard")?;
    // All said words are of the first kind.
    let kind = ours.get("embeddings.token_type_embeddings.weight")?.narrow(0, 0, 1)?;
    let places = ours.get("embeddings.position_embeddings.weight")?.narrow(0, 0, LONGEST)?;
    ours.ours.insert("places".to_owned(), places.broadcast_add(&kind)?);
    Ok(ours.ours)
}

struct Taken {
    theirs: HashMap<String, Tensor>,
    ours: HashMap<String, Tensor>,
}

impl Taken {
    fn get(&self, name: &str) -> Result<Tensor> {
        self.theirs.get(name).cloned().with_context(|| format!("the model has no {name}"))
    }

    fn attention(&mut self, layer: usize, to: &str) -> Result<()> {
        let from = format!("encoder.layer.{layer}.attention");
        for name in ["query", "key", "value"] {
            self.linear(&format!("{from}.self.{name}"), &format!("{to}.{name}"))?;
        }
        self.linear(&format!("{from}.output.dense"), &format!("{to}.output"))?;
        self.norm(&format!("{from}.output.LayerNorm"), &format!("{to}.norm"))
    }

    fn forward(&mut self, layer: usize, to: &str) -> Result<()> {
        let from = format!("encoder.layer.{layer}");
        self.linear(&format!("{from}.intermediate.dense"), &format!("{to}.up"))?;
        self.linear(&format!("{from}.output.dense"), &format!("{to}.down"))?;
        self.norm(&format!("{from}.output.LayerNorm"), &format!("{to}.norm"))
    }

    fn linear(&mut self, from: &str, to: &str) -> Result<()> {
        let weight = self.get(&format!("{from}.weight"))?.t()?.contiguous()?;
        self.ours.insert(format!("{to}.weight"), weight);
        self.ours.insert(format!("{to}.bias"), self.get(&format!("{from}.bias"))?);
        Ok(())
    }

    fn norm(&mut self, from: &str, to: &str) -> Result<()> {
        self.ours.insert(format!("{to}.gain"), self.get(&format!("{from}.weight"))?);
        self.ours.insert(format!("{to}.bias"), self.get(&format!("{from}.bias"))?);
        Ok(())
    }
}
