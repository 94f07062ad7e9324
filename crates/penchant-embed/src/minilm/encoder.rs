//! Token ids to sentence vectors: BERT, mean pooling, unit length. Synchronous and CPU-bound.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Tensor};
use penchant_core::Vector;
use penchant_core::posterior::probability;
use penchant_ports::{Look, Marked};
use tokenizers::{Tokenizer, TruncationParams};

use super::layers::{Layers, Shape};
use super::weights::Weights;
use super::{DIMENSION, SHOWN, plan};
use crate::describer::Describer;
use crate::describer::source::Tokens;
use crate::endings::Endings;
use crate::fits::Fits;
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
    model: Layers,
    device: Device,
    describer: Option<Arc<Describer>>,
    fits: Option<Fits>,
    endings: Option<Endings>,
}

/// A text in tokens.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Token ids, framing included; none for a blank text.
    pub(crate) ids: Vec<u32>,
    /// Per passage, its tokens; an empty range for one past the window.
    pub(crate) passages: Vec<Range<usize>>,
}

impl Encoder {
    /// Builds the model from verified files.
    pub(crate) fn load(contents: Contents) -> Result<Self, ModelError> {
        let shape: Shape = serde_json::from_slice(&contents.config).map_err(load)?;
        let mut tokenizer = Tokenizer::from_bytes(&contents.tokenizer).map_err(load)?;
        let truncation = TruncationParams { max_length: MAX_TOKENS, ..TruncationParams::default() };
        // The file asks for padding to 128 and truncation at 128, settings of its training.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(Some(truncation)).map_err(load)?;
        let device = Device::Cpu;
        let weights = Weights::new(&contents.weights).map_err(load)?;
        let model = Layers::load(weights, &shape).map_err(load)?;
        // Without notes everything else still works: wishes stay in the user's own words.
        let describer = Describer::embedded(model.words())
            .inspect_err(|error| {
                tracing::error!(%error, "the describer does not fit this build and is not used");
            })
            .ok()
            .map(Arc::new);
        let fits = Fits::embedded(model.words())
            .inspect_err(|error| {
                tracing::error!(%error, "what tells which notes matter does not fit this build");
            })
            .ok();
        let endings = Endings::embedded(model.words())
            .inspect_err(|error| {
                tracing::error!(%error, "what tells what a message ends does not fit this build");
            })
            .ok();
        Ok(Self { tokenizer, model, device, describer, fits, endings })
    }

    /// What puts wishes down, if it fits this build.
    pub(super) fn describer(&self) -> Option<&Arc<Describer>> {
        self.describer.as_ref()
    }

    /// What tells which notes a message ends, if it fits this build.
    pub(super) fn endings(&self) -> Option<&Endings> {
        self.endings.as_ref()
    }

    /// How likely an answer has to follow each of some notes; `None` where nothing can say.
    pub(super) fn fit(
        &self,
        text: &str,
        task: &str,
        notes: &[String],
    ) -> Result<Option<Vec<f32>>, String> {
        let Some(fits) = &self.fits else { return Ok(None) };
        let pieces = |text: &str| Ok::<_, String>(self.split(text)?.ids);
        let (question, task) = (pieces(text)?, pieces(task)?);
        let notes: Vec<Vec<u32>> = notes.iter().map(|n| pieces(n)).collect::<Result<_, _>>()?;
        let odds = fits.odds(&question, &task, &notes).map_err(|e| e.to_string())?;
        Ok(Some(odds.into_iter().map(probability).collect()))
    }

    /// The meanings of some texts, in order.
    pub(super) fn vectors(&self, texts: &[&String]) -> Result<Vec<Vector>, String> {
        let marked = texts.iter().map(|text| self.tokenize(&Marked::from((*text).clone())));
        let mut rows: Vec<Row> = marked.collect::<Result<_, _>>()?;
        let lengths: Vec<usize> = rows.iter().map(|row| row.ids.len()).collect();
        let mut vectors = vec![Vector::default(); texts.len()];
        for group in plan::groups(&lengths) {
            let own: Vec<Row> =
                group.iter().filter_map(|at| rows.get_mut(*at).map(std::mem::take)).collect();
            let looks = self.encode(&own).map_err(|e| e.to_string())?;
            for (at, look) in group.iter().zip(looks) {
                vectors.get_mut(*at).into_iter().for_each(|slot| slot.clone_from(&look.vector));
            }
        }
        Ok(vectors)
    }

    /// The word vectors.
    pub(crate) fn words(&self) -> &Tensor {
        self.model.words()
    }

    /// A piece as text.
    pub(super) fn spell(&self, id: u32) -> String {
        self.tokenizer.id_to_token(id).unwrap_or_default()
    }

    /// A text in tokens without the framing ones.
    pub(super) fn split(&self, text: &str) -> Result<Tokens, String> {
        let shown = text::cut(text, MAX_BYTES);
        let encoding = self.tokenizer.encode(shown, true).map_err(|e| e.to_string())?;
        let end = encoding.get_ids().len().saturating_sub(1).max(1);
        let ids = encoding.get_ids().get(1..end).unwrap_or_default().to_vec();
        let places = encoding.get_offsets().get(1..end).unwrap_or_default();
        Ok(Tokens { ids, places: places.iter().map(|(a, b)| *a..*b).collect() })
    }

    /// A text in tokens, cut to the window; none for a text without a single token of its own.
    pub(crate) fn tokenize(&self, marked: &Marked) -> Result<Row, String> {
        let empty = || Row { ids: Vec::new(), passages: vec![0..0; marked.passages.len()] };
        if text::is_blank(&marked.text) {
            return Ok(empty());
        }
        let shown = text::cut(&marked.text, MAX_BYTES);
        let encoding = if marked.passages.is_empty() {
            self.tokenizer.encode_fast(shown, true)
        } else {
            self.tokenizer.encode(shown, true)
        }
        .map_err(|e| e.to_string())?;
        let ids = encoding.get_ids();
        if ids.len() <= FRAMING_TOKENS {
            return Ok(empty());
        }
        let places = encoding.get_offsets();
        let passages = marked.passages.iter().map(|passage| tokens_of(passage, places)).collect();
        Ok(Row { ids: ids.to_vec(), passages })
    }

    /// One look per row, in order. Rows are padded to the longest; what padding there is does not
    /// reach the result, since attention and pooling are masked.
    pub(crate) fn encode(&self, rows: &[Row]) -> candle_core::Result<Vec<Look>> {
        let mut states: Vec<Vec<Vec<f32>>> =
            rows.iter().map(|row| vec![Vec::new(); row.passages.len()]).collect();
        let width = rows.iter().map(|row| row.ids.len()).max().unwrap_or(0);
        if width == 0 {
            return Ok(states.into_iter().map(|own| look(Vector::default(), own)).collect());
        }
        let mut ids = vec![0_u32; rows.len() * width];
        let mut mask = vec![0_u32; rows.len() * width];
        for (row, (ids, mask)) in
            rows.iter().zip(ids.chunks_exact_mut(width).zip(mask.chunks_exact_mut(width)))
        {
            for (token, (id, seen)) in row.ids.iter().zip(ids.iter_mut().zip(mask.iter_mut())) {
                (*id, *seen) = (*token, 1);
            }
        }
        let shape = (rows.len(), width);
        let ids = Tensor::from_vec(ids, shape, &self.device)?;
        let mask = Tensor::from_vec(mask, shape, &self.device)?;
        let marked = rows.iter().any(|row| !row.passages.is_empty());
        let last = self.model.forward(&ids, &mask, |layer, hidden| {
            if !marked || !SHOWN.contains(&layer) {
                return Ok(());
            }
            let hidden = hidden.flatten_all()?.to_vec1::<f32>()?;
            for ((block, row), own) in
                hidden.chunks_exact(width * DIMENSION).zip(rows).zip(&mut states)
            {
                for (passage, state) in row.passages.iter().zip(own) {
                    if !passage.is_empty() {
                        state.extend(mean_over(block, passage.clone()));
                    }
                }
            }
            Ok(())
        })?;
        let hidden = last.flatten_all()?.to_vec1::<f32>()?;
        let pooled = |(block, row): (&[f32], &Row)| {
            if row.ids.is_empty() { Vector::default() } else { mean_of(block, row.ids.len()) }
        };
        let vectors = hidden.chunks_exact(width * DIMENSION).zip(rows).map(pooled);
        Ok(vectors.zip(states).map(|(vector, own)| look(vector, own)).collect())
    }
}

fn look(vector: Vector, states: Vec<Vec<f32>>) -> Look {
    Look { vector, passages: states.into_iter().map(Vector::new).collect() }
}

/// The tokens that lie in a passage. Framing tokens have no place of their own.
fn tokens_of(passage: &Range<usize>, places: &[(usize, usize)]) -> Range<usize> {
    let inside = |(start, end): &(usize, usize)| {
        start < end && *start >= passage.start && *end <= passage.end
    };
    let first = places.iter().position(inside).unwrap_or(0);
    let end = places.iter().rposition(inside).map_or(0, |last| last + 1);
    first.min(end)..end
}

/// The average of some hidden states.
fn mean_over(states: &[f32], tokens: Range<usize>) -> Vec<f32> {
    let count = tokens.len().max(1) as f32;
    let mut sum = vec![0.0_f32; DIMENSION];
    let passage = states.chunks_exact(DIMENSION).skip(tokens.start).take(tokens.len());
    for state in passage {
        for (total, value) in sum.iter_mut().zip(state) {
            *total += value;
        }
    }
    sum.iter_mut().for_each(|total| *total /= count);
    sum
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
    fn a_passage_is_the_tokens_within_it() {
        // [CLS] "green" "tea" "!" [SEP]
        let places = [(0, 0), (0, 5), (6, 9), (9, 10), (0, 0)];
        assert_eq!(tokens_of(&(0..10), &places), 1..4);
        assert_eq!(tokens_of(&(6..9), &places), 2..3);
        assert!(tokens_of(&(20..30), &places).is_empty());
    }

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
