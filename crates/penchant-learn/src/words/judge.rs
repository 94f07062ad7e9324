//! What the trained heads make of a message: is there a preference, in which sentences, what the
//! message mainly is, how far a wish reaches.

use penchant_core::Vector;

use crate::heads::features::{Features, Shown};
use crate::heads::{Heads, Task};
use crate::reading::Signal;
use crate::words::describe;

/// The vectors at hand.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Of the message.
    pub message: Vector,
    /// Of the assistant's turn; may be empty.
    pub reply: Vector,
    /// Of each sentence; empty for those that were not embedded.
    pub sentences: Vec<Vector>,
}

/// What is made of one sentence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SentenceJudged {
    /// Probability that it carries a preference.
    pub preference: f32,
    /// Probability that it is something to avoid.
    pub avoid: f32,
    /// Probabilities of always, context, this_time; empty without heads.
    pub scope: Vec<f32>,
    /// A sure phrase says so, and nothing on the surface speaks against it.
    pub worded: bool,
}

/// What is made of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What it mainly is.
    pub signal: Signal,
    /// Probabilities in the order of [`Signal::ALL`]; empty without heads.
    pub signals: Vec<f32>,
    /// Probability that it carries a preference.
    pub preference: f32,
    /// Whether that is enough.
    pub prefers: bool,
    /// The probability that is enough.
    pub threshold: f32,
    /// Its sentences.
    pub sentences: Vec<SentenceJudged>,
    /// Probability from which a sentence carries a preference.
    pub sentence_threshold: f32,
}

impl Judged {
    /// Probability of a signal.
    #[must_use]
    pub fn probability(&self, signal: Signal) -> f32 {
        let at = Signal::ALL.iter().position(|s| *s == signal);
        at.and_then(|n| self.signals.get(n)).copied().unwrap_or_default()
    }

    /// Whether a sentence carries a preference: likely by itself, or half likely and worded so.
    #[must_use]
    pub fn carries(&self, sentence: &SentenceJudged) -> bool {
        let enough = self.sentence_threshold;
        let least = if sentence.worded { WORDED * enough } else { enough };
        sentence.preference >= least
    }

    /// Whether taking something back is at least likely.
    #[must_use]
    pub fn retracts(&self) -> bool {
        self.signal == Signal::Retraction || self.probability(Signal::Retraction) >= 0.35
    }

    /// Whether the heads found no preference, but nearly: from half of the probability that would
    /// have been enough. A language model, where there is one, is then asked.
    #[must_use]
    pub fn unsure(&self) -> bool {
        !self.prefers && self.preference >= 0.5 * self.threshold
    }
}

/// Share of a threshold that is enough where a sure phrase says the same.
const WORDED: f32 = 0.6;
/// Log-odds from which a phrase is sure.
const SURE: f32 = 0.9;

/// The numbers of the sentences, likeliest to carry a preference first, by surface alone.
#[must_use]
pub fn rank(shown: &Shown) -> Vec<usize> {
    let heads = Heads::embedded(false);
    let mut scored: Vec<(usize, f32)> =
        (0..shown.sentences.len()).map(|n| (n, sentence_surface(shown, n, &heads))).collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.into_iter().map(|(n, _)| n).collect()
}

fn sentence_surface(shown: &Shown, n: usize, heads: &Heads<'_>) -> f32 {
    heads
        .probability(Task::SentencePreference, &shown.sentence(n, None))
        .unwrap_or_else(|| by_phrases(shown, n))
}

/// A rough probability out of the phrases alone, for a build without heads.
fn by_phrases(shown: &Shown, n: usize) -> f32 {
    let cues = shown.cues.get(n).copied().unwrap_or_default();
    let phrases = shown.phrases.get(n).map_or(&[][..], Vec::as_slice);
    let best = phrases.iter().map(|p| describe::phrase_weight(*p)).fold(-1.5_f32, f32::max);
    let against = ["question", "hypothetical", "third_person", "fiction", "code", "quote_verb"]
        .iter()
        .filter(|name| cues.has(name))
        .count() as f32;
    1.0 / (1.0 + (-(best - 1.2 * against)).exp())
}

/// Whether a sure phrase matches the sentence and no cue speaks against it.
fn worded(shown: &Shown, n: usize) -> bool {
    const AGAINST: &[&str] =
        &["question", "hypothetical", "third_person", "fiction", "code", "quote_verb", "past_only"];
    let cues = shown.cues.get(n).copied().unwrap_or_default();
    let phrases = shown.phrases.get(n).map_or(&[][..], Vec::as_slice);
    phrases.iter().any(|p| describe::phrase_weight(*p) >= SURE) && !cues.any(AGAINST)
}

/// Judges with the heads that are part of the binary. `seen` is `None` when no vectors that carry
/// meaning are at hand.
#[must_use]
pub fn judge(shown: &Shown, seen: Option<&Seen>) -> Judged {
    judge_with(shown, seen, &Heads::embedded(seen.is_some()), &Heads::embedded(false))
}

/// Judges with the heads given: `heads` full if `seen` is given, `lexical` for sentences without
/// a vector.
#[must_use]
pub fn judge_with(
    shown: &Shown,
    seen: Option<&Seen>,
    heads: &Heads<'_>,
    lexical: &Heads<'_>,
) -> Judged {
    let sentences: Vec<SentenceJudged> =
        (0..shown.sentences.len()).map(|n| sentence(shown, n, seen, heads, lexical)).collect();
    let features = shown.message(seen.map(|s| [&s.message, &s.reply]));
    let surface = Features { dense: Vec::new(), ..features.clone() };
    let signals = agree(
        heads.distribution(Task::Signal, &features),
        &lexical.distribution(Task::Signal, &surface),
    );
    let signal = signals
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .and_then(|(n, _)| Signal::ALL.get(n).copied())
        .unwrap_or(Signal::Neutral);
    let likeliest = sentences.iter().map(|s| s.preference).fold(0.0, f32::max);
    let whole = both(
        heads.probability(Task::MessagePreference, &features),
        lexical.probability(Task::MessagePreference, &surface),
    );
    let preference = whole.map_or(likeliest, |whole| combine(whole, likeliest));
    let threshold = heads.threshold(Task::MessagePreference);
    Judged {
        signal,
        signals,
        preference,
        prefers: preference >= threshold
            || (preference >= WORDED * threshold && sentences.iter().any(|s| s.worded)),
        threshold,
        sentences,
        sentence_threshold: heads.threshold(Task::SentencePreference),
    }
}

/// The message as a whole and its likeliest sentence have one vote each, in log-odds.
fn combine(whole: f32, likeliest: f32) -> f32 {
    let log_odds = |p: f32| {
        let p = p.clamp(1e-4, 1.0 - 1e-4);
        (p / (1.0 - p)).ln()
    };
    let mean = 0.5 * (log_odds(whole) + log_odds(likeliest));
    1.0 / (1.0 + (-mean).exp())
}

fn sentence(
    shown: &Shown,
    n: usize,
    seen: Option<&Seen>,
    heads: &Heads<'_>,
    lexical: &Heads<'_>,
) -> SentenceJudged {
    let surface = shown.sentence(n, None);
    let vector = seen.and_then(|s| Some((s, s.sentences.get(n)?))).filter(|(_, v)| !v.is_empty());
    let (features, heads) = match vector {
        Some((seen, own)) => (surface.clone().with([own, &seen.message]), heads),
        None => (surface.clone(), lexical),
    };
    let probability =
        |task| both(heads.probability(task, &features), lexical.probability(task, &surface));
    SentenceJudged {
        worded: worded(shown, n),
        preference: probability(Task::SentencePreference).unwrap_or_else(|| by_phrases(shown, n)),
        avoid: probability(Task::Avoid).unwrap_or(0.5),
        scope: agree(
            heads.distribution(Task::Scope, &features),
            &lexical.distribution(Task::Scope, &surface),
        ),
    }
}

/// Two views have one vote each, in log-odds: the one that sees meaning errs elsewhere than the
/// one that sees only words.
fn both(a: Option<f32>, b: Option<f32>) -> Option<f32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(combine(a, b)),
        (one, other) => one.or(other),
    }
}

/// The same for several classes: the normalised geometric mean.
fn agree(a: Vec<f32>, b: &[f32]) -> Vec<f32> {
    if a.len() != b.len() {
        return a;
    }
    let product: Vec<f32> = a.iter().zip(b).map(|(x, y)| (x * y).sqrt()).collect();
    let sum: f32 = product.iter().sum();
    product.into_iter().map(|p| p / sum.max(f32::MIN_POSITIVE)).collect()
}
