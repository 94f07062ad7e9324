//! Held-out figures of the heads, and the thresholds chosen by them.

use penchant_learn::heads::Heads;
use penchant_learn::heads::weights::Weights;
use penchant_learn::reading::Signal;
use penchant_learn::words::judge;

use super::samples::{SCOPES, Sample};

/// What was predicted for held-out lines by one kind of heads.
#[derive(Default)]
struct Kind {
    /// Probability of a preference, whether there is one, whether it is a hard negative.
    messages: Vec<(f32, bool, bool)>,
    /// The same for sentences.
    sentences: Vec<(f32, bool)>,
    /// The same for clauses.
    clauses: Vec<(f32, bool)>,
    /// Predicted and true signal.
    signals: Vec<(usize, usize)>,
    /// Right and all.
    avoid: (usize, usize),
    scope: (usize, usize),
}

/// Figures of the full and the lexical heads.
#[derive(Default)]
pub(crate) struct Figures {
    kinds: [Kind; 2],
}

impl Figures {
    /// Predicts held-out samples.
    pub(crate) fn of(samples: &[&Sample], weights: &Weights) -> Self {
        let mut out = Self::default();
        for (kind, full) in [(0, true), (1, false)] {
            let (heads, lexical) = (Heads::new(weights, full), Heads::new(weights, false));
            let to = &mut out.kinds[kind];
            // Notes all hold a wish: rates among them are no rates of chats.
            for sample in samples.iter().filter(|sample| !sample.noted()) {
                let seen = full.then_some(&sample.seen);
                let judged = judge::judge_with(&sample.shown, seen, &heads, &lexical);
                let hard = sample.line.tags.iter().any(|t| t == "hard_negative");
                to.messages.push((judged.preference, !sample.line.preferences.is_empty(), hard));
                let signal = Signal::ALL.iter().position(|s| *s == judged.signal).unwrap_or(6);
                to.signals.push((signal, sample.signal()));
                for (sentence, carries) in judged.sentences.iter().zip(&sample.clauses) {
                    let clauses = sentence.clauses.iter().zip(carries);
                    to.clauses
                        .extend(clauses.map(|(c, carried)| (c.preference, carried.is_some())));
                }
                for (sentence, carried) in judged.sentences.iter().zip(&sample.carries) {
                    to.sentences.push((sentence.preference, carried.is_some()));
                    let Some(gold) = carried.and_then(|n| sample.line.preferences.get(n)) else {
                        continue;
                    };
                    to.avoid.1 += 1;
                    to.avoid.0 +=
                        usize::from((sentence.avoid >= 0.5) == (gold.polarity == "avoid"));
                    let scope = sentence
                        .scope
                        .iter()
                        .enumerate()
                        .max_by(|a, b| a.1.total_cmp(b.1))
                        .and_then(|(n, _)| SCOPES.get(n));
                    to.scope.1 += 1;
                    to.scope.0 += usize::from(scope == Some(&gold.scope.as_str()));
                }
            }
        }
        out
    }

    /// Adds the figures of another part.
    pub(crate) fn add(&mut self, other: Self) {
        for (own, more) in self.kinds.iter_mut().zip(other.kinds) {
            own.messages.extend(more.messages);
            own.sentences.extend(more.sentences);
            own.clauses.extend(more.clauses);
            own.signals.extend(more.signals);
            own.avoid = (own.avoid.0 + more.avoid.0, own.avoid.1 + more.avoid.1);
            own.scope = (own.scope.0 + more.scope.0, own.scope.1 + more.scope.1);
        }
    }

    /// Per kind: the best thresholds of message, sentence and clause.
    pub(crate) fn thresholds(&self) -> [[f32; 3]; 2] {
        let of =
            |kind: &Kind| [best(&messages(kind)).0, best(&kind.sentences).0, best(&kind.clauses).0];
        [of(&self.kinds[0]), of(&self.kinds[1])]
    }

    /// For the file beside the weights.
    pub(crate) fn summary(&self) -> serde_json::Value {
        let of = |kind: &Kind| {
            let (threshold, f1) = best(&messages(kind));
            let (sentence_threshold, sentence_f1) = best(&kind.sentences);
            let (clause_threshold, clause_f1) = best(&kind.clauses);
            let round = |v: f64| (v * 1000.0).round() / 1000.0;
            serde_json::json!({
                "preference_f1": round(f1),
                "preference_threshold": round(f64::from(threshold)),
                "hard_negative_false_positives": round(hard_negatives(kind, threshold)),
                "sentence_f1": round(sentence_f1),
                "sentence_threshold": round(f64::from(sentence_threshold)),
                "clause_f1": round(clause_f1),
                "clause_threshold": round(f64::from(clause_threshold)),
                "signal_macro_f1": round(macro_f1(&kind.signals)),
                "signal_accuracy": round(share(kind.signals.iter().filter(|(a, b)| a == b).count(), kind.signals.len())),
                "polarity": round(share(kind.avoid.0, kind.avoid.1)),
                "scope": round(share(kind.scope.0, kind.scope.1)),
            })
        };
        serde_json::json!({ "full": of(&self.kinds[0]), "lexical": of(&self.kinds[1]) })
    }

    /// Prints them.
    pub(crate) fn print(&self) {
        let summary = self.summary();
        for kind in ["full", "lexical"] {
            println!("  {kind}");
            if let Some(figures) = summary[kind].as_object() {
                for (name, value) in figures {
                    println!("    {name:<32}{value}");
                }
            }
        }
        let kind = &self.kinds[0];
        for (n, signal) in Signal::ALL.iter().enumerate() {
            let f1 = f1_of(&kind.signals, n);
            let all = kind.signals.iter().filter(|(_, gold)| *gold == n).count();
            println!("    {:<32}{f1:.3} of {all}", signal.as_str());
        }
    }
}

fn messages(kind: &Kind) -> Vec<(f32, bool)> {
    kind.messages.iter().map(|(p, yes, _)| (*p, *yes)).collect()
}

fn hard_negatives(kind: &Kind, threshold: f32) -> f64 {
    let hard: Vec<f32> =
        kind.messages.iter().filter(|(_, _, hard)| *hard).map(|(p, ..)| *p).collect();
    share(hard.iter().filter(|p| **p >= threshold).count(), hard.len())
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// How much recall counts beside precision in choosing thresholds: a false memory does more harm
/// than a missed one, which the user will say again.
const BETA: f64 = 0.7;

/// How far below the best a threshold may measure and still count as equally good.
const TIE: f64 = 0.003;

/// The threshold (in steps of 0.01) with the best F-measure at [`BETA`], and its F1. Of those that
/// are equally good the highest, which gives the fewest false memories.
pub(crate) fn best(predictions: &[(f32, bool)]) -> (f32, f64) {
    let all = predictions.iter().filter(|(_, yes)| *yes).count();
    let measured: Vec<(f32, f64, f64)> = (10..90_u8)
        .map(|step| {
            let threshold = f32::from(step) / 100.0;
            let hits = predictions.iter().filter(|(p, yes)| *p >= threshold && *yes).count();
            let said = predictions.iter().filter(|(p, _)| *p >= threshold).count();
            let (precision, recall) = (share(hits, said), share(hits, all));
            let measure = (1.0 + BETA * BETA) * precision * recall
                / (BETA * BETA * precision + recall).max(f64::MIN_POSITIVE);
            (threshold, measure, share(2 * hits, said + all))
        })
        .collect();
    let top = measured.iter().map(|(_, measure, _)| *measure).fold(0.0, f64::max);
    measured
        .into_iter()
        .rev()
        .find(|(_, measure, _)| *measure >= top - TIE)
        .map_or((0.5, 0.0), |(threshold, _, f1)| (threshold, f1))
}

fn f1_of(pairs: &[(usize, usize)], class: usize) -> f64 {
    let hits = pairs.iter().filter(|(a, b)| *a == class && *b == class).count();
    let said = pairs.iter().filter(|(a, _)| *a == class).count();
    let all = pairs.iter().filter(|(_, b)| *b == class).count();
    share(2 * hits, said + all)
}

fn macro_f1(pairs: &[(usize, usize)]) -> f64 {
    (0..Signal::ALL.len()).map(|class| f1_of(pairs, class)).sum::<f64>() / Signal::ALL.len() as f64
}
