//! BERT layer by layer, so that the states between the layers can be seen.
//!
//! The arithmetic is candle's; only its whole model hides what lies between its layers.

use candle_core::{D, DType, Result, Tensor};
use candle_nn::{Embedding, LayerNorm, Module, VarBuilder, embedding, layer_norm};
use candle_transformers::models::bert::{BertEncoder, Config};

/// What is added to the attention of tokens that are only padding.
const PADDING: f64 = -1e9;

/// The model: embeddings, then layers.
pub(super) struct Layers {
    words: Embedding,
    positions: Embedding,
    kinds: Embedding,
    norm: LayerNorm,
    /// Each an encoder of one layer.
    layers: Vec<BertEncoder>,
}

impl Layers {
    /// Builds the model from its weights.
    pub(super) fn load(weights: &VarBuilder<'_>, config: &Config) -> Result<Self> {
        let root =
            if weights.contains_tensor("bert") { weights.pp("bert") } else { weights.clone() };
        let vb = root.pp("embeddings");
        let size = config.hidden_size;
        let one = Config { num_hidden_layers: 1, ..config.clone() };
        let layers = (0..config.num_hidden_layers)
            .map(|number| {
                let own = format!("layer.{number}.");
                let renamed = root.clone().rename_f(move |name| name.replace("layer.0.", &own));
                BertEncoder::load(renamed.pp("encoder"), &one)
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            words: embedding(config.vocab_size, size, vb.pp("word_embeddings"))?,
            positions: embedding(
                config.max_position_embeddings,
                size,
                vb.pp("position_embeddings"),
            )?,
            kinds: embedding(config.type_vocab_size, size, vb.pp("token_type_embeddings"))?,
            norm: layer_norm(size, config.layer_norm_eps, vb.pp("LayerNorm"))?,
            layers,
        })
    }

    /// The word vectors, one row per token.
    pub(super) fn words(&self) -> &Tensor {
        self.words.embeddings()
    }

    /// The last layer's states, shape (rows, width, dimension). `see` is shown the states after
    /// each layer, which count from 1.
    pub(super) fn forward(
        &self,
        ids: &Tensor,
        mask: &Tensor,
        see: impl FnMut(usize, &Tensor) -> Result<()>,
    ) -> Result<Tensor> {
        self.pass(self.layers.len(), ids, mask, see)
    }

    /// The states after a layer, which counts from 1; the layers after it are not computed.
    pub(super) fn forward_to(&self, last: usize, ids: &Tensor, mask: &Tensor) -> Result<Tensor> {
        self.pass(last, ids, mask, |_, _| Ok(()))
    }

    fn pass(
        &self,
        last: usize,
        ids: &Tensor,
        mask: &Tensor,
        mut see: impl FnMut(usize, &Tensor) -> Result<()>,
    ) -> Result<Tensor> {
        let (_, width) = ids.dims2()?;
        let places = Tensor::arange(0, width as u32, ids.device())?;
        let positions = self.positions.forward(&places)?.unsqueeze(0)?;
        let words = self.words.forward(ids)?.add(&self.kinds.forward(&ids.zeros_like()?)?)?;
        let mut hidden = self.norm.forward(&words.broadcast_add(&positions)?)?;
        // (rows, 1, 1, width): nothing for what is seen, a large penalty for padding.
        let seen = mask.unsqueeze(1)?.unsqueeze(1)?.to_dtype(DType::F32)?;
        let penalty = seen.affine(-PADDING, PADDING)?;
        debug_assert_eq!(penalty.dim(D::Minus1)?, width);
        for (number, layer) in self.layers.iter().take(last).enumerate() {
            hidden = layer.forward(&hidden, &penalty)?;
            see(number + 1, &hidden)?;
        }
        Ok(hidden)
    }
}
