//! What the trained heads make of a message: is there a preference, in which sentences, what the
//! message mainly is, how far a wish reaches.

use penchant_core::Vector;

use crate::heads::features::{Features, Shown};
use crate::heads::{Heads, Task};
use crate::reading::Signal;
use crate::words::describe;

/// Hidden states, as the model shows them ([`penchant_ports::Look::passages`]).
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Of the message.
    pub message: Vector,
    /// Of the assistant's turn; may be empty.
    pub reply: Vector,
    /// Of each sentence; empty for those past the model's window.
    pub sentences: Vec<Vector>,
    /// Of the clauses of each sentence; none where it is a single one.
    pub clauses: Vec<Vec<Vector>>,
}

impl Seen {
    /// Out of the states of [`Shown::marked`]'s passages, and those of the reply.
    #[must_use]
    pub fn new(shown: &Shown, passages: &[Vector], reply: Vector) -> Self {
        let mut passages = passages.iter().cloned();
        let mut next = || passages.next().unwrap_or_default();
        Self {
            message: next(),
            sentences: shown.sentences.iter().map(|_| next()).collect(),
            clauses: shown.clauses.iter().map(|own| own.iter().map(|_| next()).collect()).collect(),
            reply,
        }
    }

    /// As the heads want them.
    #[must_use]
    pub fn standard(&self, heads: &Heads<'_>) -> Self {
        Self {
            message: heads.standard(&self.message),
            reply: heads.standard(&self.reply),
            sentences: self.sentences.iter().map(|states| heads.standard(states)).collect(),
            clauses: self
                .clauses
                .iter()
                .map(|own| own.iter().map(|states| heads.standard(states)).collect())
                .collect(),
        }
    }
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
    /// It is nothing but that: "I prefer green tea". No head knows better.
    pub outright: bool,
    /// Its clauses; none where it is a single one.
    pub clauses: Vec<ClauseJudged>,
}

/// What is made of one clause.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ClauseJudged {
    /// Probability that it carries a preference.
    pub preference: f32,
    /// Probability that it is something to avoid.
    pub avoid: f32,
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
    /// The same of a clause.
    pub clause_threshold: f32,
    /// Share of a threshold that is enough where a sure phrase says the same.
    pub worded: f32,
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
        let least = if sentence.worded { self.worded * enough } else { enough };
        sentence.outright || sentence.preference >= least
    }

    /// Whether a sentence that does not carry a preference nearly does.
    #[must_use]
    pub fn may_carry(&self, sentence: &SentenceJudged) -> bool {
        sentence.preference >= NEARLY * self.sentence_threshold
    }

    /// Whether taking something back is at least likely.
    #[must_use]
    pub fn retracts(&self) -> bool {
        self.signal == Signal::Retraction || self.probability(Signal::Retraction) >= 0.3
    }

    /// Whether the heads found no preference, but nearly: from half of the probability that would
    /// have been enough. A language model, where there is one, is then asked.
    #[must_use]
    pub fn unsure(&self) -> bool {
        !self.prefers && self.preference >= NEARLY * self.threshold
    }
}

/// Share of a threshold from which something is held to be possible.
const NEARLY: f32 = 0.5;
/// Share of a threshold that is enough where a sure phrase says the same.
const WORDED: f32 = 0.6;
/// Most words of a sentence that is nothing but an outright statement.
const OUTRIGHT: usize = 8;
/// Log-odds from which a phrase is sure.
const SURE: f32 = 0.9;

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

/// Judges with the heads that are part of the binary. `seen` is `None` when the model does not show
/// its layers.
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
    let standard = seen.map(|seen| seen.standard(heads));
    let seen = standard.as_ref();
    let sentences: Vec<SentenceJudged> =
        (0..shown.sentences.len()).map(|n| sentence(shown, n, seen, heads, lexical)).collect();
    let outright = sentences.iter().any(|s| s.outright);
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
        .filter(|signal| *signal != Signal::Neutral || !outright)
        .unwrap_or(if outright { Signal::PreferenceStatement } else { Signal::Neutral });
    let likeliest = sentences.iter().map(|s| s.preference).fold(0.0, f32::max);
    let whole = both(
        heads.probability(Task::MessagePreference, &features),
        lexical.probability(Task::MessagePreference, &surface),
    );
    let preference = whole.map_or(likeliest, |whole| combine(whole, likeliest));
    let threshold = heads.threshold(Task::MessagePreference);
    // Heads that see only words know no better than a sure phrase.
    let worded = if heads.full() { WORDED } else { 0.0 };
    Judged {
        signal,
        signals,
        preference,
        prefers: outright
            || preference >= threshold
            || (preference >= worded * threshold && sentences.iter().any(|s| s.worded)),
        threshold,
        sentences,
        sentence_threshold: heads.threshold(Task::SentencePreference),
        clause_threshold: heads.threshold(Task::ClausePreference),
        worded,
    }
}

/// The message as a whole and its likeliest sentence have one vote each.
fn combine(whole: f32, likeliest: f32) -> f32 {
    vote(whole, likeliest, 0.5)
}

/// The weighted mean of two probabilities in log-odds; `share` is the first one's.
fn vote(one: f32, other: f32, share: f32) -> f32 {
    let log_odds = |p: f32| {
        let p = p.clamp(1e-4, 1.0 - 1e-4);
        (p / (1.0 - p)).ln()
    };
    let mean = share * log_odds(one) + (1.0 - share) * log_odds(other);
    1.0 / (1.0 + (-mean).exp())
}

fn sentence(
    shown: &Shown,
    n: usize,
    seen: Option<&Seen>,
    heads: &Heads<'_>,
    lexical: &Heads<'_>,
) -> SentenceJudged {
    let own = seen.and_then(|s| s.sentences.get(n));
    let view = View::new(shown.sentence(n, None), own, seen, heads, lexical);
    let clauses = shown.clauses.get(n).map_or(&[][..], Vec::as_slice);
    let states = seen.and_then(|s| s.clauses.get(n));
    let clauses = clauses.iter().enumerate().map(|(at, clause)| {
        let own = states.and_then(|s| s.get(at));
        let view = View::new(shown.clause(n, clause, None), own, seen, heads, lexical);
        ClauseJudged {
            preference: view.probability(Task::ClausePreference).unwrap_or(0.5),
            avoid: view.probability(Task::Avoid).unwrap_or(0.5),
        }
    });
    let worded = worded(shown, n);
    let short = shown.sentences.get(n).is_some_and(|s| s.words() <= OUTRIGHT);
    SentenceJudged {
        worded,
        outright: worded && short,
        preference: view
            .probability(Task::SentencePreference)
            .unwrap_or_else(|| by_phrases(shown, n)),
        avoid: view.probability(Task::Avoid).unwrap_or(0.5),
        scope: view.distribution(Task::Scope),
        clauses: clauses.collect(),
    }
}

/// A part of a message, as both kinds of heads see it.
struct View<'h> {
    surface: Features,
    full: Option<(Features, Heads<'h>)>,
    lexical: Heads<'h>,
}

impl<'h> View<'h> {
    fn new(
        surface: Features,
        own: Option<&Vector>,
        seen: Option<&Seen>,
        heads: &Heads<'h>,
        lexical: &Heads<'h>,
    ) -> Self {
        let full = own.zip(seen).filter(|(own, _)| !own.is_empty());
        let full = full.map(|(own, seen)| (surface.clone().with([own, &seen.message]), *heads));
        Self { surface, full, lexical: *lexical }
    }

    fn probability(&self, task: Task) -> Option<f32> {
        let full = self.full.as_ref().and_then(|(f, heads)| heads.probability(task, f));
        both(full, self.lexical.probability(task, &self.surface))
    }

    fn distribution(&self, task: Task) -> Vec<f32> {
        let lexical = self.lexical.distribution(task, &self.surface);
        match &self.full {
            Some((f, heads)) => agree(heads.distribution(task, f), &lexical),
            None => lexical,
        }
    }
}

/// Share of the heads that see hidden states in a vote with those that see only words, which err
/// elsewhere; chosen in cross-validation.
const FULL: f32 = 0.7;

/// The vote of two views, in log-odds.
fn both(full: Option<f32>, lexical: Option<f32>) -> Option<f32> {
    match (full, lexical) {
        (Some(a), Some(b)) => Some(vote(a, b, FULL)),
        (one, other) => one.or(other),
    }
}

/// The same for several classes: the normalised geometric mean.
fn agree(a: Vec<f32>, b: &[f32]) -> Vec<f32> {
    if a.len() != b.len() {
        return a;
    }
    let product: Vec<f32> =
        a.iter().zip(b).map(|(x, y)| x.powf(FULL) * y.powf(1.0 - FULL)).collect();
    let sum: f32 = product.iter().sum();
    product.into_iter().map(|p| p / sum.max(f32::MIN_POSITIVE)).collect()
}
