//! The weights file: one byte per weight, one scale per class and part.

use penchant_core::Vector;

use crate::heads::features::{self, Features, STATES, STATES_LENGTH};
use crate::words::{cues, describe};

const MAGIC: &[u8; 4] = b"PNH2";

/// Why a weights file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// Not a weights file, or cut short.
    #[error("not a weights file, or cut short at byte {0}")]
    Malformed(usize),
    /// Made for other features: run `cargo xtask train`.
    #[error("made for features {found}, this build has {expected}; run `cargo xtask train`")]
    Features {
        /// In the file.
        found: String,
        /// In this build.
        expected: String,
    },
}

/// One linear head: a row of weights per class (one row for yes-or-no).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Head {
    /// The task's name.
    pub name: String,
    /// Whether it sees hidden states.
    pub full: bool,
    /// Class names; one ("yes") for yes-or-no tasks.
    pub classes: Vec<String>,
    /// Probability from which a yes-or-no task says yes.
    pub threshold: f32,
    bias: Vec<f32>,
    /// Per class: scale of the sparse part, scale of the dense part.
    scales: Vec<(f32, f32)>,
    /// Per class: the sparse part, then the dense part if `full`.
    weights: Vec<i8>,
}

impl Head {
    /// Quantises a fitted head. `rows` holds per class the sparse weights, then the dense ones.
    #[must_use]
    pub fn quantise(
        name: &str,
        full: bool,
        classes: Vec<String>,
        threshold: f32,
        bias: &[f64],
        rows: &[Vec<f64>],
    ) -> Self {
        let mut head = Self {
            name: name.to_owned(),
            full,
            classes,
            threshold,
            bias: bias.iter().map(|b| *b as f32).collect(),
            ..Self::default()
        };
        for row in rows {
            let (sparse, dense) = row.split_at(features::SPARSE.min(row.len()));
            let scale = |part: &[f64]| {
                let top = part.iter().fold(0.0_f64, |top, w| top.max(w.abs()));
                if top > 0.0 { (top / 127.0) as f32 } else { 1.0 }
            };
            let (s, d) = (scale(sparse), scale(dense));
            head.scales.push((s, d));
            let bytes = |part: &[f64], scale: f32| {
                part.iter().map(|w| (w / f64::from(scale)).round() as i8).collect::<Vec<_>>()
            };
            head.weights.extend(bytes(sparse, s));
            head.weights.extend(bytes(dense, d));
        }
        head
    }

    fn row_len(full: bool) -> usize {
        features::SPARSE + if full { features::DENSE } else { 0 }
    }

    /// One score per class.
    #[must_use]
    pub fn scores(&self, features: &Features) -> Vec<f32> {
        let length = Self::row_len(self.full);
        self.weights
            .chunks_exact(length)
            .zip(&self.bias)
            .zip(&self.scales)
            .map(|((row, bias), (sparse_scale, dense_scale))| {
                let (sparse, dense) = row.split_at(features::SPARSE);
                let surface: f32 = features
                    .sparse
                    .iter()
                    .map(|(at, value)| {
                        sparse.get(*at as usize).map_or(0.0, |w| f32::from(*w) * value)
                    })
                    .sum();
                let meaning: f32 =
                    dense.iter().zip(&features.dense).map(|(w, value)| f32::from(*w) * value).sum();
                bias + surface * sparse_scale + meaning * dense_scale
            })
            .collect()
    }
}

/// How hidden states are made comparable: a few dimensions are much larger than all others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Norm {
    mean: Vec<f32>,
    scale: Vec<f32>,
}

impl Norm {
    /// Of a sample of states.
    #[must_use]
    pub fn of(sample: &[&Vector]) -> Self {
        let sample: Vec<&[f32]> =
            sample.iter().filter(|v| v.dimension() == STATES).map(|v| v.as_slice()).collect();
        let count = sample.len().max(1) as f64;
        let mut norm = Self { mean: vec![0.0; STATES], scale: vec![1.0; STATES] };
        for at in 0..STATES {
            let value = |states: &&[f32]| f64::from(states[at]);
            let mean = sample.iter().map(value).sum::<f64>() / count;
            let spread = sample.iter().map(|s| (value(s) - mean).powi(2)).sum::<f64>() / count;
            norm.mean[at] = mean as f32;
            norm.scale[at] =
                STATES_LENGTH / ((STATES as f32).sqrt() * (spread.sqrt() as f32).max(1e-4));
        }
        norm
    }

    /// States with mean zero, equal spread and an expected length of [`STATES_LENGTH`]; an empty
    /// vector for anything else.
    #[must_use]
    pub fn standard(&self, states: &Vector) -> Vector {
        if states.dimension() != self.mean.len() {
            return Vector::default();
        }
        let values = states.as_slice().iter().zip(self.mean.iter().zip(&self.scale));
        Vector::new(values.map(|(value, (mean, scale))| (value - mean) * scale).collect())
    }
}

/// All heads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weights {
    /// How the states that full heads see are standardised.
    pub norm: Norm,
    /// In the file's order.
    pub heads: Vec<Head>,
}

/// What the features of this build look like; part of the file.
#[must_use]
pub fn fingerprint() -> String {
    format!(
        "v{}:{}+{}:{} cues:{} phrases",
        features::VERSION,
        features::SPARSE,
        features::DENSE,
        cues::count(),
        describe::count()
    )
}

impl Weights {
    /// The head of this name and kind.
    #[must_use]
    pub fn head(&self, name: &str, full: bool) -> Option<&Head> {
        self.heads.iter().find(|h| h.name == name && h.full == full)
    }

    /// As bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        text(&mut out, &fingerprint());
        for (mean, scale) in self.norm.mean.iter().zip(&self.norm.scale) {
            out.extend(mean.to_le_bytes());
            out.extend(scale.to_le_bytes());
        }
        out.push(self.heads.len() as u8);
        for head in &self.heads {
            text(&mut out, &head.name);
            out.push(u8::from(head.full));
            out.extend(head.threshold.to_le_bytes());
            out.push(head.classes.len() as u8);
            for (n, class) in head.classes.iter().enumerate() {
                text(&mut out, class);
                out.extend(head.bias[n].to_le_bytes());
                out.extend(head.scales[n].0.to_le_bytes());
                out.extend(head.scales[n].1.to_le_bytes());
            }
            out.extend(head.weights.iter().map(|w| w.to_le_bytes()[0]));
        }
        out
    }

    /// From bytes.
    ///
    /// # Errors
    /// [`WeightsError`] when the file is damaged or was made for other features.
    pub fn read(bytes: &[u8]) -> Result<Self, WeightsError> {
        let mut from = Cursor { bytes, at: 0 };
        if from.take(MAGIC.len())? != MAGIC {
            return Err(WeightsError::Malformed(0));
        }
        let (found, expected) = (from.text()?, fingerprint());
        if found != expected {
            return Err(WeightsError::Features { found, expected });
        }
        let mut norm = Norm::default();
        for _ in 0..STATES {
            norm.mean.push(from.float()?);
            norm.scale.push(from.float()?);
        }
        let count = from.byte()?;
        let mut heads = Vec::new();
        for _ in 0..count {
            let mut head = Head { name: from.text()?, full: from.byte()? == 1, ..Head::default() };
            head.threshold = from.float()?;
            let classes = from.byte()?;
            for _ in 0..classes {
                head.classes.push(from.text()?);
                head.bias.push(from.float()?);
                head.scales.push((from.float()?, from.float()?));
            }
            let length = usize::from(classes) * Head::row_len(head.full);
            head.weights = from.take(length)?.iter().map(|b| i8::from_le_bytes([*b])).collect();
            heads.push(head);
        }
        if from.at == bytes.len() {
            Ok(Self { norm, heads })
        } else {
            Err(WeightsError::Malformed(from.at))
        }
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    // Names are short constants of this workspace.
    let length = text.len().min(usize::from(u8::MAX));
    out.push(length as u8);
    out.extend(&text.as_bytes()[..length]);
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], WeightsError> {
        let end = self.at.checked_add(length).ok_or(WeightsError::Malformed(self.at))?;
        let part = self.bytes.get(self.at..end).ok_or(WeightsError::Malformed(self.at))?;
        self.at = end;
        Ok(part)
    }

    fn byte(&mut self) -> Result<u8, WeightsError> {
        Ok(self.take(1)?[0])
    }

    fn float(&mut self) -> Result<f32, WeightsError> {
        let mut four = [0; 4];
        four.copy_from_slice(self.take(4)?);
        Ok(f32::from_le_bytes(four))
    }

    fn text(&mut self) -> Result<String, WeightsError> {
        let length = usize::from(self.byte()?);
        let at = self.at;
        String::from_utf8(self.take(length)?.to_vec()).map_err(|_| WeightsError::Malformed(at))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn sample() -> Weights {
        let mut row = vec![0.0; features::SPARSE];
        row[3] = 2.0;
        let head = Head::quantise("t", false, vec!["yes".into()], 0.4, &[-1.0], &[row]);
        let zero = Vector::new(vec![0.0; STATES]);
        Weights { norm: Norm::of(&[&zero]), heads: vec![head] }
    }

    #[test]
    fn what_is_written_is_read_back_and_scores_the_same() {
        let weights = sample();
        let back = Weights::read(&weights.write()).unwrap();
        assert_eq!(back, weights);
        let f = Features { sparse: vec![(3, 1.0)], dense: Vec::new() };
        let score = back.head("t", false).unwrap().scores(&f)[0];
        assert!((score - 1.0).abs() < 1e-3);
    }

    #[test]
    fn damaged_files_are_refused() {
        let mut bytes = sample().write();
        bytes.pop();
        assert!(matches!(Weights::read(&bytes), Err(WeightsError::Malformed(_))));
        assert!(matches!(Weights::read(b"nonsense"), Err(WeightsError::Malformed(_))));
    }
}
