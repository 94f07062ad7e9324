//! The arithmetic of the describer, the same in training and in use.
//!
//! A small transformer decoder over the hidden states of the sentence model. At each step it
//! either says a piece of its vocabulary or points at a piece of what it was given: one softmax
//! over both, so a piece that is both gets both shares (Gu et al. 2016, "Incorporating copying
//! mechanism in sequence-to-sequence learning"). What it can say is scored with the sentence
//! model's own word vectors, so that pieces that mean alike are learnt together.

use candle_core::{D, Result, Tensor};
use candle_nn::ops::{log_softmax, softmax};
use candle_nn::{Init, VarBuilder};

/// Numbers per token inside the network.
pub const WIDTH: usize = 256;
/// Heads of each attention.
const HEADS: usize = 4;
/// Numbers inside a feed-forward part.
const INNER: usize = 2 * WIDTH;
/// Layers that let what was given look at itself before it is described.
const READING: usize = 1;
/// Layers of the decoder.
const SAYING: usize = 2;
/// Most pieces of a description, what it opens with and the end included.
pub const LONGEST: usize = 17;
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

/// One attention: queries, keys, values, output; all without bias.
struct Attention {
    query: Tensor,
    key: Tensor,
    value: Tensor,
    output: Tensor,
}

impl Attention {
    fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            query: square(vb, "query")?,
            key: square(vb, "key")?,
            value: square(vb, "value")?,
            output: square(vb, "output")?,
        })
    }

    /// Keys and values of what is looked at, split by head.
    fn keep(&self, seen: &Tensor) -> Result<(Tensor, Tensor)> {
        Ok((by_head(&times(seen, &self.key)?)?, by_head(&times(seen, &self.value)?)?))
    }

    fn look(&self, from: &Tensor, kept: &(Tensor, Tensor), penalty: &Tensor) -> Result<Tensor> {
        let queries = by_head(&times(from, &self.query)?)?;
        let scale = 1.0 / ((WIDTH / HEADS) as f64).sqrt();
        let scores = (queries.matmul(&kept.0.t()?.contiguous()?)? * scale)?;
        let shares = softmax(&scores.broadcast_add(penalty)?, D::Minus1)?;
        let found = shares.matmul(&kept.1)?.transpose(1, 2)?.contiguous()?;
        let (rows, length, _, _) = found.dims4()?;
        times(&found.reshape((rows, length, WIDTH))?, &self.output)
    }
}

/// A feed-forward part with its norm.
struct Forward {
    norm: Tensor,
    up: Tensor,
    bias: Tensor,
    down: Tensor,
}

impl Forward {
    fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            norm: ones(vb, "norm")?,
            up: vb.get_with_hints((WIDTH, INNER), "up", spread(WIDTH))?,
            bias: vb.get_with_hints(INNER, "bias", Init::Const(0.0))?,
            down: vb.get_with_hints((INNER, WIDTH), "down", spread(INNER))?,
        })
    }

    fn run(&self, x: &Tensor) -> Result<Tensor> {
        let inner = times(&norm(x, &self.norm)?, &self.up)?.broadcast_add(&self.bias)?.relu()?;
        times(&inner, &self.down)
    }
}

struct ReadingLayer {
    norm: Tensor,
    own: Attention,
    forward: Forward,
}

struct SayingLayer {
    own_norm: Tensor,
    own: Attention,
    given_norm: Tensor,
    given: Attention,
    forward: Forward,
}

/// The network.
pub struct Network {
    states: Tensor,
    states_bias: Tensor,
    states_norm: Tensor,
    kinds: Tensor,
    marks: Tensor,
    reading: Vec<ReadingLayer>,
    styles: Tensor,
    places: Tensor,
    said: Tensor,
    saying: Vec<SayingLayer>,
    last_norm: Tensor,
    to_words: Tensor,
    word_bias: Tensor,
    point_from: Tensor,
    point_to: Tensor,
    /// Unit vectors of the vocabulary, transposed: (numbers of a word vector, words).
    words: Tensor,
}

/// What is to be described, as tensors of `rows` by `length` tokens.
pub struct Given {
    /// Hidden states: (rows, length, numbers).
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
    /// the vocabulary, one per row; `numbers` is the length of a token's hidden states.
    ///
    /// # Errors
    /// When weights are missing or of another shape.
    pub fn new(vb: &VarBuilder<'_>, words: &Tensor, numbers: usize) -> Result<Self> {
        let (vocabulary, word) = words.dims2()?;
        let normal = |stdev| Init::Randn { mean: 0.0, stdev };
        let reading = |n: usize| {
            let vb = vb.pp(format!("reading.{n}"));
            Ok(ReadingLayer {
                norm: ones(&vb, "norm")?,
                own: Attention::new(&vb.pp("own"))?,
                forward: Forward::new(&vb.pp("forward"))?,
            })
        };
        let saying = |n: usize| {
            let vb = vb.pp(format!("saying.{n}"));
            Ok(SayingLayer {
                own_norm: ones(&vb, "own_norm")?,
                own: Attention::new(&vb.pp("own"))?,
                given_norm: ones(&vb, "given_norm")?,
                given: Attention::new(&vb.pp("given"))?,
                forward: Forward::new(&vb.pp("forward"))?,
            })
        };
        Ok(Self {
            states: vb.get_with_hints((numbers, WIDTH), "states", spread(numbers))?,
            states_bias: vb.get_with_hints(WIDTH, "states_bias", Init::Const(0.0))?,
            states_norm: ones(vb, "states_norm")?,
            kinds: vb.get_with_hints((3, WIDTH), "kinds", Init::Const(0.0))?,
            marks: vb.get_with_hints((2, WIDTH), "marks", normal(0.5))?,
            reading: (0..READING).map(reading).collect::<Result<_>>()?,
            styles: vb.get_with_hints((STYLES, WIDTH), "styles", normal(0.3))?,
            places: vb.get_with_hints((LONGEST, WIDTH), "places", normal(0.1))?,
            said: vb.get_with_hints((word, WIDTH), "said", normal(3.0 / (word as f64).sqrt()))?,
            saying: (0..SAYING).map(saying).collect::<Result<_>>()?,
            last_norm: ones(vb, "last_norm")?,
            to_words: vb.get_with_hints((WIDTH, word), "to_words", spread(WIDTH))?,
            word_bias: vb.get_with_hints(vocabulary, WORD_BIAS, Init::Const(0.0))?,
            point_from: square(vb, "point_from")?,
            point_to: square(vb, "point_to")?,
            words: words.t()?.contiguous()?,
        })
    }

    /// Reads what was given.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn read(&self, given: &Given, drop: Dropout<'_>) -> Result<Memory> {
        let states = times(&given.states, &self.states)?.broadcast_add(&self.states_bias)?;
        let mut x = norm(&states, &self.states_norm)?
            .add(&rows_of(&self.kinds, &given.kinds)?)?
            .add(&rows_of(&self.marks, &given.marks)?)?;
        x = drop(x)?;
        for layer in &self.reading {
            let seen = norm(&x, &layer.norm)?;
            let kept = layer.own.keep(&seen)?;
            x = x.add(&drop(layer.own.look(&seen, &kept, &given.penalty)?)?)?;
            x = x.add(&drop(layer.forward.run(&x)?)?)?;
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

    /// What said pieces, given by their unit word vectors, mean to the decoder.
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn hear(&self, words: &Tensor) -> Result<Tensor> {
        times(words, &self.said)
    }

    /// Log-probabilities after each of the pieces heard, over the vocabulary and then the places
    /// of what was given: (rows, pieces, words + length).
    ///
    /// # Errors
    /// Shapes that do not fit.
    pub fn say(
        &self,
        memory: &Memory,
        said: &mut Said,
        heard: &Tensor,
        drop: Dropout<'_>,
    ) -> Result<Tensor> {
        let (_, pieces, _) = heard.dims3()?;
        let mut x = heard.broadcast_add(&self.places.narrow(0, said.length, pieces)?)?;
        x = drop(x)?;
        let later = later(said.length, pieces, heard)?;
        for (n, (layer, given)) in self.saying.iter().zip(&memory.kept).enumerate() {
            let seen = norm(&x, &layer.own_norm)?;
            let mut kept = layer.own.keep(&seen)?;
            if let Some(before) = said.kept.get(n) {
                kept.0 = Tensor::cat(&[&before.0, &kept.0], 2)?;
                kept.1 = Tensor::cat(&[&before.1, &kept.1], 2)?;
            }
            x = x.add(&drop(layer.own.look(&seen, &kept, &later)?)?)?;
            match said.kept.get_mut(n) {
                Some(before) => *before = kept,
                None => said.kept.push(kept),
            }
            let asked = norm(&x, &layer.given_norm)?;
            x = x.add(&drop(layer.given.look(&asked, given, &memory.penalty)?)?)?;
            x = x.add(&drop(layer.forward.run(&x)?)?)?;
        }
        said.length += pieces;
        let x = norm(&x, &self.last_norm)?;
        let words = (times(&times(&x, &self.to_words)?, &self.words)? * SHARPNESS)?
            .broadcast_add(&self.word_bias)?;
        let scale = 1.0 / (WIDTH as f64).sqrt();
        let points = (times(&x, &self.point_from)?.matmul(&memory.targets)? * scale)?
            .broadcast_add(&memory.penalty.squeeze(1)?)?;
        log_softmax(&Tensor::cat(&[&words, &points], D::Minus1)?, D::Minus1)
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

/// Root mean square norm (Zhang and Sennrich 2019).
fn norm(x: &Tensor, gain: &Tensor) -> Result<Tensor> {
    let size = (x.sqr()?.mean_keepdim(D::Minus1)? + 1e-6)?.sqrt()?;
    x.broadcast_div(&size)?.broadcast_mul(gain)
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

fn square(vb: &VarBuilder<'_>, name: &str) -> Result<Tensor> {
    vb.get_with_hints((WIDTH, WIDTH), name, spread(WIDTH))
}

fn ones(vb: &VarBuilder<'_>, name: &str) -> Result<Tensor> {
    vb.get_with_hints(WIDTH, name, Init::Const(1.0))
}

fn spread(inputs: usize) -> Init {
    Init::Randn { mean: 0.0, stdev: 1.0 / (inputs as f64).sqrt() }
}
