//! The sentence model layer by layer, so that the states between the layers can be seen.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::VarBuilder;
use serde::Deserialize;

use super::weights::Weights;
use crate::transformer::{self, HEADS, Layer, Norm, WIDTH, fused};

/// What the model's file says of it.
#[derive(Debug, Deserialize)]
pub(super) struct Shape {
    hidden_size: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
}

/// The model: embeddings, then layers.
pub(super) struct Layers {
    words: Tensor,
    /// One row per place.
    places: Tensor,
    /// What is added to all words: they are all of the first kind.
    kind: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
}

impl Layers {
    /// Builds the model from its weights.
    pub(super) fn load(mut weights: Weights, shape: &Shape) -> Result<Self> {
        if (shape.hidden_size, shape.num_attention_heads) != (WIDTH, HEADS) {
            return Err(candle_core::Error::Msg(format!("another model: {shape:?}")));
        }
        let words = weights.get("embeddings.word_embeddings.weight")?;
        let places = weights.get("embeddings.position_embeddings.weight")?;
        let kind = weights.get("embeddings.token_type_embeddings.weight")?;
        weights.norm("embeddings.LayerNorm", "norm")?;
        for n in 0..shape.num_hidden_layers {
            weights.attention(n, &format!("layer.{n}.own"))?;
            weights.forward(n, &format!("layer.{n}.forward"))?;
        }
        let vb = VarBuilder::from_tensors(weights.taken(), DType::F32, &Device::Cpu);
        let layer = |n: usize| Layer::new(&vb.pp(format!("layer.{n}")));
        Ok(Self {
            words,
            places,
            kind: kind.narrow(0, 0, 1)?.squeeze(0)?.contiguous()?,
            norm: Norm::new(&vb.pp("norm"))?,
            layers: (0..shape.num_hidden_layers).map(layer).collect::<Result<_>>()?,
        })
    }

    /// The word vectors, one row per token.
    pub(super) fn words(&self) -> &Tensor {
        &self.words
    }

    /// The last layer's states, shape (rows, width, dimension), of token ids and a mask of ones and
    /// zeros, both (rows, width). `see` is shown the states after each layer, which count from 1.
    pub(super) fn forward(
        &self,
        ids: &Tensor,
        mask: &Tensor,
        mut see: impl FnMut(usize, &Tensor) -> Result<()>,
    ) -> Result<Tensor> {
        let (rows, width) = ids.dims2()?;
        let words = self.words.index_select(&ids.flatten_all()?, 0)?;
        let words = fused::shifted(&words, &self.kind)?.reshape((rows, width, WIDTH))?;
        let places = self.places.narrow(0, 0, width)?;
        let mut hidden = self.norm.run(&words.broadcast_add(&places)?)?;
        let penalty = transformer::penalty(&mask.to_dtype(DType::F32)?)?;
        for (number, layer) in self.layers.iter().enumerate() {
            hidden = layer.run(&hidden, &penalty)?;
            see(number + 1, &hidden)?;
        }
        Ok(hidden)
    }
}
