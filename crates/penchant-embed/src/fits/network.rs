//! The arithmetic; `fits.py` of the training tools has the same.

use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;

use crate::transformer::{HIDDEN, Layer, Norm};

/// Numbers per piece, as in the sentence model.
pub(super) const WIDTH: usize = crate::transformer::WIDTH;
/// Layers, as many as the sentence model has: training starts from its weights.
const LAYERS: usize = 6;
/// Rows of the table of places.
pub(super) const PLACES: usize = 96;
/// The place at which every note begins.
pub(super) const NOTE_AT: u32 = 64;
/// Question, task, note.
const KINDS: usize = 3;

/// The network.
pub(super) struct Network {
    /// A row per place, and per kind of text.
    stands: Tensor,
    kinds: Tensor,
    seen: Norm,
    reading: Vec<Layer>,
    /// How the answer is read off: (width, 1), and (1).
    answer: Tensor,
    answer_bias: Tensor,
}

/// What is read, as tensors of one row.
pub(super) struct Given {
    /// Word vectors: (1, pieces, width).
    pub(super) words: Tensor,
    /// Where each piece stands: (pieces).
    pub(super) places: Tensor,
    /// Which kind of text it is of: (pieces).
    pub(super) kinds: Tensor,
}

impl Network {
    /// Builds the network from its weights.
    ///
    /// # Errors
    /// When weights are missing or of another shape.
    pub(super) fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        let layer = |n: usize| Layer::new(&vb.pp(format!("reading.{n}")));
        Ok(Self {
            stands: vb.get((PLACES, WIDTH), "stands")?,
            kinds: vb.get((KINDS, WIDTH), "kinds")?,
            seen: Norm::new(&vb.pp("seen"))?,
            reading: (0..LAYERS).map(layer).collect::<Result<_>>()?,
            answer: vb.get((1, WIDTH), "answer")?.t()?.contiguous()?,
            answer_bias: vb.get(1, "answer_bias")?,
        })
    }

    /// The state of each piece: (pieces, width).
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub(super) fn read(&self, given: &Given, penalty: &Tensor) -> Result<Tensor> {
        let stands = self.stands.index_select(&given.places, 0)?;
        let own = (stands + self.kinds.index_select(&given.kinds, 0)?)?;
        let mut x = self.seen.run(&given.words.broadcast_add(&own)?)?;
        for layer in &self.reading {
            x = layer.run(&x, penalty)?;
        }
        x.squeeze(0)
    }

    /// The log-odds that stand at some pieces.
    ///
    /// # Errors
    /// A piece there is none of.
    pub(super) fn answers(&self, states: &Tensor, at: &Tensor) -> Result<Tensor> {
        let own = states.index_select(at, 0)?;
        own.matmul(&self.answer)?.squeeze(1)?.broadcast_add(&self.answer_bias)
    }
}

/// Lets each piece see the question and its own note, by the owner of each: (1, 1, pieces, pieces).
///
/// # Errors
/// None that is known.
pub(super) fn apart(owners: &[u32]) -> Result<Tensor> {
    let count = owners.len();
    let sees = |own: u32, other: u32| other == 0 || other == own;
    let penalty = owners.iter().flat_map(|own| {
        owners.iter().map(|other| if sees(*own, *other) { 0.0 } else { HIDDEN as f32 })
    });
    Tensor::from_vec(penalty.collect::<Vec<f32>>(), (1, 1, count, count), &Device::Cpu)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_note_sees_the_question_and_itself_and_the_question_no_note() {
        let penalty = apart(&[0, 1, 2]).unwrap().reshape((3, 3)).unwrap().to_vec2::<f32>().unwrap();
        let open: Vec<Vec<bool>> =
            penalty.iter().map(|row| row.iter().map(|cost| *cost == 0.0).collect()).collect();
        assert_eq!(open, [[true, false, false], [true, true, false], [true, false, true]]);
    }
}
