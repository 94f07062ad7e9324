//! From labelled lines to feature vectors with labels.

use anyhow::{Context as _, Result};
use penchant_core::Vector;
use penchant_learn::heads::features::{Features, Shown};
use penchant_learn::heads::weights::{Head, Norm, Weights};
use penchant_learn::heads::{Heads, Task};
use penchant_learn::reading::Signal;
use penchant_learn::words::judge::Seen;
use penchant_ports::Marked;

use super::corpus::Line;
use super::fit::{Example, fit};
use super::vectors::Vectors;

/// The classes of [`Task::Scope`].
pub(crate) const SCOPES: [&str; 3] = ["always", "context", "this_time"];

/// Strength of the penalty on weights per task, full and lexical; chosen in cross-validation.
const L2: f64 = 4e-4;
/// Weight of a story's turn in learning signals and reach. Most turns are neutral, and what is said
/// during a task holds in it, which for chats about one answer is not so.
const STORY: f64 = 0.3;
/// The same for reach alone.
const STORY_SCOPE: f64 = 0.1;
/// Rounds of the optimiser: past these the held-out figures no longer move.
const ROUNDS: usize = 60;

/// A labelled line with all that the heads see of it.
pub(crate) struct Sample {
    /// The line.
    pub(crate) line: Line,
    /// Which corpus file it is from.
    pub(crate) file: usize,
    /// Taken apart.
    pub(crate) shown: Shown,
    /// Its vectors; of every sentence, though the reader embeds only the likeliest.
    pub(crate) seen: Seen,
    /// Per sentence: the index of the preference it carries.
    pub(crate) carries: Vec<Option<usize>>,
    /// The same of the clauses of each sentence.
    pub(crate) clauses: Vec<Vec<Option<usize>>>,
    /// What the heads see; for lines without a reply a second time with somebody else's.
    views: Vec<View>,
}

/// One way in which the heads see a line: full and lexical features.
struct View {
    message: [Features; 2],
    sentences: Vec<[Features; 2]>,
    clauses: Vec<Vec<[Features; 2]>>,
}

impl View {
    fn new(shown: &Shown, seen: &Seen) -> Self {
        let parts = seen
            .sentences
            .iter()
            .enumerate()
            .map(|(n, own)| {
                let surface = shown.sentence(n, None);
                [surface.clone().with([own, &seen.message]), surface]
            })
            .collect();
        let clauses = shown
            .clauses
            .iter()
            .enumerate()
            .map(|(n, own)| {
                let states = seen.clauses.get(n).map_or(&[][..], Vec::as_slice);
                own.iter()
                    .zip(states)
                    .map(|(clause, state)| {
                        let surface = shown.clause(n, clause, None);
                        [surface.clone().with([state, &seen.message]), surface]
                    })
                    .collect()
            })
            .collect();
        let surface = shown.message(None);
        let message = [surface.clone().with([&seen.message, &seen.reply]), surface];
        Self { message, sentences: parts, clauses }
    }
}

impl Sample {
    /// Whether the clauses of a sentence carry both something wanted and something not wanted.
    fn mixed(&self, sentence: usize) -> bool {
        let own = self.clauses.get(sentence).map_or(&[][..], Vec::as_slice);
        let gold = |n: &Option<usize>| n.and_then(|n| self.line.preferences.get(n));
        let mut polarities = own.iter().filter_map(gold).map(|gold| &gold.polarity);
        polarities.next().is_some_and(|first| polarities.any(|other| other != first))
    }

    /// Whether it is one of the notes.
    pub(crate) fn noted(&self) -> bool {
        self.line.signal.is_empty()
    }

    /// The place of its signal in [`Signal::ALL`].
    pub(crate) fn signal(&self) -> usize {
        Signal::ALL.iter().position(|s| s.as_str() == self.line.signal).unwrap_or(6)
    }
}

/// Takes lines apart and looks at them.
pub(crate) async fn prepare(
    lines: Vec<(usize, Line)>,
    vectors: &mut Vectors,
) -> Result<(Vec<Sample>, Norm)> {
    let shown: Vec<Shown> = lines.iter().map(|(_, l)| Shown::new(&l.user, &l.assistant)).collect();
    let mut wanted: Vec<Marked> = Vec::new();
    for ((_, line), shown) in lines.iter().zip(&shown) {
        wanted.push(shown.marked());
        wanted.push(Marked::whole(line.assistant.clone()));
    }
    let mut looks = vectors.looks(&wanted).await?.into_iter();
    let mut next = || looks.next().context("one look per text");
    let mut all = Vec::with_capacity(lines.len());
    for ((file, line), shown) in lines.into_iter().zip(shown) {
        let own = next()?;
        let reply = next()?.into_iter().nth(1).unwrap_or_default();
        let seen = Seen::new(&shown, own.get(1..).unwrap_or_default(), reply);
        all.push((file, line, shown, seen));
    }
    let norm = Norm::of(&all.iter().map(|(.., seen)| &seen.message).collect::<Vec<_>>());
    let weights = Weights { norm, heads: Vec::new() };
    let heads = Heads::new(&weights, true);
    let mut samples: Vec<Sample> = all
        .into_iter()
        .map(|(file, line, shown, seen)| {
            let texts: Vec<&str> = shown.sentences.iter().map(|s| s.text.as_str()).collect();
            let carries = carried(&line, &texts);
            let clauses = shown
                .clauses
                .iter()
                .map(|own| {
                    let texts: Vec<&str> = own.iter().map(|c| c.words.text.as_str()).collect();
                    carried(&line, &texts)
                })
                .collect();
            let views = vec![View::new(&shown, &seen.standard(&heads))];
            Sample { line, file, shown, seen, carries, clauses, views }
        })
        .collect();
    lend_replies(&mut samples, &heads);
    Ok((samples, weights.norm))
}

/// In real chats a reply always comes before, but many lines were written without one. Left so,
/// the heads would learn that a message after a reply is a reaction to it. Each such line is seen
/// a second time after a reply that was written for another line.
fn lend_replies(samples: &mut [Sample], heads: &Heads<'_>) {
    let replies: Vec<(String, Vector)> = samples
        .iter()
        .filter(|s| !s.line.assistant.trim().is_empty() && s.line.signal == "neutral")
        .map(|s| (s.shown.reply.clone(), s.seen.reply.clone()))
        .collect();
    if replies.is_empty() {
        return;
    }
    for (n, sample) in samples.iter_mut().enumerate() {
        if sample.line.assistant.trim().is_empty() {
            let (reply, vector) = &replies[n * 7919 % replies.len()];
            let shown = Shown { reply: reply.clone(), ..sample.shown.clone() };
            let seen = Seen { reply: vector.clone(), ..sample.seen.clone() };
            sample.views.push(View::new(&shown, &seen.standard(heads)));
        }
    }
}

/// Which part carries which preference, by the labelled span.
fn carried(line: &Line, parts: &[&str]) -> Vec<Option<usize>> {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let mut carries = vec![None; parts.len()];
    for (n, gold) in line.preferences.iter().enumerate() {
        let span = words(&gold.span);
        // Share of the sentence inside the span, or of the span inside the sentence.
        let shares: Vec<f64> = parts
            .iter()
            .map(|part| {
                let own = words(part);
                let inside = own.iter().filter(|w| span.contains(w)).count() as f64;
                let covered = span.iter().filter(|w| own.contains(w)).count() as f64;
                (inside / own.len().max(1) as f64).max(covered / span.len().max(1) as f64)
            })
            .collect();
        let top = shares.iter().copied().fold(0.0, f64::max);
        for (at, share) in shares.iter().enumerate() {
            if *share >= 0.8 || (*share == top && top >= 0.5) {
                carries[at].get_or_insert(n);
            }
        }
    }
    carries
}

/// The classes of a task.
fn classes(task: Task) -> Vec<String> {
    match task {
        Task::Signal => Signal::ALL.iter().map(|s| s.as_str().to_owned()).collect(),
        Task::Scope => SCOPES.iter().map(|s| (*s).to_owned()).collect(),
        Task::MessagePreference
        | Task::SentencePreference
        | Task::ClausePreference
        | Task::Avoid
        | Task::Replaces => vec!["yes".to_owned()],
    }
}

/// The examples of a task. Notes teach which clause carries a wish and whether its subject is wanted,
/// and nothing else: all of them hold one, and half of those about occasions were written to.
fn examples<'a>(samples: &[&'a Sample], task: Task, kind: usize) -> Vec<Example<'a>> {
    let mut out = Vec::new();
    for sample in samples {
        let mut weight = 1.0 / sample.views.len() as f64;
        if !sample.line.story.is_empty() {
            weight *= match task {
                Task::Signal => STORY,
                Task::Scope => STORY_SCOPE,
                _ => 1.0,
            };
        }
        if sample.noted() && !matches!(task, Task::ClausePreference | Task::Avoid) {
            continue;
        }
        for view in &sample.views {
            one_view(sample, view, task, kind, weight, &mut out);
        }
    }
    out
}

fn one_view<'a>(
    sample: &Sample,
    view: &'a View,
    task: Task,
    kind: usize,
    weight: f64,
    out: &mut Vec<Example<'a>>,
) {
    let message = &view.message[kind];
    match task {
        Task::MessagePreference => {
            let class = usize::from(!sample.line.preferences.is_empty());
            out.push(Example { features: message, class, weight });
        }
        // Learnt from pairs of wishes, not from messages.
        Task::Replaces => {}
        Task::Signal => out.push(Example { features: message, class: sample.signal(), weight }),
        Task::SentencePreference | Task::ClausePreference | Task::Avoid | Task::Scope => {
            let gold =
                |carried: &Option<usize>| carried.and_then(|n| sample.line.preferences.get(n));
            let mut take = |features: &'a [Features; 2], carried: &Option<usize>, part: f64| {
                let class = match (task, gold(carried)) {
                    (Task::SentencePreference | Task::ClausePreference, gold) => {
                        usize::from(gold.is_some())
                    }
                    (_, None) => return,
                    (Task::Avoid, Some(gold)) => usize::from(gold.polarity == "avoid"),
                    (_, Some(gold)) => {
                        SCOPES.iter().position(|s| *s == gold.scope).unwrap_or_default()
                    }
                };
                out.push(Example { features: &features[kind], class, weight: weight * part });
            };
            if task != Task::ClausePreference {
                for (n, (features, carried)) in
                    view.sentences.iter().zip(&sample.carries).enumerate()
                {
                    // "The verdict first, no warm-up" is both: its clauses teach, not the whole.
                    if task == Task::Avoid && sample.mixed(n) {
                        continue;
                    }
                    take(features, carried, 1.0);
                }
            }
            if task != Task::SentencePreference && task != Task::Scope {
                let parts = view.clauses.iter().zip(&sample.clauses);
                for (features, carried) in parts.flat_map(|(f, c)| f.iter().zip(c)) {
                    take(features, carried, 0.5);
                }
            }
        }
    }
}

/// Fits all heads on some samples. `thresholds` are those of message and sentence, per kind.
pub(crate) fn train(samples: &[&Sample], norm: &Norm, thresholds: [[f32; 3]; 2]) -> Weights {
    let one = |kind: usize, task: Task| {
        let full = kind == 0;
        let data = examples(samples, task, kind);
        let names = classes(task);
        let fitted = fit(&data, names.len().max(2), full, L2, ROUNDS);
        let threshold = match task {
            Task::MessagePreference => thresholds[kind][0],
            Task::SentencePreference => thresholds[kind][1],
            Task::ClausePreference => thresholds[kind][2],
            _ => 0.5,
        };
        Head::quantise(task.as_str(), full, names, threshold, &fitted.bias, &fitted.rows)
    };
    let wanted = [0, 1].into_iter().flat_map(|kind| Task::READING.map(|task| (kind, task)));
    let wanted: Vec<(usize, Task)> = wanted.collect();
    let mut heads = Vec::new();
    // Two at a time; joined in order, so that the file does not depend on which ends first.
    for pair in wanted.chunks(2) {
        let done: Vec<Head> = std::thread::scope(|scope| {
            let one = &one;
            let running: Vec<_> =
                pair.iter().map(|(kind, task)| scope.spawn(move || one(*kind, *task))).collect();
            // A head must not be missing because its thread broke down.
            let done = running.into_iter().map(std::thread::ScopedJoinHandle::join);
            done.map(|head| head.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        heads.extend(done);
    }
    Weights { norm: norm.clone(), heads }
}
