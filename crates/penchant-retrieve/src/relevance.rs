//! What of a user's preferences matters in the asked situation, and how much.

use std::collections::BTreeMap;
use std::sync::Arc;

use penchant_core::aggregate::{Neighbour, Served};
use penchant_core::posterior::{HalfLives, log_odds_at, probability};
use penchant_core::{Claim, Origin, Preference, PreferenceId, Scope, Timestamp, Vector, telling};

use crate::adapter::Adapter;
use crate::population::Population;

/// What the asked situation looks like to the ranking.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Embedding of the asked text alone; what descriptions are compared with.
    pub text: Vector,
    /// Telling words of text and task.
    pub words: Vec<String>,
    /// Telling words of task and attributes: they name the occasion.
    pub occasion: Vec<String>,
    /// Probability per context cluster that the situation is of its kind.
    pub membership: BTreeMap<u32, f32>,
    /// How telling each facet value is for its cluster, from [`crate::contexts::distinction`].
    pub distinction: BTreeMap<(u32, String), f32>,
    /// How likely an answer has to follow some of the notes, by a model that has read the question
    /// and them.
    pub fits: BTreeMap<PreferenceId, f32>,
    /// What questions are compared with notes by, if there is something for the embedder.
    pub adapter: Option<&'static Adapter>,
    /// Whether embeddings tell meanings apart, not only words.
    pub meaning: bool,
    /// What other users hold.
    pub population: Arc<Population>,
    /// When.
    pub now: Timestamp,
}

impl Asked {
    /// What a preference must reach to be served: a relevance, and a share of the best one.
    fn least(&self) -> (f32, f32) {
        match (self.meaning, self.fits.is_empty()) {
            (true, false) => (LEAST_FITTED, LEAST_SHARE),
            (true, true) => (LEAST, LEAST_SHARE),
            (false, _) => (LEAST_BY_WORDS, LEAST_SHARE_BY_WORDS),
        }
    }

    /// How much a model's word on whether a note matters counts beside cosine and shared words. One
    /// measure for all notes of a question, whichever model has seen them.
    fn heeded(&self) -> f32 {
        if self.fits.is_empty() { ADAPTED } else { FITTED }
    }
}

/// How much the adapter's word counts beside cosine and shared words.
const ADAPTED: f32 = 0.3;
/// The same where a model has read question and notes together.
const FITTED: f32 = 0.6;
/// Most notes that it reads for one question.
const READ: usize = 12;

/// Below this relevance a preference is never served, unless it holds for every answer.
const LEAST: f32 = 0.1;
/// Below this share of the best relevance neither.
const LEAST_SHARE: f32 = 0.45;

/// The least relevance where a model has read question and notes: it is surer of what does not matter.
const LEAST_FITTED: f32 = 0.05;

/// Least relevance and share where only words are compared, which related things need not share.
const LEAST_BY_WORDS: f32 = 0.1;
const LEAST_SHARE_BY_WORDS: f32 = 0.25;

/// Compares all neighbours with what is asked, by meaning and by words.
pub fn compare(neighbours: &mut [Neighbour], asked: &Asked) {
    let descriptions = neighbours.iter().map(|n| n.preference.description.as_str());
    let weights = word_weights(descriptions);
    for neighbour in neighbours {
        let preference = &neighbour.preference;
        if !asked.text.is_empty() && !preference.content.is_empty() {
            neighbour.content_similarity = asked.text.cosine(&preference.content);
        }
        neighbour.lexical = shared(&preference.description, &asked.words, &weights);
    }
}

/// The notes that a model is to be asked about: said in words, likeliest first. `neighbours` are
/// compared.
#[must_use]
pub fn likeliest(neighbours: &[Neighbour], asked: &Asked) -> Vec<(PreferenceId, String)> {
    let adapt = Adapt::of(asked);
    let said = |n: &&Neighbour| matches!(n.preference.kind, Claim::Statement { .. });
    let mut near: Vec<(f32, &Neighbour)> =
        neighbours.iter().filter(said).map(|n| (relevance(n, asked, adapt.judge(n)), n)).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.truncate(READ);
    let note =
        |(_, n): (f32, &Neighbour)| (n.preference.id.clone(), n.preference.description.clone());
    near.into_iter().map(note).collect()
}

/// The adapter, with the question mapped.
struct Adapt(Option<(&'static Adapter, Vector)>);

impl Adapt {
    fn of(asked: &Asked) -> Self {
        let adapter = asked.adapter.filter(|_| !asked.text.is_empty());
        Self(adapter.map(|adapter| (adapter, adapter.question(&asked.text))))
    }

    /// Probability that a note matters.
    fn judge(&self, neighbour: &Neighbour) -> Option<f32> {
        let (adapter, question) = self.0.as_ref()?;
        let content = &neighbour.preference.content;
        let odds = adapter.odds(question, content, neighbour.lexical);
        (!content.is_empty()).then(|| probability(odds))
    }
}

/// Scores all neighbours, which are compared; the irrelevant ones are left out.
#[must_use]
pub fn score(neighbours: Vec<Neighbour>, asked: &Asked, rates: HalfLives) -> Vec<Served> {
    let adapt = Adapt::of(asked);
    let mut scored: Vec<(f32, Served)> = neighbours
        .into_iter()
        .map(|neighbour| {
            let fits = asked.fits.get(&neighbour.preference.id).copied();
            let matters = fits.or_else(|| adapt.judge(&neighbour));
            let relevance = relevance(&neighbour, asked, matters);
            let preference = &neighbour.preference;
            let own = log_odds_at(preference, asked.now, rates);
            let confidence = probability(own + asked.population.lean(preference));
            let score = relevance * (0.4 + 0.6 * confidence);
            (relevance, Served { neighbour, score, confidence })
        })
        .collect();
    let best = scored.iter().map(|(relevance, _)| *relevance).fold(0.0_f32, f32::max);
    let (least, share) = asked.least();
    scored.retain(|(relevance, s)| {
        let preference = &s.neighbour.preference;
        // How to answer holds beside whatever is asked about.
        let every = preference.scope == Scope::Always && about_answers(preference);
        preference.pinned || (*relevance >= least && (every || *relevance >= best * share))
    });
    // Read once: reading words for each pair would cost the square of what is near.
    let scored: Vec<Candidate> = scored
        .into_iter()
        .map(|(relevance, served)| {
            let occasion = occasion(&served.neighbour.preference);
            Candidate { relevance, occasion, served }
        })
        .collect();
    let outdone: Vec<bool> = scored.iter().map(|one| outdone(one, &scored)).collect();
    let both = scored.into_iter().zip(outdone);
    both.filter(|(_, outdone)| !outdone).map(|(one, _)| one.served).collect()
}

/// Cosine from which two wishes for different occasions are about the same thing.
const RIVALS: f32 = 0.3;
/// Share of its rival's relevance below which a wish is for the other occasion.
const OUTDONE: f32 = 0.9;

/// Whether a wish for one occasion stands beside one about the same thing for another occasion,
/// which is the asked one rather: music for the van, music for the studio.
fn outdone(one: &Candidate, all: &[Candidate]) -> bool {
    let own = &one.served.neighbour.preference;
    if own.pinned || one.occasion.is_empty() {
        return false;
    }
    all.iter().any(|other| {
        !other.occasion.is_empty()
            && one.relevance < other.relevance * OUTDONE
            && telling::shared(&one.occasion, &other.occasion) == 0
            && own.content.cosine(&other.served.neighbour.preference.content) >= RIVALS
    })
}

/// What fits the question by itself, before it is compared with what else does.
struct Candidate {
    relevance: f32,
    /// Telling words of the occasion that it holds in.
    occasion: Vec<String>,
    served: Served,
}

/// Telling words of the occasion that a wish holds in; none where it holds always.
fn occasion(preference: &Preference) -> Vec<String> {
    const OPENERS: &[&str] =
        &[" when ", " while ", " with ", " during ", " for ", " in ", " at ", " on "];
    let (Claim::Statement { .. }, Scope::Context { label }) = (&preference.kind, &preference.scope)
    else {
        return Vec::new();
    };
    let named = telling::telling(label);
    if !named.is_empty() {
        return named;
    }
    let said = &preference.description;
    let tail = OPENERS.iter().filter_map(|opener| said.find(opener)).min();
    tail.and_then(|at| said.get(at..)).map(telling::telling).unwrap_or_default()
}

/// Rare words tell more: inverse document frequency over the user's own preferences.
pub fn word_weights<'a>(descriptions: impl Iterator<Item = &'a str>) -> BTreeMap<String, f32> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = 0.0_f32;
    for description in descriptions {
        all += 1.0;
        for word in telling::telling(description) {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .map(|(word, n)| {
            let weight = (1.0 + all / (n as f32 + 0.5)).ln();
            (word, weight)
        })
        .collect()
}

/// Share of a description's telling words that are `asked` about, by weight. `asked` is sorted.
pub fn shared(description: &str, asked: &[String], weights: &BTreeMap<String, f32>) -> f32 {
    let words = telling::telling(description);
    let weight = |word: &String| weights.get(word).copied().unwrap_or(1.0);
    let all: f32 = words.iter().map(weight).sum();
    if all <= 0.0 {
        return 0.0;
    }
    let hit: f32 = words.iter().filter(|w| asked.binary_search(w).is_ok()).map(weight).sum();
    hit / all
}

/// `matters` is the probability, by a model, that an answer has to follow it.
fn relevance(neighbour: &Neighbour, asked: &Asked, matters: Option<f32>) -> f32 {
    let preference = &neighbour.preference;
    let plain = 0.8 * neighbour.content_similarity.max(0.0) + 0.35 * neighbour.lexical;
    let heeded = asked.heeded();
    let topical = matters.map_or(plain, |matters| (1.0 - heeded) * plain + heeded * matters);
    let member = preference.cluster.and_then(|c| asked.membership.get(&c)).copied();
    let likeliest = asked.membership.values().copied().fold(0.0_f32, f32::max);
    let situation = match member {
        // How likely this kind of situation is beside the likeliest one: with many kinds, even the
        // right one has a small share.
        Some(share) if likeliest > 0.0 => share * (share / likeliest).max(0.2).sqrt(),
        _ => neighbour.context_similarity.clamp(0.0, 1.0),
    };
    // What was said about other things is not for this one: dark roasts, dark films.
    let fit = match member {
        Some(share) if likeliest > 0.0 => 0.65 + 0.35 * share / likeliest,
        _ => 1.0,
    };
    let label = telling::telling(preference.scope.label());
    let named = telling::shared(&label, &asked.words).max(telling::shared(&label, &asked.occasion));
    match (&preference.kind, &preference.scope) {
        // What edits show in general answers where nothing is known of the situation itself.
        (Claim::Facet { .. }, Scope::Always) if preference.origin == Origin::Inferred => {
            let familiar: f32 = asked.membership.values().sum();
            (0.35 + 0.3 * plain) * (1.0 - familiar).max(0.0)
        }
        (Claim::Facet { .. }, Scope::Always) => 0.35 + 0.3 * plain + 0.35 * situation,
        (Claim::Facet { .. }, _) => {
            (0.1 * plain + 0.8 * situation) * distinction(preference, asked) + bonus(named)
        }
        (_, Scope::ThisTime { .. }) => 0.25 + topical + 0.2 * situation + bonus(named),
        (_, Scope::Context { .. }) => {
            // For an occasion that is named now, a wish about answers holds as one for always does.
            let here = named > 0 || label.is_empty();
            let answers = if here && about_answers(preference) { 0.25 } else { 0.0 };
            (topical + 0.25 * situation + answers) * fit + bonus(named)
        }
        (_, Scope::Always) if about_answers(preference) => 0.25 + topical + 0.2 * situation,
        (_, Scope::Always) => (topical + 0.2 * situation) * fit,
    }
}

/// How much a facet value sets its kind of situation apart from the user's others.
fn distinction(preference: &Preference, asked: &Asked) -> f32 {
    let key = preference
        .cluster
        .map(|c| (c, format!("{}={}", preference.kind.subject(), preference.kind.slot())));
    key.and_then(|k| asked.distinction.get(&k)).copied().unwrap_or(1.0)
}

fn bonus(named: usize) -> f32 {
    if named > 0 { 0.2 } else { 0.0 }
}

/// Stems of words by which wishes about answers are known. Sorted.
const ABOUT_ANSWERS: &[&str] = &[
    "abbreviation",
    "acronym",
    "answer",
    "apolog",
    "bold",
    "bullet",
    "citation",
    "concis",
    "detail",
    "disclaimer",
    "emoji",
    "emojis",
    "example",
    "exclamation",
    "explanation",
    "filler",
    "formal",
    "format",
    "greet",
    "head",
    "header",
    "honest",
    "humor",
    "humour",
    "informal",
    "jargon",
    "jok",
    "languag",
    "length",
    "markdown",
    "paragraph",
    "phras",
    "pleasantry",
    "prais",
    "pronoun",
    "quot",
    "reply",
    "respons",
    "sarcasm",
    "sentenc",
    "short",
    "sign",
    "simpl",
    "slang",
    "sourc",
    "spell",
    "summary",
    "tabl",
    "ton",
    "word",
    "wording",
    "writ",
];

/// Whether a statement is about how to answer, whatever the topic.
#[must_use]
pub fn about_answers(preference: &Preference) -> bool {
    telling::telling(&preference.description)
        .iter()
        .any(|w| ABOUT_ANSWERS.binary_search(&w.as_str()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_words_about_answers_is_sorted_so_that_it_can_be_searched() {
        assert!(ABOUT_ANSWERS.is_sorted());
    }

    #[test]
    fn what_was_learnt_of_questions_counts_beside_cosine_and_words() {
        let neighbour = Neighbour {
            preference: penchant_testkit::builders::preference("a"),
            context_similarity: 0.0,
            content_similarity: 0.2,
            lexical: 0.0,
        };
        let unread = Asked::default();
        let fits = BTreeMap::from([(neighbour.preference.id.clone(), 0.9)]);
        let read = Asked { fits, ..Asked::default() };
        let of = |asked: &Asked, matters| relevance(&neighbour, asked, matters);
        let plain = of(&unread, None);
        assert!(of(&unread, Some(0.9)) > plain && plain > of(&unread, Some(0.02)));
        assert!(of(&read, Some(0.9)) > of(&unread, Some(0.9)), "what has read both counts more");
    }

    #[test]
    fn naming_the_occasion_counts() {
        assert!(bonus(1) > bonus(0));
    }
}
