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
use candle_nn::ops::log_softmax;
use candle_nn::{Init, VarBuilder};

use super::fused;

/// Numbers per token, as in the sentence model.
pub const WIDTH: usize = 384;
/// Heads of each attention.
const HEADS: usize = 12;
/// Numbers inside a feed-forward part.
const INNER: usize = 4 * WIDTH;
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
/// What is hidden from an attention.
const HIDDEN: f64 = -1e9;

/// Drops some of the numbers in training; does nothing in use.
pub type Dropout<'a> = &'a mut dyn FnMut(Tensor) -> Result<Tensor>;

struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    fn new(vb: &VarBuilder<'_>, inputs: usize, outputs: usize) -> Result<Self> {
        Ok(Self {
            weight: vb.get_with_hints((inputs, outputs), "weight", spread(inputs))?,
            bias: vb.get_with_hints(outputs, "bias", Init::Const(0.0))?,
        })
    }

    fn run(&self, x: &Tensor) -> Result<Tensor> {
        fused::shifted(&times(x, &self.weight)?, &self.bias)
    }
}

struct Norm {
    gain: Tensor,
    bias: Tensor,
}

impl Norm {
    fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            gain: vb.get_with_hints(WIDTH, "gain", Init::Const(1.0))?,
            bias: vb.get_with_hints(WIDTH, "bias", Init::Const(0.0))?,
        })
    }

    fn run(&self, x: &Tensor) -> Result<Tensor> {
        fused::norm(x, &self.gain, &self.bias)
    }
}

/// An attention, added to what it starts from.
struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    norm: Norm,
}

impl Attention {
    fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        let linear = |name: &str| Linear::new(&vb.pp(name), WIDTH, WIDTH);
        Ok(Self {
            query: linear("query")?,
            key: linear("key")?,
            value: linear("value")?,
            output: linear("output")?,
            norm: Norm::new(&vb.pp("norm"))?,
        })
    }

    /// Keys and values of what is looked at, split by head.
    fn keep(&self, seen: &Tensor) -> Result<(Tensor, Tensor)> {
        Ok((by_head(&self.key.run(seen)?)?, by_head(&self.value.run(seen)?)?))
    }

    fn run(
        &self,
        x: &Tensor,
        kept: &(Tensor, Tensor),
        penalty: &Tensor,
        drop: Dropout<'_>,
    ) -> Result<Tensor> {
        let queries = by_head(&self.query.run(x)?)?;
        let scale = 1.0 / ((WIDTH / HEADS) as f64).sqrt();
        let scores = (queries.matmul(&kept.0.t()?.contiguous()?)? * scale)?;
        let shares = fused::shares(&scores.broadcast_add(penalty)?)?;
        let found = shares.matmul(&kept.1)?.transpose(1, 2)?.contiguous()?;
        let (rows, length, _, _) = found.dims4()?;
        let found = self.output.run(&found.reshape((rows, length, WIDTH))?)?;
        self.norm.run(&x.add(&drop(found)?)?)
    }
}

/// A feed-forward part, added to what it starts from.
struct Forward {
    up: Linear,
    down: Linear,
    norm: Norm,
}

impl Forward {
    fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            up: Linear::new(&vb.pp("up"), WIDTH, INNER)?,
            down: Linear::new(&vb.pp("down"), INNER, WIDTH)?,
            norm: Norm::new(&vb.pp("norm"))?,
        })
    }

    fn run(&self, x: &Tensor, drop: Dropout<'_>) -> Result<Tensor> {
        let found = self.down.run(&fused::gelu(&times(x, &self.up.weight)?, &self.up.bias)?)?;
        self.norm.run(&x.add(&drop(found)?)?)
    }
}

struct ReadingLayer {
    own: Attention,
    forward: Forward,
}

struct SayingLayer {
    own: Attention,
    given: Attention,
    forward: Forward,
}

/// The network.
pub struct Network {
    kinds: Tensor,
    marks: Tensor,
    reading: Vec<ReadingLayer>,
    styles: Tensor,
    places: Tensor,
    heard: Norm,
    saying: Vec<SayingLayer>,
    ends: Linear,
    to_words: Tensor,
    word_bias: Tensor,
    point_from: Tensor,
    point_to: Tensor,
    /// Unit vectors of the vocabulary, transposed: (numbers of a word vector, words).
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

/// What the decoder needs to know of what was given, computed once.
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
        let reading = |n: usize| {
            let vb = vb.pp(format!("reading.{n}"));
            Ok(ReadingLayer {
                own: Attention::new(&vb.pp("own"))?,
                forward: Forward::new(&vb.pp("forward"))?,
            })
        };
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
            words: words.t()?.contiguous()?,
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
            let kept = layer.own.keep(&x)?;
            x = layer.own.run(&x, &kept, &given.penalty, drop)?;
            x = layer.forward.run(&x, drop)?;
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
    /// (rows, pieces, width).
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
        let (_, pieces, _) = heard.dims3()?;
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
            x = layer.given.run(&x, given, &memory.penalty, drop)?;
            x = layer.forward.run(&x, drop)?;
        }
        said.length += pieces;
        Ok(x)
    }

    /// Log-probabilities of what comes next after each state, over the vocabulary and then the
    /// places of what was given: (rows, pieces, words + length).
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn say(&self, memory: &Memory, states: &Tensor) -> Result<Tensor> {
        log_softmax(&self.scores(memory, states)?, D::Minus1)
    }

    /// The same, not yet made logarithms of probabilities.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn scores(&self, memory: &Memory, states: &Tensor) -> Result<Tensor> {
        let words = (times(&times(states, &self.to_words)?, &self.words)? * SHARPNESS)?
            .broadcast_add(&self.word_bias)?;
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

/// The penalty tensor of a mask of ones and zeros, (rows, length).
///
/// # Errors
/// Shapes that do not fit.
pub fn penalty(mask: &Tensor) -> Result<Tensor> {
    mask.affine(-HIDDEN, HIDDEN)?.unsqueeze(1)?.unsqueeze(1)
}

fn rows_of(table: &Tensor, numbers: &Tensor) -> Result<Tensor> {
    let (rows, length) = numbers.dims2()?;
    table.index_select(&numbers.flatten_all()?, 0)?.reshape((rows, length, WIDTH))
}

/// (rows, length, in) times (in, out).
fn times(x: &Tensor, weights: &Tensor) -> Result<Tensor> {
    let (rows, length, _) = x.dims3()?;
    let flat = x.flatten(0, 1)?.matmul(weights)?;
    let out = flat.dim(D::Minus1)?;
    flat.reshape((rows, length, out))
}

fn by_head(x: &Tensor) -> Result<Tensor> {
    let (rows, length, _) = x.dims3()?;
    x.reshape((rows, length, HEADS, WIDTH / HEADS))?.transpose(1, 2)?.contiguous()
}

fn spread(inputs: usize) -> Init {
    Init::Randn { mean: 0.0, stdev: 1.0 / (inputs as f64).sqrt() }
}
