//! How surprised the describer is at what was to be said.

use candle_core::{CpuStorage, CustomOp1, Error, Layout, Result, Shape, Tensor};

/// What is to be said somewhere: any of these places of the scores, and how much it counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Right {
    pub(super) places: Vec<usize>,
    pub(super) counts: f32,
}

/// The negative log-probability that one of the right places is chosen, per row of scores, times
/// what it counts. In one pass: a row has as many numbers as there are pieces that can be said.
pub(super) struct Surprise(pub(super) Vec<Right>);

impl CustomOp1 for Surprise {
    fn name(&self) -> &'static str {
        "surprise"
    }

    fn cpu_fwd(&self, scores: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let range = layout.contiguous_offsets().map(|(from, to)| from..to);
        let scores = range
            .and_then(|range| scores.as_slice::<f32>().ok()?.get(range))
            .ok_or_else(|| Error::Msg("scores that do not lie side by side".to_owned()))?;
        let width = layout.dims().last().copied().unwrap_or(1).max(1);
        let rows = scores.chunks_exact(width).zip(&self.0);
        let lost: Vec<f32> = rows.map(|(row, right)| right.lost(row)).collect();
        let shape = Shape::from(lost.len());
        Ok((CpuStorage::F32(lost), shape))
    }

    fn bwd(&self, scores: &Tensor, _: &Tensor, slope: &Tensor) -> Result<Option<Tensor>> {
        let mut back = scores.flatten_all()?.to_vec1::<f32>()?;
        let slopes = slope.flatten_all()?.to_vec1::<f32>()?;
        let width = scores.layout().dims().last().copied().unwrap_or(1).max(1);
        for ((row, right), slope) in back.chunks_exact_mut(width).zip(&self.0).zip(slopes) {
            right.slope(row, slope);
        }
        Ok(Some(Tensor::from_vec(back, scores.shape(), scores.device())?))
    }
}

impl Right {
    fn lost(&self, row: &[f32]) -> f32 {
        if self.counts <= 0.0 {
            return 0.0;
        }
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all: f32 = row.iter().map(|score| (score - most).exp()).sum();
        let own = self.places.iter().filter_map(|at| row.get(*at));
        let own: f32 = own.map(|score| (score - most).exp()).sum();
        self.counts * (all.ln() - own.max(f32::MIN_POSITIVE).ln())
    }

    /// Puts the slope in place of the scores.
    fn slope(&self, row: &mut [f32], slope: f32) {
        if self.counts <= 0.0 {
            row.fill(0.0);
            return;
        }
        let most = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.iter_mut().for_each(|score| *score = (*score - most).exp());
        let all: f32 = row.iter().sum();
        let own: f32 = self.places.iter().filter_map(|at| row.get(*at)).sum();
        let own = own.max(f32::MIN_POSITIVE);
        let kept: Vec<f32> =
            self.places.iter().map(|at| row.get(*at).copied().unwrap_or_default() / own).collect();
        let scale = slope * self.counts;
        row.iter_mut().for_each(|share| *share *= scale / all);
        for (at, share) in self.places.iter().zip(kept) {
            row.get_mut(*at).into_iter().for_each(|slot| *slot -= scale * share);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use candle_core::{D, Device, Var};

    use super::*;

    #[test]
    fn it_is_what_candle_makes_of_it() {
        let numbers = [[0.5_f32, -1.5, 2.0], [0.25, 3.0, -0.75]];
        let scores = Var::from_tensor(&Tensor::new(&numbers, &Device::Cpu).unwrap()).unwrap();
        let right = |places: &[usize], counts| Right { places: places.to_vec(), counts };
        let own = scores.apply_op1(Surprise(vec![right(&[0, 1], 1.0), right(&[2], 2.0)])).unwrap();
        let shares = candle_nn::ops::softmax(&scores, D::Minus1).unwrap();
        let mask = Tensor::new(&[[1.0_f32, 1.0, 0.0], [0.0, 0.0, 1.0]], &Device::Cpu).unwrap();
        let logs = shares.mul(&mask).unwrap().sum(1).unwrap().log().unwrap().neg().unwrap();
        let candles = (logs * Tensor::new(&[1.0_f32, 2.0], &Device::Cpu).unwrap()).unwrap();
        let far = |a: &Tensor, b: &Tensor| {
            let off = a.sub(b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap();
            off.to_scalar::<f32>().unwrap()
        };
        assert!(far(&own, &candles) < 1e-5);
        let slope = |x: Tensor| x.sum_all().unwrap().backward().unwrap();
        let (own, candles) = (slope(own), slope(candles));
        assert!(far(own.get(&scores).unwrap(), candles.get(&scores).unwrap()) < 1e-5);
    }
}
