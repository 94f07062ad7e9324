//! The vocabulary of styles: which measure each facet reads, and how its values are worded.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use penchant_core::style::Measure;
use penchant_core::{FacetId, FacetValue};
use serde::Deserialize;

/// Why a vocabulary cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// Not the expected TOML.
    #[error("the vocabulary cannot be read: {0}")]
    Malformed(String),
    /// A facet names a measure that does not exist.
    #[error("facet {facet}: there is no measure {measure}")]
    UnknownMeasure {
        /// The facet.
        facet: String,
        /// What it names.
        measure: String,
    },
    /// Two facets share a name.
    #[error("facet {0} is defined twice")]
    Twice(String),
}

/// One side of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The class's name.
    pub class: String,
    /// How a preference for it is worded; `{n}` is the target.
    pub says: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    measure: String,
    number: Option<String>,
    change: Option<f32>,
    kept: Option<f32>,
    kept_low: Option<f32>,
    weight: Option<f32>,
    low_weight: Option<f32>,
    reach: Option<f32>,
    #[serde(default)]
    unless: Vec<String>,
    high: Side,
    low: Option<Side>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    facet: Vec<Entry>,
}

/// A term of the vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct Facet {
    /// Its name.
    pub id: FacetId,
    /// What it reads.
    pub measure: Measure,
    /// The unit of its target, for facets that have one.
    pub number: Option<String>,
    /// Least change of the measure that says something.
    pub change: f32,
    /// From where up a value that was merely kept says something.
    pub kept: Option<f32>,
    /// From where down.
    pub kept_low: Option<f32>,
    /// How telling it is.
    pub weight: f32,
    /// How telling its low side is.
    pub low_weight: f32,
    /// How far on its side the revision must lie for a change to say something.
    pub reach: Option<f32>,
    /// Forms in which the facet says nothing.
    pub unless: Vec<Measure>,
    /// More of the measure.
    pub high: Side,
    /// Less of it.
    pub low: Option<Side>,
}

/// All terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    /// Grows when facets change their meaning.
    pub version: u32,
    /// The terms, in the file's order.
    pub facets: Vec<Facet>,
    index: BTreeMap<FacetId, usize>,
}

static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
    // A test parses the same bytes, so this cannot fail in a build that passed its tests; without
    // a vocabulary nothing is learnt from edits, and everything else still works.
    Vocabulary::parse(include_str!("../../facets.toml")).unwrap_or_else(|_| Vocabulary {
        version: 0,
        facets: Vec::new(),
        index: BTreeMap::new(),
    })
});

/// The vocabulary that is built in.
#[must_use]
pub fn built_in() -> &'static Vocabulary {
    &BUILT_IN
}

impl Vocabulary {
    /// Reads a vocabulary.
    ///
    /// # Errors
    /// [`VocabularyError`] saying which facet is wrong.
    pub fn parse(text: &str) -> Result<Self, VocabularyError> {
        let file: File =
            toml::from_str(text).map_err(|e| VocabularyError::Malformed(e.to_string()))?;
        let mut facets = Vec::with_capacity(file.facet.len());
        let mut index = BTreeMap::new();
        for entry in file.facet {
            let measure = named(&entry.id, &entry.measure)?;
            let unless =
                entry.unless.iter().map(|m| named(&entry.id, m)).collect::<Result<_, _>>()?;
            let weight = entry.weight.unwrap_or(1.0);
            // That something was taken out of a text that was rewritten anyway says less.
            let share = if entry.low.as_ref().is_some_and(|l| l.class == "no") { 0.5 } else { 1.0 };
            let id = FacetId::new(&entry.id);
            if index.insert(id.clone(), facets.len()).is_some() {
                return Err(VocabularyError::Twice(entry.id));
            }
            facets.push(Facet {
                id,
                measure,
                number: entry.number,
                change: entry.change.unwrap_or(0.5),
                kept: entry.kept,
                kept_low: entry.kept_low,
                weight,
                low_weight: entry.low_weight.unwrap_or(weight * share),
                reach: entry.reach,
                unless,
                high: entry.high,
                low: entry.low,
            });
        }
        Ok(Self { version: file.version, facets, index })
    }

    /// The facet of this name.
    #[must_use]
    pub fn get(&self, id: &FacetId) -> Option<&Facet> {
        self.index.get(id).and_then(|at| self.facets.get(*at))
    }

    /// How a preference for `value` of `facet` is worded; `None` when the vocabulary has no words
    /// for it (a target in the unremarkable middle, a foreign facet).
    #[must_use]
    pub fn describe(&self, facet: &FacetId, value: &FacetValue) -> Option<String> {
        match value {
            FacetValue::Number(n) => {
                let facet = self.get(facet)?;
                // Round to what a person would say.
                let step = if *n >= 100.0 { 10.0 } else { 5.0 };
                let rounded = ((n / step).round() * step).max(step);
                let side = if *n <= UNREMARKABLE.0 {
                    facet.low.as_ref()?
                } else if *n >= UNREMARKABLE.1 {
                    &facet.high
                } else {
                    return None;
                };
                Some(side.says.replace("{n}", &format!("{rounded:.0}")))
            }
            FacetValue::Class(class) => {
                let facet = self.get(facet)?;
                [Some(&facet.high), facet.low.as_ref()]
                    .into_iter()
                    .flatten()
                    .find(|side| side.class == *class)
                    .map(|side| side.says.clone())
            }
            FacetValue::Term(term) => Some(format!("the phrase “{term}”")),
            FacetValue::Substitution { from, to } => Some(format!("“{to}” rather than “{from}”")),
        }
    }
}

fn named(facet: &str, name: &str) -> Result<Measure, VocabularyError> {
    Measure::ALL.iter().copied().find(|m| m.as_str() == name).ok_or_else(|| {
        VocabularyError::UnknownMeasure { facet: facet.to_owned(), measure: name.to_owned() }
    })
}

/// Numbers of words that are neither brief nor long.
const UNREMARKABLE: (f32, f32) = (95.0, 160.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_vocabulary_reads_and_words_every_value() {
        let vocabulary = Vocabulary::parse(include_str!("../../facets.toml")).unwrap();
        assert!(vocabulary.facets.len() > 60);
        for facet in &vocabulary.facets {
            let class = FacetValue::Class(facet.high.class.clone());
            if facet.number.is_none() {
                assert!(vocabulary.describe(&facet.id, &class).is_some(), "{}", facet.id);
            }
        }
    }

    #[test]
    fn a_target_is_worded_by_its_side_and_rounded() {
        let length = FacetId::new("length");
        let says = |n| built_in().describe(&length, &FacetValue::Number(n));
        assert_eq!(says(52.0).unwrap(), "brief, about 50 words");
        assert_eq!(says(304.0).unwrap(), "detailed and thorough, about 300 words");
        assert_eq!(says(120.0), None);
    }

    #[test]
    fn mistakes_in_a_vocabulary_are_named() {
        let text = "version = 1\n[[facet]]\nid = \"x\"\nmeasure = \"nope\"\nhigh = { class = \"a\", says = \"b\" }";
        assert_eq!(
            Vocabulary::parse(text),
            Err(VocabularyError::UnknownMeasure { facet: "x".into(), measure: "nope".into() })
        );
    }
}
