//! Token ids to sentence vectors: BERT, mean pooling, unit length. Synchronous and CPU-bound.

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use penchant_core::Vector;
use tokenizers::{Tokenizer, TruncationParams};

use super::DIMENSION;
use crate::model::{Contents, ModelError};
use crate::text;

/// The model's window in tokens, the two framing ones included. The reference pipeline of this
/// model cuts at 256, although the position table would reach 512.
pub(crate) const MAX_TOKENS: usize = 256;

/// Tokens `[CLS]` and `[SEP]`, which every encoded text has.
const FRAMING_TOKENS: usize = 2;

/// What the tokenizer gets to see of a text, in bytes. 256 tokens of prose are about 1200 bytes;
/// the bound keeps a megabyte of text from being tokenized for its first page.
const MAX_BYTES: usize = 16 * 1024;

/// The loaded model.
pub(crate) struct Encoder {
    tokenizer: Tokenizer,
    model: BertModel,
    device: Device,
}

impl Encoder {
    /// Builds the model from verified files.
    pub(crate) fn load(contents: Contents) -> Result<Self, ModelError> {
        let config: Config = serde_json::from_slice(&contents.config).map_err(load)?;
        if config.hidden_size != DIMENSION {
            return Err(ModelError::Load(format!("{} dimensions", config.hidden_size)));
        }
        let mut tokenizer = Tokenizer::from_bytes(&contents.tokenizer).map_err(load)?;
        let truncation = TruncationParams { max_length: MAX_TOKENS, ..TruncationParams::default() };
        // The file asks for padding to 128 and truncation at 128, settings of its training.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(Some(truncation)).map_err(load)?;
        let device = Device::Cpu;
        let weights = VarBuilder::from_buffered_safetensors(contents.weights, DType::F32, &device)
            .map_err(load)?;
        let model = BertModel::load(weights, &config).map_err(load)?;
        Ok(Self { tokenizer, model, device })
    }

    /// A text's token ids, cut to the window; none for a text without a single token of its own.
    pub(crate) fn tokenize(&self, text: &str) -> Result<Vec<u32>, String> {
        if text::is_blank(text) {
            return Ok(Vec::new());
        }
        let encoding = self
            .tokenizer
            .encode_fast(text::cut(text, MAX_BYTES), true)
            .map_err(|e| e.to_string())?;
        let ids = encoding.get_ids();
        Ok(if ids.len() <= FRAMING_TOKENS { Vec::new() } else { ids.to_vec() })
    }

    /// One vector per row of ids, in order. Rows are padded to the longest; what padding there is
    /// does not reach the result, since attention and pooling are masked.
    pub(crate) fn encode(&self, rows: &[&[u32]]) -> candle_core::Result<Vec<Vector>> {
        let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        if width == 0 {
            return Ok(vec![Vector::default(); rows.len()]);
        }
        let mut ids = vec![0_u32; rows.len() * width];
        let mut mask = vec![0_u32; rows.len() * width];
        for (row, (ids, mask)) in
            rows.iter().zip(ids.chunks_exact_mut(width).zip(mask.chunks_exact_mut(width)))
        {
            for (token, (id, seen)) in row.iter().zip(ids.iter_mut().zip(mask.iter_mut())) {
                (*id, *seen) = (*token, 1);
            }
        }
        let shape = (rows.len(), width);
        let ids = Tensor::from_vec(ids, shape, &self.device)?;
        let mask = Tensor::from_vec(mask, shape, &self.device)?;
        let hidden = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        let hidden = hidden.flatten_all()?.to_vec1::<f32>()?;
        Ok(hidden
            .chunks_exact(width * DIMENSION)
            .zip(rows)
            .map(|(states, row)| mean_of(states, row.len()))
            .collect())
    }
}

/// Mean pooling: the average of the first `tokens` hidden states. Its length is scaled to one, so
/// the sum serves as well as the mean.
fn mean_of(states: &[f32], tokens: usize) -> Vector {
    let mut sum = vec![0.0_f32; DIMENSION];
    for state in states.chunks_exact(DIMENSION).take(tokens) {
        for (total, value) in sum.iter_mut().zip(state) {
            *total += value;
        }
    }
    Vector::normalized(sum)
}

fn load(error: impl std::fmt::Display) -> ModelError {
    ModelError::Load(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pooling_leaves_padding_out() {
        let mut states = vec![0.0_f32; 3 * DIMENSION];
        states[0] = 3.0;
        states[DIMENSION + 1] = 4.0;
        states[2 * DIMENSION] = 1000.0;
        let pooled = mean_of(&states, 2);
        assert!((pooled.as_slice()[0] - 0.6).abs() < 1e-6);
        assert!((pooled.as_slice()[1] - 0.8).abs() < 1e-6);
    }
}
