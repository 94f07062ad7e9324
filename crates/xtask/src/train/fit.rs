//! Logistic regression: one row of weights for yes-or-no, softmax for several classes.
//!
//! Full batch, L2, limited-memory BFGS (Nocedal 1980) with backtracking; everything in f64 and in
//! a fixed order, so that the same data give the same weights to the byte.

use penchant_learn::heads::features::{DENSE, Features, SPARSE};

/// Pairs that the quasi-Newton approximation remembers.
const MEMORY: usize = 8;

/// A fitted head.
pub(crate) struct Fitted {
    /// One per class.
    pub(crate) bias: Vec<f64>,
    /// One row per class: sparse part, then dense part.
    pub(crate) rows: Vec<Vec<f64>>,
}

/// One example: its features, its class (for yes-or-no: 1 is yes), its weight.
pub(crate) struct Example<'a> {
    pub(crate) features: &'a Features,
    pub(crate) class: usize,
    pub(crate) weight: f64,
}

struct Problem<'a> {
    examples: &'a [Example<'a>],
    /// Rows of weights: 1 for yes-or-no.
    rows: usize,
    /// Length of a row without bias.
    width: usize,
    l2: f64,
}

/// Fits a head of `classes` classes; 2 make a single yes-or-no row.
pub(crate) fn fit(
    examples: &[Example<'_>],
    classes: usize,
    full: bool,
    l2: f64,
    rounds: usize,
) -> Fitted {
    let rows = if classes == 2 { 1 } else { classes };
    let width = SPARSE + if full { DENSE } else { 0 };
    let problem = Problem { examples, rows, width, l2 };
    let parameters = minimise(&problem, rows * (width + 1), rounds);
    let (bias, rows) =
        parameters.chunks_exact(width + 1).map(|row| (row[width], row[..width].to_vec())).unzip();
    Fitted { bias, rows }
}

impl Problem<'_> {
    /// Mean loss plus penalty; the gradient goes into `gradient`.
    fn loss(&self, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        gradient.fill(0.0);
        let step = self.width + 1;
        let total: f64 = self.examples.iter().map(|e| e.weight).sum();
        let mut loss = 0.0;
        let mut scores = vec![0.0; self.rows];
        for example in self.examples {
            for (row, score) in parameters.chunks_exact(step).zip(scores.iter_mut()) {
                *score = row[self.width] + dot(row, example.features);
            }
            let share = example.weight / total;
            if self.rows == 1 {
                let score = scores[0];
                let yes = f64::from(u8::from(example.class == 1));
                loss += share * (softplus(score) - yes * score);
                let error = share * (sigmoid(score) - yes);
                spread(gradient, example.features, error, self.width);
            } else {
                let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = scores.iter().map(|s| (s - top).exp()).sum();
                loss += share * (top + sum.ln() - scores[example.class]);
                for (class, (score, part)) in
                    scores.iter().zip(gradient.chunks_exact_mut(step)).enumerate()
                {
                    let truth = f64::from(u8::from(class == example.class));
                    let error = share * ((score - top).exp() / sum - truth);
                    spread(part, example.features, error, self.width);
                }
            }
        }
        for (row, part) in parameters.chunks_exact(step).zip(gradient.chunks_exact_mut(step)) {
            // The bias is free.
            for (weight, slope) in row[..self.width].iter().zip(part.iter_mut()) {
                loss += 0.5 * self.l2 * weight * weight;
                *slope += self.l2 * weight;
            }
        }
        loss
    }
}

fn dot(row: &[f64], features: &Features) -> f64 {
    let surface: f64 =
        features.sparse.iter().map(|(at, v)| row[*at as usize] * f64::from(*v)).sum();
    let meaning: f64 = if row.len() > SPARSE + 1 {
        row[SPARSE..].iter().zip(&features.dense).map(|(w, v)| w * f64::from(*v)).sum()
    } else {
        0.0
    };
    surface + meaning
}

fn spread(part: &mut [f64], features: &Features, error: f64, width: usize) {
    for (at, value) in &features.sparse {
        part[*at as usize] += error * f64::from(*value);
    }
    if width > SPARSE {
        for (slope, value) in part[SPARSE..width].iter_mut().zip(&features.dense) {
            *slope += error * f64::from(*value);
        }
    }
    part[width] += error;
}

fn softplus(score: f64) -> f64 {
    if score > 0.0 { score + (-score).exp().ln_1p() } else { score.exp().ln_1p() }
}

fn sigmoid(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn minimise(problem: &Problem<'_>, size: usize, rounds: usize) -> Vec<f64> {
    let mut at = vec![0.0; size];
    let mut gradient = vec![0.0; size];
    let mut loss = problem.loss(&at, &mut gradient);
    let mut history: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    let mut next = vec![0.0; size];
    let mut next_gradient = vec![0.0; size];
    for round in 0..rounds {
        let direction = direction(&gradient, &history);
        let slope = inner(&gradient, &direction);
        if slope > -1e-14 {
            break;
        }
        let mut step =
            if round == 0 { 1.0 / inner(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
        let mut found = None;
        for _ in 0..30 {
            for ((to, from), along) in next.iter_mut().zip(&at).zip(&direction) {
                *to = from + step * along;
            }
            let candidate = problem.loss(&next, &mut next_gradient);
            if candidate <= loss + 1e-4 * step * slope {
                found = Some(candidate);
                break;
            }
            step *= 0.5;
        }
        let Some(better) = found else { break };
        let moved: Vec<f64> = next.iter().zip(&at).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = inner(&moved, &turned);
        if curvature > 1e-12 {
            history.push((moved, turned, 1.0 / curvature));
            if history.len() > MEMORY {
                history.remove(0);
            }
        }
        std::mem::swap(&mut at, &mut next);
        std::mem::swap(&mut gradient, &mut next_gradient);
        let gain = loss - better;
        loss = better;
        if gain < 1e-7 * loss.abs() {
            break;
        }
    }
    at
}

/// The two-loop recursion.
fn direction(gradient: &[f64], history: &[(Vec<f64>, Vec<f64>, f64)]) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut shares = Vec::with_capacity(history.len());
    for (moved, turned, rho) in history.iter().rev() {
        let share = rho * inner(moved, &q);
        q.iter_mut().zip(turned).for_each(|(a, b)| *a -= share * b);
        shares.push(share);
    }
    if let Some((_, turned, rho)) = history.last() {
        let scale = 1.0 / (rho * inner(turned, turned));
        q.iter_mut().for_each(|a| *a *= scale);
    }
    for ((moved, turned, rho), share) in history.iter().zip(shares.into_iter().rev()) {
        let back = rho * inner(turned, &q);
        q.iter_mut().zip(moved).for_each(|(a, b)| *a += (share - back) * b);
    }
    q
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_separable_problem_is_separated_and_twice_the_same() {
        let features: Vec<Features> = (0..20)
            .map(|n| Features { sparse: vec![(u32::from(n % 2 == 0), 1.0)], dense: Vec::new() })
            .collect();
        let examples: Vec<Example<'_>> = features
            .iter()
            .enumerate()
            .map(|(n, features)| Example { features, class: n % 2, weight: 1.0 })
            .collect();
        let one = fit(&examples, 2, false, 1e-3, 50);
        let two = fit(&examples, 2, false, 1e-3, 50);
        assert!(one.rows[0][0] > 1.0 && one.rows[0][1] < -1.0);
        assert_eq!(one.rows, two.rows);
    }
}
