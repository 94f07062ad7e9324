//! The parts that BERT is made of (Devlin et al. 2019), shared by the sentence model and the
//! describer, which goes on from that model's layers.
//!
//! The products are candle's; what stands between them is [`fused`]. Weights lie as they are used,
//! (in, out), which takes a quarter less time than the other way round where rows are few.

pub(crate) mod fused;

use candle_core::{D, Result, Tensor};
use candle_nn::VarBuilder;

/// Numbers per token.
pub(crate) const WIDTH: usize = 384;
/// Heads of each attention.
pub(crate) const HEADS: usize = 12;
/// Numbers inside a feed-forward part.
const INNER: usize = 4 * WIDTH;
/// What is hidden from an attention.
pub(crate) const HIDDEN: f64 = -1e9;

/// A matrix and what is added.
pub(crate) struct Linear {
    weight: Tensor,
    bias: Tensor,
}

impl Linear {
    pub(crate) fn new(vb: &VarBuilder<'_>, inputs: usize, outputs: usize) -> Result<Self> {
        Ok(Self { weight: vb.get((inputs, outputs), "weight")?, bias: vb.get(outputs, "bias")? })
    }

    pub(crate) fn run(&self, x: &Tensor) -> Result<Tensor> {
        fused::shifted(&times(x, &self.weight)?, &self.bias)
    }
}

/// A layer norm (Ba et al. 2016).
pub(crate) struct Norm {
    gain: Tensor,
    bias: Tensor,
}

impl Norm {
    pub(crate) fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self { gain: vb.get(WIDTH, "gain")?, bias: vb.get(WIDTH, "bias")? })
    }

    pub(crate) fn run(&self, x: &Tensor) -> Result<Tensor> {
        fused::norm(x, &self.gain, &self.bias)
    }
}

/// An attention, added to what it starts from.
pub(crate) struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    norm: Norm,
}

impl Attention {
    pub(crate) fn new(vb: &VarBuilder<'_>) -> Result<Self> {
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
    pub(crate) fn keep(&self, seen: &Tensor) -> Result<(Tensor, Tensor)> {
        Ok((by_head(&self.key.run(seen)?)?, by_head(&self.value.run(seen)?)?))
    }

    /// `penalty` is added where it lies: (rows or 1, 1, pieces or 1, what is looked at).
    pub(crate) fn run(
        &self,
        x: &Tensor,
        kept: &(Tensor, Tensor),
        penalty: &Tensor,
    ) -> Result<Tensor> {
        let queries = by_head(&self.query.run(x)?)?;
        let scale = 1.0 / ((WIDTH / HEADS) as f32).sqrt();
        let shares = fused::shares(&queries.matmul(&kept.0.t()?)?, penalty, scale)?;
        let found = shares.matmul(&kept.1)?.transpose(1, 2)?.contiguous()?;
        let (rows, length, _, _) = found.dims4()?;
        let found = self.output.run(&found.reshape((rows, length, WIDTH))?)?;
        self.norm.run(&fused::sum(x, &found)?)
    }
}

/// A feed-forward part, added to what it starts from.
pub(crate) struct Forward {
    up: Linear,
    down: Linear,
    norm: Norm,
}

impl Forward {
    pub(crate) fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            up: Linear::new(&vb.pp("up"), WIDTH, INNER)?,
            down: Linear::new(&vb.pp("down"), INNER, WIDTH)?,
            norm: Norm::new(&vb.pp("norm"))?,
        })
    }

    pub(crate) fn run(&self, x: &Tensor) -> Result<Tensor> {
        let found = self.down.run(&fused::gelu(&times(x, &self.up.weight)?, &self.up.bias)?)?;
        self.norm.run(&fused::sum(x, &found)?)
    }
}

/// A layer that reads: all tokens look at all.
pub(crate) struct Layer {
    own: Attention,
    forward: Forward,
}

impl Layer {
    pub(crate) fn new(vb: &VarBuilder<'_>) -> Result<Self> {
        Ok(Self { own: Attention::new(&vb.pp("own"))?, forward: Forward::new(&vb.pp("forward"))? })
    }

    pub(crate) fn run(&self, x: &Tensor, penalty: &Tensor) -> Result<Tensor> {
        let kept = self.own.keep(x)?;
        let x = self.own.run(x, &kept, penalty)?;
        self.forward.run(&x)
    }

    /// The same, for some of the tokens only; `penalty` is theirs.
    pub(crate) fn run_at(&self, x: &Tensor, at: &Tensor, penalty: &Tensor) -> Result<Tensor> {
        let kept = self.own.keep(x)?;
        let x = self.own.run(&x.index_select(at, 1)?, &kept, penalty)?;
        self.forward.run(&x)
    }
}

/// The penalty tensor of a mask of ones and zeros, (rows, length).
pub(crate) fn penalty(mask: &Tensor) -> Result<Tensor> {
    mask.affine(-HIDDEN, HIDDEN)?.unsqueeze(1)?.unsqueeze(1)
}

/// (rows, length, in) times (in, out).
pub(crate) fn times(x: &Tensor, weights: &Tensor) -> Result<Tensor> {
    let (rows, length, _) = x.dims3()?;
    let flat = x.flatten(0, 1)?.matmul(weights)?;
    let out = flat.dim(D::Minus1)?;
    flat.reshape((rows, length, out))
}

fn by_head(x: &Tensor) -> Result<Tensor> {
    let (rows, length, _) = x.dims3()?;
    x.reshape((rows, length, HEADS, WIDTH / HEADS))?.transpose(1, 2)?.contiguous()
}
