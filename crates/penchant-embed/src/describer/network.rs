//! The arithmetic of the describer, the same in training and in use.
//!
//! A small transformer over the hidden states of the sentence model. Its layers are those of the
//! sentence model (BERT, Devlin et al. 2019), and training starts from that model's weights: the
//! upper layers read all texts of a wish together, the decoder's are taken over with them, its
//! attention to what was read as well (Rothe et al. 2020, "Leveraging pre-trained checkpoints for
//! sequence generation tasks"). At each step the decoder either says a piece of its vocabulary or
//! points at a piece of what it was given: one softmax over both, so a piece that is both gets both
//! shares (Gu et al. 2016, "Incorporating copying mechanism in sequence-to-sequence learning").
//! What it can say is scored with the sentence model's own word vectors, so that pieces that mean
//! alike are learnt together.

use candle_core::{D, Result, Tensor};
use candle_nn::{Init, VarBuilder};

use crate::transformer::fused;
use crate::transformer::{Attention, Forward, HIDDEN, Layer, Linear, Norm, spread, times};

pub use crate::transformer::Dropout;

/// Numbers per token, as in the sentence model.
pub const WIDTH: usize = crate::transformer::WIDTH;
/// Layers that read what was given.
pub const READING: usize = 2;
/// Layers of the decoder.
pub const SAYING: usize = 2;
/// Most pieces of a description, what it opens with and the end included.
pub const LONGEST: usize = 18;
/// The one weight with a number per piece of the vocabulary.
pub const WORD_BIAS: &str = "word_bias";
/// How strongly the word vectors, which have unit length, speak.
const SHARPNESS: f64 = 4.0;
/// Kinds of labels it was trained on; what a description starts from.
pub const STYLES: usize = 3;
struct SayingLayer {
    own: Attention,
    given: Attention,
    forward: Forward,
}

/// The network.
pub struct Network {
    kinds: Tensor,
    marks: Tensor,
    reading: Vec<Layer>,
    styles: Tensor,
    places: Tensor,
    heard: Norm,
    saying: Vec<SayingLayer>,
    ends: Linear,
    to_words: Tensor,
    word_bias: Tensor,
    point_from: Tensor,
    point_to: Tensor,
    /// Vectors of the vocabulary, [`SHARPNESS`] long, transposed: (numbers of a word vector, words).
    words: Tensor,
}

/// What is to be described, as tensors of `rows` by `length` tokens.
pub struct Given {
    /// Hidden states: (rows, length, width).
    pub states: Tensor,
    /// Which text a token is of: (rows, length).
    pub kinds: Tensor,
    /// 1 for the tokens of the wish: (rows, length).
    pub marks: Tensor,
    /// 0 for tokens, a large penalty for padding: (rows, 1, 1, length).
    pub penalty: Tensor,
}

/// What the decoder needs to know of what was given, computed once: one row per source, of which
/// any number of descriptions can be made side by side.
pub struct Memory {
    kept: Vec<(Tensor, Tensor)>,
    targets: Tensor,
    penalty: Tensor,
}

/// Keys and values of what was said so far.
#[derive(Default)]
pub struct Said {
    kept: Vec<(Tensor, Tensor)>,
    length: usize,
}

impl Memory {
    /// How many sources.
    fn sources(&self) -> Result<usize> {
        self.targets.dim(0)
    }

    /// The named rows, in this order, each as often as it is named.
    ///
    /// # Errors
    /// A row there is none of.
    pub fn rows(&self, rows: &Tensor) -> Result<Self> {
        Ok(Self {
            kept: picked(&self.kept, rows)?,
            targets: self.targets.index_select(rows, 0)?,
            penalty: self.penalty.index_select(rows, 0)?,
        })
    }
}

impl Said {
    /// As [`Memory::rows`].
    ///
    /// # Errors
    /// A row there is none of.
    pub fn rows(&self, rows: &Tensor) -> Result<Self> {
        Ok(Self { kept: picked(&self.kept, rows)?, length: self.length })
    }
}

fn picked(kept: &[(Tensor, Tensor)], rows: &Tensor) -> Result<Vec<(Tensor, Tensor)>> {
    let pick = |(keys, values): &(Tensor, Tensor)| {
        Ok((keys.index_select(rows, 0)?, values.index_select(rows, 0)?))
    };
    kept.iter().map(pick).collect()
}

impl Network {
    /// Builds the network from its weights, or fresh ones. `words` are the unit word vectors of
    /// the vocabulary, one per row.
    ///
    /// # Errors
    /// When weights are missing or of another shape.
    pub fn new(vb: &VarBuilder<'_>, words: &Tensor) -> Result<Self> {
        let (vocabulary, word) = words.dims2()?;
        let normal = |stdev| Init::Randn { mean: 0.0, stdev };
        let reading = |n: usize| Layer::new(&vb.pp(format!("reading.{n}")));
        let saying = |n: usize| {
            let vb = vb.pp(format!("saying.{n}"));
            Ok(SayingLayer {
                own: Attention::new(&vb.pp("own"))?,
                given: Attention::new(&vb.pp("given"))?,
                forward: Forward::new(&vb.pp("forward"))?,
            })
        };
        let square = |name| vb.get_with_hints((WIDTH, WIDTH), name, spread(WIDTH));
        Ok(Self {
            kinds: vb.get_with_hints((3, WIDTH), "kinds", Init::Const(0.0))?,
            marks: vb.get_with_hints((2, WIDTH), "marks", normal(0.1))?,
            reading: (0..READING).map(reading).collect::<Result<_>>()?,
            styles: vb.get_with_hints((STYLES, WIDTH), "styles", normal(0.05))?,
            places: vb.get_with_hints((LONGEST, WIDTH), "places", normal(0.02))?,
            heard: Norm::new(&vb.pp("heard"))?,
            saying: (0..SAYING).map(saying).collect::<Result<_>>()?,
            ends: Linear::new(&vb.pp("ends"), WIDTH, word)?,
            to_words: vb.get_with_hints((WIDTH, word), "to_words", spread(WIDTH))?,
            word_bias: vb.get_with_hints(vocabulary, WORD_BIAS, Init::Const(0.0))?,
            point_from: square("point_from")?,
            point_to: square("point_to")?,
            words: (words.t()?.contiguous()? * SHARPNESS)?,
        })
    }

    /// Reads what was given.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn read(&self, given: &Given, drop: Dropout<'_>) -> Result<Memory> {
        let mut x = given
            .states
            .add(&rows_of(&self.kinds, &given.kinds)?)?
            .add(&rows_of(&self.marks, &given.marks)?)?;
        x = drop(x)?;
        for layer in &self.reading {
            x = layer.run(&x, &given.penalty, drop)?;
        }
        let kept = self.saying.iter().map(|l| l.given.keep(&x)).collect::<Result<_>>()?;
        let targets = times(&x, &self.point_to)?.t()?.contiguous()?;
        Ok(Memory { kept, targets, penalty: given.penalty.clone() })
    }

    /// What a description in a style starts from: (rows, 1, width).
    ///
    /// # Errors
    /// A style there is none of.
    pub fn start(&self, styles: &Tensor) -> Result<Tensor> {
        self.styles.index_select(styles, 0)?.unsqueeze(1)
    }

    /// The decoder's states after each of the pieces heard, given by their word vectors:
    /// (rows, pieces, width). There may be several rows per source, those of one side by side.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn follow(
        &self,
        memory: &Memory,
        said: &mut Said,
        heard: &Tensor,
        drop: Dropout<'_>,
    ) -> Result<Tensor> {
        let (rows, pieces, _) = heard.dims3()?;
        // What each row looks for in its source does not depend on the others.
        let by_source = (memory.sources()?, (), WIDTH);
        let x = heard.broadcast_add(&self.places.narrow(0, said.length, pieces)?)?;
        let mut x = drop(self.heard.run(&x)?)?;
        let later = later(said.length, pieces, heard)?;
        for (n, (layer, given)) in self.saying.iter().zip(&memory.kept).enumerate() {
            let mut kept = layer.own.keep(&x)?;
            if let Some(before) = said.kept.get(n) {
                kept.0 = Tensor::cat(&[&before.0, &kept.0], 2)?;
                kept.1 = Tensor::cat(&[&before.1, &kept.1], 2)?;
            }
            x = layer.own.run(&x, &kept, &later, drop)?;
            match said.kept.get_mut(n) {
                Some(before) => *before = kept,
                None => said.kept.push(kept),
            }
            let looking = x.reshape(by_source)?;
            x = layer.given.run(&looking, given, &memory.penalty, drop)?;
            x = layer.forward.run(&x, drop)?.reshape((rows, pieces, WIDTH))?;
        }
        said.length += pieces;
        Ok(x)
    }

    /// Log-probabilities of what comes next after each state, over the vocabulary and then the
    /// places of what was given: (sources, rows of each times pieces, words + length).
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn say(&self, memory: &Memory, states: &Tensor) -> Result<Tensor> {
        fused::logs(&self.scores(memory, states)?)
    }

    /// The same, not yet made logarithms of probabilities.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn scores(&self, memory: &Memory, states: &Tensor) -> Result<Tensor> {
        let states = &states.reshape((memory.sources()?, (), WIDTH))?;
        let words = times(&times(states, &self.to_words)?, &self.words)?;
        let words = fused::shifted(&words, &self.word_bias)?;
        let scale = 1.0 / (WIDTH as f64).sqrt();
        let points = (times(states, &self.point_from)?.matmul(&memory.targets)? * scale)?
            .broadcast_add(&memory.penalty.squeeze(1)?)?;
        Tensor::cat(&[&words, &points], D::Minus1)
    }

    /// Where the older notes lie in meaning whose place is taken, out of the states at the start:
    /// (rows, numbers of a word vector). The dot product with an older note's meaning is the
    /// log-odds that it no longer holds, but for a constant.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn ends(&self, states: &Tensor) -> Result<Tensor> {
        self.ends.run(&states.narrow(1, 0, 1)?)?.squeeze(1)
    }
}

/// Hides from each piece what is said after it.
fn later(before: usize, pieces: usize, like: &Tensor) -> Result<Tensor> {
    let mut penalty = Vec::with_capacity(pieces * (before + pieces));
    for piece in 0..pieces {
        penalty.extend(
            (0..before + pieces)
                .map(|other| if other > before + piece { HIDDEN as f32 } else { 0.0 }),
        );
    }
    Tensor::from_vec(penalty, (1, 1, pieces, before + pieces), like.device())
}

fn rows_of(table: &Tensor, numbers: &Tensor) -> Result<Tensor> {
    let (rows, length) = numbers.dims2()?;
    table.index_select(&numbers.flatten_all()?, 0)?.reshape((rows, length, WIDTH))
}
