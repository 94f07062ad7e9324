//! The small steps between the matrix products, each in one pass over its numbers.
//!
//! Put together from candle's own steps they took more than half of the time: every one of them
//! writes a tensor. Nor do they share out their work between threads
//! that wait for each other, as candle's do: passes run side by side instead.

use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, CustomOp3, Error, Layout, Result, Shape, Tensor,
};

/// What keeps a norm from dividing by nothing.
const LEAST: f32 = 1e-12;

/// Layer norm over the last dimension (Ba et al. 2016), with gain and bias.
///
/// # Errors
/// Shapes that do not fit.
pub(crate) fn norm(x: &Tensor, gain: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op3_no_bwd(gain, bias, &Norm)
}

/// Adds a bias to each row.
///
/// # Errors
/// Shapes that do not fit.
pub(crate) fn shifted(x: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op2_no_bwd(bias, &Shifted)
}

/// Adds a bias to each row, then the Gaussian error linear unit (Hendrycks and Gimpel 2016).
///
/// # Errors
/// Shapes that do not fit.
pub(crate) fn gelu(x: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.contiguous()?.apply_op2_no_bwd(bias, &Gelu)
}

/// The sum of two tensors of one shape.
///
/// # Errors
/// Shapes that differ.
pub(crate) fn sum(x: &Tensor, y: &Tensor) -> Result<Tensor> {
    if x.shape() != y.shape() {
        return Err(Error::Msg(format!("{:?} and {:?} are to be added", x.shape(), y.shape())));
    }
    x.contiguous()?.apply_op2_no_bwd(&y.contiguous()?, &Sum)
}

/// Shares that sum up to one over the last dimension, of scores (rows, heads, pieces, length), each
/// times `scale` plus a penalty (rows or 1, 1, pieces or 1, length).
///
/// # Errors
/// A penalty of another shape.
pub(crate) fn shares(scores: &Tensor, penalty: &Tensor, scale: f32) -> Result<Tensor> {
    let (rows, _, pieces, length) = scores.dims4()?;
    let (own_rows, heads, own_pieces, own_length) = penalty.dims4()?;
    let fits = |own: usize, all: usize| own == 1 || own == all;
    if !fits(own_rows, rows) || heads != 1 || !fits(own_pieces, pieces) || own_length != length {
        return Err(Error::Msg(format!("penalty {:?} of {:?}", penalty.shape(), scores.shape())));
    }
    scores.contiguous()?.apply_op2_no_bwd(&penalty.contiguous()?, &Shares { scale })
}

/// Logarithms of shares that sum up to one over the last dimension.
///
/// # Errors
/// None that is known.
pub(crate) fn logs(scores: &Tensor) -> Result<Tensor> {
    scores.contiguous()?.apply_op1_no_bwd(&Logs)
}

/// The numbers of a contiguous tensor.
fn numbers<'s>(storage: &'s CpuStorage, layout: &Layout) -> Result<&'s [f32]> {
    let all = storage.as_slice::<f32>()?;
    let range = layout.contiguous_offsets().map(|(from, to)| from..to);
    range
        .and_then(|range| all.get(range))
        .ok_or_else(|| Error::Msg("numbers that do not lie side by side".to_owned()))
}

/// The numbers in a row, at least one.
fn width(layout: &Layout) -> usize {
    layout.dims().last().copied().unwrap_or(1).max(1)
}

/// Mean and reciprocal of the standard deviation.
fn moments(row: &[f32]) -> (f32, f32) {
    let count = row.len() as f32;
    let mean = row.iter().sum::<f32>() / count;
    let spread = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / count;
    (mean, 1.0 / (spread + LEAST).sqrt())
}

struct Norm;

impl CustomOp3 for Norm {
    fn name(&self) -> &'static str {
        "norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        of_x: &Layout,
        gain: &CpuStorage,
        of_gain: &Layout,
        bias: &CpuStorage,
        of_bias: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (gain, bias) = (numbers(gain, of_gain)?, numbers(bias, of_bias)?);
        let x = numbers(x, of_x)?;
        let mut out = Vec::with_capacity(x.len());
        for row in x.chunks_exact(width(of_x)) {
            let (mean, scale) = moments(row);
            out.extend(
                row.iter().zip(gain).zip(bias).map(|((x, g), b)| (x - mean) * scale * g + b),
            );
        }
        Ok((CpuStorage::F32(out), of_x.shape().clone()))
    }
}

/// Each number with that of the bias in its column.
fn row_by_row(x: &[f32], bias: &[f32], each: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    let mut out = Vec::with_capacity(x.len());
    for row in x.chunks_exact(bias.len().max(1)) {
        out.extend(row.iter().zip(bias).map(|(x, b)| each(*x, *b)));
    }
    out
}

struct Shifted;

impl CustomOp2 for Shifted {
    fn name(&self) -> &'static str {
        "shifted"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        of_x: &Layout,
        bias: &CpuStorage,
        of_bias: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let out = row_by_row(numbers(x, of_x)?, numbers(bias, of_bias)?, |x, b| x + b);
        Ok((CpuStorage::F32(out), of_x.shape().clone()))
    }
}

/// The error function to 2e-7 (Abramowitz and Stegun 1964, 7.1.26), given `exp(-x*x)`.
fn erf(x: f32, bell: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let sum = ((((1.061_405_4 * t - 1.453_152_1) * t) + 1.421_413_8) * t - 0.284_496_72) * t
        + 0.254_829_6;
    (1.0 - sum * t * bell).copysign(x)
}

/// The unit's value.
fn unit(x: f32) -> f32 {
    let root = x * std::f32::consts::FRAC_1_SQRT_2;
    x * 0.5 * (1.0 + erf(root, (-root * root).exp()))
}

struct Gelu;

impl CustomOp2 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        of_x: &Layout,
        bias: &CpuStorage,
        of_bias: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let out = row_by_row(numbers(x, of_x)?, numbers(bias, of_bias)?, |x, b| unit(x + b));
        Ok((CpuStorage::F32(out), of_x.shape().clone()))
    }
}

struct Sum;

impl CustomOp2 for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        of_x: &Layout,
        y: &CpuStorage,
        of_y: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, y) = (numbers(x, of_x)?, numbers(y, of_y)?);
        let sums = x.iter().zip(y).map(|(x, y)| x + y).collect();
        Ok((CpuStorage::F32(sums), of_x.shape().clone()))
    }
}

struct Shares {
    scale: f32,
}

impl CustomOp2 for Shares {
    fn name(&self) -> &'static str {
        "shares"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        of_x: &Layout,
        penalty: &CpuStorage,
        of_penalty: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, penalty) = (numbers(x, of_x)?, numbers(penalty, of_penalty)?);
        let ((_, heads, pieces, length), (rows, _, own, _)) =
            (of_x.shape().dims4()?, of_penalty.shape().dims4()?);
        let mut out = vec![0.0_f32; x.len()];
        let lines = x.chunks_exact(length.max(1)).zip(out.chunks_exact_mut(length.max(1)));
        for (line, (scores, out)) in lines.enumerate() {
            let row = if rows == 1 { 0 } else { line / (heads * pieces) };
            let piece = if own == 1 { 0 } else { line % pieces };
            let penalty = penalty.get((row * own + piece) * length..).unwrap_or_default();
            let mut most = f32::NEG_INFINITY;
            for ((out, score), less) in out.iter_mut().zip(scores).zip(penalty) {
                *out = score * self.scale + less;
                most = most.max(*out);
            }
            out.iter_mut().for_each(|share| *share = (*share - most).exp());
            let sum: f32 = out.iter().sum();
            out.iter_mut().for_each(|share| *share /= sum);
        }
        Ok((CpuStorage::F32(out), of_x.shape().clone()))
    }
}

struct Logs;

impl CustomOp1 for Logs {
    fn name(&self) -> &'static str {
        "logs"
    }

    fn cpu_fwd(&self, scores: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let scores = numbers(scores, layout)?;
        let mut out = Vec::with_capacity(scores.len());
        for row in scores.chunks_exact(width(layout)) {
            let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let all = row.iter().map(|score| (score - most).exp()).sum::<f32>().ln() + most;
            out.extend(row.iter().map(|score| score - all));
        }
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use candle_core::{D, Device};

    use super::*;

    fn table(numbers: &[f32], shape: (usize, usize)) -> Tensor {
        Tensor::from_slice(numbers, shape, &Device::Cpu).unwrap()
    }

    fn row(numbers: &[f32]) -> Tensor {
        Tensor::new(numbers, &Device::Cpu).unwrap()
    }

    fn alike(own: &Tensor, candles: &Tensor) {
        let off = own.sub(candles).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap();
        assert!(off.to_scalar::<f32>().unwrap() < 1e-5);
    }

    const NUMBERS: [f32; 6] = [0.5, -1.5, 2.0, 0.25, 3.0, -0.75];

    #[test]
    fn a_norm_is_what_candle_makes_of_it() {
        let (x, gain, bias) =
            (table(&NUMBERS, (2, 3)), row(&[1.0, 0.5, 2.0]), row(&[0.1, 0.2, 0.3]));
        let apart = x.broadcast_sub(&x.mean_keepdim(D::Minus1).unwrap()).unwrap();
        let size = apart.sqr().unwrap().mean_keepdim(D::Minus1).unwrap().sqrt().unwrap();
        let plain = apart.broadcast_div(&size).unwrap();
        let candles = plain.broadcast_mul(&gain).unwrap().broadcast_add(&bias).unwrap();
        alike(&norm(&x, &gain, &bias).unwrap(), &candles);
    }

    #[test]
    fn biases_and_units_are_what_candle_makes_of_them() {
        let (x, bias) = (table(&NUMBERS, (2, 3)), row(&[0.1, -0.2, 0.3]));
        let candles = x.broadcast_add(&bias).unwrap();
        alike(&shifted(&x, &bias).unwrap(), &candles);
        alike(&gelu(&x, &bias).unwrap(), &candles.gelu_erf().unwrap());
    }

    #[test]
    fn sums_are_what_candle_makes_of_them() {
        let (x, y) = (table(&NUMBERS, (2, 3)), table(&[1.0, 2.0, -3.0, 0.5, 0.0, 4.0], (2, 3)));
        alike(&sum(&x, &y).unwrap(), &x.add(&y).unwrap());
        assert!(sum(&x, &row(&NUMBERS)).is_err());
    }

    #[test]
    fn logarithms_are_what_candle_makes_of_them() {
        let x = table(&NUMBERS, (2, 3));
        let candles = candle_nn::ops::log_softmax(&x, D::Minus1).unwrap();
        let off = logs(&x).unwrap().sub(&candles).unwrap().abs().unwrap().max_all().unwrap();
        assert!(off.to_scalar::<f32>().unwrap() < 1e-6);
    }

    #[test]
    fn shares_are_what_candle_makes_of_them() {
        let numbers: Vec<f32> = (0..24).map(|n| ((n * 7) % 11) as f32 / 3.0).collect();
        let x = Tensor::from_slice(&numbers, (2, 2, 2, 3), &Device::Cpu).unwrap();
        for shape in [(2, 1, 1, 3), (1, 1, 2, 3), (2, 1, 2, 3), (1, 1, 1, 3)] {
            let count = shape.0 * shape.2 * 3;
            let penalty: Vec<f32> = (0..count).map(|n| -((n % 5) as f32)).collect();
            let penalty = Tensor::from_slice(&penalty, shape, &Device::Cpu).unwrap();
            let scores = (&x * 0.5).unwrap().broadcast_add(&penalty).unwrap();
            let candles = candle_nn::ops::softmax(&scores, D::Minus1).unwrap();
            alike(&shares(&x, &penalty, 0.5).unwrap(), &candles);
        }
        let other = Tensor::zeros((2, 1, 3, 3), candle_core::DType::F32, &Device::Cpu).unwrap();
        assert!(shares(&x, &other, 0.5).is_err());
    }
}
