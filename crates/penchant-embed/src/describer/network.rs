//! The arithmetic of the describer; `train.py` of the training tools has the same.
//!
//! A small transformer whose layers are those of the sentence model (BERT, Devlin et al. 2019), and
//! training starts from that model's weights: its layers read all texts of a wish together, the
//! decoder's are taken from among them, its attention to what was read as well (Rothe et al. 2020,
//! "Leveraging pre-trained checkpoints for sequence generation tasks"). The sentence model has
//! every second layer of a model of twelve; those between them, which it does without, read as
//! well, with the weights of another model that was trained from the same twelve
//! (`data/README.md`). At each step the decoder either says a piece of its vocabulary or points at
//! a piece of what it was given: one softmax over both, so a piece that is both gets both shares
//! (Gu et al. 2016, "Incorporating copying mechanism in sequence-to-sequence learning").
//! What it hears, and what it can say, are the sentence model's own word vectors, so that pieces
//! that mean alike are learnt together.

use candle_core::{D, Result, Tensor};
use candle_nn::VarBuilder;

use super::source;
use crate::transformer::fused;
use crate::transformer::{Attention, Forward, HIDDEN, Layer, Norm, times};

/// Numbers per token, as in the sentence model.
pub(super) const WIDTH: usize = crate::transformer::WIDTH;
/// Layers that read what was given.
pub(super) const READING: usize = 12;
/// Layers of the decoder.
pub(super) const SAYING: usize = 2;
/// Most pieces of a description, what it opens with and the end included.
pub const LONGEST: usize = 18;
/// How strongly the word vectors, which have unit length, speak.
const SHARPNESS: f64 = 4.0;
/// Kinds of pieces that are read: of three texts, and what frames them.
const KINDS: usize = 4;
/// Kinds of labels it was trained on; what a description starts from.
pub(super) const STYLES: usize = 3;

struct SayingLayer {
    own: Attention,
    given: Attention,
    forward: Forward,
}

/// The network.
pub(super) struct Network {
    /// Of what is read: a row per place, per kind of text, and for what is of the wish or not.
    stands: Tensor,
    kinds: Tensor,
    marks: Tensor,
    seen: Norm,
    reading: Vec<Layer>,
    styles: Tensor,
    places: Tensor,
    heard: Norm,
    saying: Vec<SayingLayer>,
    to_words: Tensor,
    word_bias: Tensor,
    point_from: Tensor,
    point_to: Tensor,
    /// Vectors of the vocabulary, [`SHARPNESS`] long, transposed: (numbers of a word vector, words).
    words: Tensor,
}

/// What is to be described, as tensors of `rows` by `length` tokens.
pub(super) struct Given {
    /// Word vectors: (rows, length, width).
    pub(super) words: Tensor,
    /// Which text a token is of: (rows, length).
    pub(super) kinds: Tensor,
    /// 1 for the tokens of the wish: (rows, length).
    pub(super) marks: Tensor,
    /// 0 for tokens, a large penalty for padding: (rows, 1, 1, length).
    pub(super) penalty: Tensor,
    /// The same, with a penalty for what cannot be pointed at as well: (rows, 1, length).
    pub(super) hidden: Tensor,
}

/// What the decoder needs to know of what was read, computed once: one row per source, of which
/// any number of descriptions can be made side by side.
pub(super) struct Memory {
    kept: Vec<(Tensor, Tensor)>,
    targets: Tensor,
    penalty: Tensor,
    hidden: Tensor,
}

/// Keys and values of what was said so far.
#[derive(Default)]
pub(super) struct Said {
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
    pub(super) fn rows(&self, rows: &Tensor) -> Result<Self> {
        Ok(Self {
            kept: picked(&self.kept, rows)?,
            targets: self.targets.index_select(rows, 0)?,
            penalty: self.penalty.index_select(rows, 0)?,
            hidden: self.hidden.index_select(rows, 0)?,
        })
    }
}

impl Said {
    /// As [`Memory::rows`].
    ///
    /// # Errors
    /// A row there is none of.
    pub(super) fn rows(&self, rows: &Tensor) -> Result<Self> {
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
    /// Builds the network from its weights. `words` are the unit word vectors of
    /// the vocabulary, one per row.
    ///
    /// # Errors
    /// When weights are missing or of another shape.
    pub(super) fn new(vb: &VarBuilder<'_>, words: &Tensor) -> Result<Self> {
        let (vocabulary, word) = words.dims2()?;
        let reading = |n: usize| Layer::new(&vb.pp(format!("reading.{n}")));
        let saying = |n: usize| {
            let vb = vb.pp(format!("saying.{n}"));
            Ok(SayingLayer {
                own: Attention::new(&vb.pp("own"))?,
                given: Attention::new(&vb.pp("given"))?,
                forward: Forward::new(&vb.pp("forward"))?,
            })
        };
        let square = |name| vb.get((WIDTH, WIDTH), name);
        Ok(Self {
            stands: vb.get((source::MOST, WIDTH), "stands")?,
            kinds: vb.get((KINDS, WIDTH), "kinds")?,
            marks: vb.get((2, WIDTH), "marks")?,
            seen: Norm::new(&vb.pp("seen"))?,
            reading: (0..READING).map(reading).collect::<Result<_>>()?,
            styles: vb.get((STYLES, WIDTH), "styles")?,
            places: vb.get((LONGEST, WIDTH), "places")?,
            heard: Norm::new(&vb.pp("heard"))?,
            saying: (0..SAYING).map(saying).collect::<Result<_>>()?,
            to_words: vb.get((WIDTH, word), "to_words")?,
            word_bias: vb.get(vocabulary, "word_bias")?,
            point_from: square("point_from")?,
            point_to: square("point_to")?,
            words: (words.t()?.contiguous()? * SHARPNESS)?,
        })
    }

    /// What was given, read: the states of its pieces, one row per source.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub(super) fn read(&self, given: &Given) -> Result<Tensor> {
        let length = given.words.dim(1)?;
        let x = given
            .words
            .broadcast_add(&self.stands.narrow(0, 0, length)?)?
            .add(&rows_of(&self.kinds, &given.kinds)?)?
            .add(&rows_of(&self.marks, &given.marks)?)?;
        let mut x = self.seen.run(&x)?;
        for layer in &self.reading {
            x = layer.run(&x, &given.penalty)?;
        }
        Ok(x)
    }

    /// What is needed to describe what was `given` and read.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub(super) fn memory(&self, read: &Tensor, given: &Given) -> Result<Memory> {
        let kept = self.saying.iter().map(|l| l.given.keep(read)).collect::<Result<_>>()?;
        let targets = times(read, &self.point_to)?.t()?.contiguous()?;
        Ok(Memory { kept, targets, penalty: given.penalty.clone(), hidden: given.hidden.clone() })
    }

    /// What a description in a style starts from: (rows, 1, width).
    ///
    /// # Errors
    /// A style there is none of.
    pub(super) fn start(&self, styles: &Tensor) -> Result<Tensor> {
        self.styles.index_select(styles, 0)?.unsqueeze(1)
    }

    /// The decoder's states after each of the pieces heard, given by their word vectors:
    /// (rows, pieces, width). There may be several rows per source, those of one side by side.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub(super) fn follow(
        &self,
        memory: &Memory,
        said: &mut Said,
        heard: &Tensor,
    ) -> Result<Tensor> {
        let (rows, pieces, _) = heard.dims3()?;
        // What each row looks for in its source does not depend on the others.
        let by_source = (memory.sources()?, (), WIDTH);
        let x = heard.broadcast_add(&self.places.narrow(0, said.length, pieces)?)?;
        let mut x = self.heard.run(&x)?;
        let later = later(said.length, pieces, heard)?;
        for (n, (layer, given)) in self.saying.iter().zip(&memory.kept).enumerate() {
            let mut kept = layer.own.keep(&x)?;
            if let Some(before) = said.kept.get(n) {
                kept.0 = Tensor::cat(&[&before.0, &kept.0], 2)?;
                kept.1 = Tensor::cat(&[&before.1, &kept.1], 2)?;
            }
            x = layer.own.run(&x, &kept, &later)?;
            match said.kept.get_mut(n) {
                Some(before) => *before = kept,
                None => said.kept.push(kept),
            }
            let looking = x.reshape(by_source)?;
            x = layer.given.run(&looking, given, &memory.penalty)?;
            x = layer.forward.run(&x)?.reshape((rows, pieces, WIDTH))?;
        }
        said.length += pieces;
        Ok(x)
    }

    /// Log-probabilities of what comes next after each state, over the vocabulary and then the
    /// places of what was given: (sources, rows of each times pieces, words + length).
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub(super) fn say(&self, memory: &Memory, states: &Tensor) -> Result<Tensor> {
        let states = &states.reshape((memory.sources()?, (), WIDTH))?;
        let words = times(&times(states, &self.to_words)?, &self.words)?;
        let words = fused::shifted(&words, &self.word_bias)?;
        let scale = 1.0 / (WIDTH as f64).sqrt();
        let points = (times(states, &self.point_from)?.matmul(&memory.targets)? * scale)?
            .broadcast_add(&memory.hidden)?;
        fused::logs(&Tensor::cat(&[&words, &points], D::Minus1)?)
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
