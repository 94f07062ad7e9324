//! Trained linear heads: small logistic regressions over the hidden states of the sentence model's
//! middle layers, hashed words and the surface cues of [`crate::words::cues`].
//!
//! Each head exists twice: a *full* one that also sees hidden states, and a *lexical* one that does
//! not. The lexical ones serve when the embedder does not show its layers. Weights come from
//! `cargo xtask train` and are part of the binary.

pub mod features;
pub mod succession;
pub mod weights;

use std::sync::LazyLock;

use penchant_core::Vector;

use crate::heads::features::Features;
use crate::heads::weights::{Head, Weights};

/// What a head decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Does the message carry a preference?
    MessagePreference,
    /// What the message mainly is; classes as in [`crate::reading::Signal::ALL`].
    Signal,
    /// Does the sentence carry a preference?
    SentencePreference,
    /// Is it this clause that carries it?
    ClausePreference,
    /// Is it something to avoid?
    Avoid,
    /// How far it reaches; classes always, context, this_time.
    Scope,
    /// Does a wish take the place of an older one? Lexical only; see [`succession`].
    Replaces,
}

impl Task {
    /// The tasks of reading, which exist full and lexical.
    pub const READING: [Self; 6] = [
        Self::MessagePreference,
        Self::Signal,
        Self::SentencePreference,
        Self::ClausePreference,
        Self::Avoid,
        Self::Scope,
    ];

    /// The name in the weights file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessagePreference => "message_preference",
            Self::Signal => "signal",
            Self::SentencePreference => "sentence_preference",
            Self::ClausePreference => "clause_preference",
            Self::Avoid => "avoid",
            Self::Scope => "scope",
            Self::Replaces => "replaces",
        }
    }
}

const BINARY: &[u8] = include_bytes!("../../data/heads.bin");

/// A test reads the file, so a failure here was a failed build; without heads the patterns serve
/// alone.
static EMBEDDED: LazyLock<Weights> = LazyLock::new(|| match Weights::read(BINARY) {
    Ok(weights) => weights,
    Err(error) => {
        tracing::error!(
            %error,
            "the trained heads do not fit this build and are not used: every message is read by \
             patterns alone; run `cargo xtask train`"
        );
        Weights::default()
    }
});

/// Reads the weights now, so that a build whose weights do not fit its features says so when it
/// starts and not with the first message.
pub fn wake() {
    LazyLock::force(&EMBEDDED);
}

/// The heads of one kind: full or lexical.
#[derive(Debug, Clone, Copy)]
pub struct Heads<'a> {
    weights: &'a Weights,
    full: bool,
}

impl Heads<'static> {
    /// The heads that are part of the binary.
    #[must_use]
    pub fn embedded(full: bool) -> Self {
        Self { weights: &EMBEDDED, full }
    }
}

impl<'a> Heads<'a> {
    /// Heads out of other weights, for training and tests.
    #[must_use]
    pub const fn new(weights: &'a Weights, full: bool) -> Self {
        Self { weights, full }
    }

    /// Whether they see hidden states.
    #[must_use]
    pub const fn full(&self) -> bool {
        self.full
    }

    /// Hidden states as the full heads want them; empty for what are none.
    #[must_use]
    pub fn standard(&self, states: &Vector) -> Vector {
        self.weights.norm.standard(states)
    }

    fn head(&self, task: Task) -> Option<&'a Head> {
        self.weights.head(task.as_str(), self.full)
    }

    /// Probability of a yes-or-no task; `None` without such a head.
    #[must_use]
    pub fn probability(&self, task: Task, features: &Features) -> Option<f32> {
        let score = *self.head(task)?.scores(features).first()?;
        Some(1.0 / (1.0 + (-score).exp()))
    }

    /// Probabilities of the classes of a task; empty without such a head.
    #[must_use]
    pub fn distribution(&self, task: Task, features: &Features) -> Vec<f32> {
        self.head(task).map(|h| softmax(&h.scores(features))).unwrap_or_default()
    }

    /// The names of a task's classes.
    #[must_use]
    pub fn classes(&self, task: Task) -> &'a [String] {
        self.head(task).map_or(&[], |h| h.classes.as_slice())
    }

    /// Probability from which a yes-or-no task says yes, as chosen in cross-validation.
    #[must_use]
    pub fn threshold(&self, task: Task) -> f32 {
        self.head(task).map_or(0.5, |h| h.threshold)
    }
}

/// Scores to probabilities.
#[must_use]
pub fn softmax(scores: &[f32]) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exp: Vec<f32> = scores.iter().map(|s| (s - top).exp()).collect();
    let sum: f32 = exp.iter().sum();
    exp.into_iter().map(|e| e / sum).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_committed_weights_fit_the_features_of_this_build() {
        let weights = Weights::read(BINARY).expect("run `cargo xtask train`");
        assert!(weights.head(Task::Replaces.as_str(), false).is_some());
        for task in Task::READING {
            for full in [true, false] {
                assert!(weights.head(task.as_str(), full).is_some(), "{} {full}", task.as_str());
            }
        }
        assert!(BINARY.len() < 1_000_000);
    }
}
