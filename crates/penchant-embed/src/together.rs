//! Reads a text and notes together, and answers once for each note.
//!
//! Two vectors can only be compared; read together, every piece of a note meets every piece of the
//! text at every layer (Nogueira and Cho 2019, "Passage re-ranking with BERT"). The layers are those
//! of the sentence model, from which training starts; before each note stands a piece of its own,
//! and where that stands the answer is read off. The training tools have the same arithmetic.

use candle_core::{Device, Result, Tensor};
use candle_nn::VarBuilder;

use crate::packed;
use crate::transformer::{Layer, Norm, WIDTH};

/// How large a network is.
pub(crate) struct Size {
    /// Layers that read.
    pub(crate) layers: usize,
    /// Rows of the table of places.
    pub(crate) places: usize,
    /// Kinds of pieces.
    pub(crate) kinds: usize,
}

/// The network, with the sentence model's word vectors.
pub(crate) struct Network {
    words: Tensor,
    /// A row per place, and per kind of piece.
    stands: Tensor,
    kinds: Tensor,
    seen: Norm,
    reading: Vec<Layer>,
    /// The last layer, of which only what stands before each note is wanted.
    last: Layer,
    /// How the answer is read off: (width, 1), and (1).
    answer: Tensor,
    answer_bias: Tensor,
}

/// What is read, piece by piece.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Laid {
    /// Pieces.
    pub(crate) ids: Vec<u32>,
    /// Where each stands in its text.
    pub(crate) places: Vec<u32>,
    /// Of which kind each is.
    pub(crate) kinds: Vec<u32>,
    /// Where each note begins.
    pub(crate) notes: Vec<u32>,
}

impl Laid {
    /// Puts pieces of one kind after what there is, the first of them at the place `from`.
    pub(crate) fn put(&mut self, pieces: impl IntoIterator<Item = u32>, from: u32, kind: u32) {
        for (piece, place) in pieces.into_iter().zip(from..) {
            self.ids.push(piece);
            self.places.push(place);
            self.kinds.push(kind);
        }
    }
}

impl Network {
    /// Builds the network from a file's bytes.
    ///
    /// # Errors
    /// When weights are missing or of another shape.
    pub(crate) fn new(bytes: &[u8], size: &Size, words: &Tensor) -> Result<Self> {
        let (weights, _) = packed::read(bytes)?;
        let vb = VarBuilder::from_tensors(weights, words.dtype(), &Device::Cpu);
        let layer = |n: usize| Layer::new(&vb.pp(format!("reading.{n}")));
        Ok(Self {
            words: words.clone(),
            stands: vb.get((size.places, WIDTH), "stands")?,
            kinds: vb.get((size.kinds, WIDTH), "kinds")?,
            seen: Norm::new(&vb.pp("seen"))?,
            reading: (0..size.layers - 1).map(layer).collect::<Result<_>>()?,
            last: layer(size.layers - 1)?,
            answer: vb.get((1, WIDTH), "answer")?.t()?.contiguous()?,
            answer_bias: vb.get(1, "answer_bias")?,
        })
    }

    /// The log-odds of each note. `penalty` is added where a piece would look at another: shaped
    /// (1, 1, pieces or 1, pieces).
    ///
    /// # Errors
    /// Pieces, places or kinds there are none of.
    pub(crate) fn odds(&self, laid: &Laid, penalty: &Tensor) -> Result<Vec<f32>> {
        if laid.notes.is_empty() {
            return Ok(Vec::new());
        }
        let of =
            |table: &Tensor, rows: &[u32]| table.index_select(&Tensor::new(rows, &Device::Cpu)?, 0);
        let stands = (of(&self.stands, &laid.places)? + of(&self.kinds, &laid.kinds)?)?;
        let x = (of(&self.words, &laid.ids)? + stands)?.unsqueeze(0)?;
        let mut x = self.seen.run(&x)?;
        for layer in &self.reading {
            x = layer.run(&x, penalty)?;
        }
        let notes = Tensor::new(laid.notes.as_slice(), &Device::Cpu)?;
        let theirs =
            if penalty.dim(2)? == 1 { penalty } else { &penalty.index_select(&notes, 2)? };
        let own = self.last.run_at(&x, &notes, theirs)?.squeeze(0)?;
        own.matmul(&self.answer)?.squeeze(1)?.broadcast_add(&self.answer_bias)?.to_vec1()
    }
}
