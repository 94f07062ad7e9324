//! What kind of change an edit is: of style, or only of facts and typos.

use penchant_core::style::lexicon::mask;
use penchant_core::style::spelling_variants;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One place where draft and revision differ, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What was taken out.
    pub out: Vec<String>,
    /// What was put in.
    pub put: Vec<String>,
}

/// What an edit changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Where the words differ.
    pub places: Vec<Place>,
    /// Share of all words that changed, in [0, 1].
    pub share: f32,
    /// Whether something else than facts and typos changed.
    pub style: bool,
}

/// Most words of a place that may still be a mere correction.
const MAX_CORRECTED: usize = 4;
/// Most such places in one edit; more is rewriting.
const MAX_CORRECTIONS: usize = 4;

impl Change {
    /// Compares a draft with its revision.
    #[must_use]
    pub fn between(draft: &str, revised: &str) -> Self {
        let (from, to): (Vec<&str>, Vec<&str>) =
            (draft.split_whitespace().collect(), revised.split_whitespace().collect());
        let mut places = Vec::new();
        let mut changed = 0;
        for op in capture_diff_slices(Algorithm::Myers, &from, &to) {
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
            let place = Place {
                out: owned(from.get(op.old_range()).unwrap_or_default()),
                put: owned(to.get(op.new_range()).unwrap_or_default()),
            };
            changed += place.out.len().max(place.put.len());
            places.push(place);
        }
        let relaid = draft.lines().filter(|l| !l.trim().is_empty()).count()
            != revised.lines().filter(|l| !l.trim().is_empty()).count();
        let corrected = places.len() <= MAX_CORRECTIONS && places.iter().all(correction);
        let style = if places.is_empty() { relaid } else { relaid || !corrected };
        let share = changed as f32 / from.len().max(to.len()).max(1) as f32;
        Self { places, share, style }
    }
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a place only puts a fact or a spelling right: as much goes in as out, nothing of it
/// carries tone, and the punctuation stays.
fn correction(place: &Place) -> bool {
    let (out, put) = (&place.out, &place.put);
    if out.is_empty() || put.is_empty() || out.len() > MAX_CORRECTED || put.len() > MAX_CORRECTED {
        return false;
    }
    let marks = |words: &[String]| {
        words
            .iter()
            .flat_map(|w| w.chars())
            .filter(|c| matches!(c, '!' | '?' | '*' | '#' | ':'))
            .count()
    };
    if marks(out) != marks(put) {
        return false;
    }
    if let (Some(from), Some(to)) = (system(out), system(put))
        && from != to
    {
        return false;
    }
    if fact(out) && fact(put) {
        return true;
    }
    if out.len() != 1 || put.len() != 1 {
        return false;
    }
    let (a, b) = (bare(&out[0]).to_lowercase(), bare(&put[0]).to_lowercase());
    if spelling_variants(&a, &b) {
        return false;
    }
    typo(&a, &b) || (mask(&a) == 0 && mask(&b) == 0 && a.len() > 3 && b.len() > 3)
}

/// The system of the unit among the words: true for metric.
fn system(words: &[String]) -> Option<bool> {
    const METRIC: &[&str] = &[
        "mm",
        "cm",
        "m",
        "km",
        "g",
        "kg",
        "ml",
        "l",
        "km/h",
        "°c",
        "celsius",
        "metre",
        "metres",
        "meter",
        "meters",
        "kilometre",
        "kilometres",
        "kilometer",
        "kilometers",
        "gram",
        "grams",
        "kilogram",
        "kilograms",
        "litre",
        "litres",
        "liter",
        "liters",
    ];
    const IMPERIAL: &[&str] = &[
        "inch",
        "inches",
        "ft",
        "foot",
        "feet",
        "yard",
        "yards",
        "mi",
        "mile",
        "miles",
        "oz",
        "ounce",
        "ounces",
        "lb",
        "lbs",
        "pound",
        "pounds",
        "gallon",
        "gallons",
        "mph",
        "°f",
        "fahrenheit",
    ];
    words.iter().find_map(|word| {
        let unit = word.to_lowercase();
        let unit = unit.trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c));
        let unit = unit.trim_end_matches(['.', ',', ';', ')']);
        if METRIC.contains(&unit) { Some(true) } else { IMPERIAL.contains(&unit).then_some(false) }
    })
}

/// Whether words hold a figure or a name.
pub(super) fn fact(words: &[String]) -> bool {
    words.iter().any(|w| {
        let w = bare(w);
        w.chars().any(|c| c.is_ascii_digit()) || w.starts_with(char::is_uppercase) || number(w)
    })
}

fn number(word: &str) -> bool {
    const NUMBERS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "twenty", "thirty", "forty", "fifty", "hundred", "thousand", "million", "first",
        "second", "third", "half", "twice", "once", "north", "south", "east", "west", "left",
        "right",
    ];
    NUMBERS.contains(&word.to_lowercase().as_str())
}

/// Whether two words differ as little as a slip of the keys does.
fn typo(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a.len().max(b.len()) < 3 {
        return false;
    }
    let common = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    common + tail + 2 >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(draft: &str, revised: &str) -> bool {
        Change::between(draft, revised).style
    }

    #[test]
    fn facts_and_typos_are_no_style() {
        assert!(!style("It opened in 1931 in Rome.", "It opened in 1913 in Rome."));
        assert!(!style("The recieved parcel was blue.", "The received parcel was blue."));
        assert!(!style("She met Anna in Paris.", "She met Hannah in Lyon."));
        assert!(!style("There are three rooms.", "There are four rooms."));
        assert!(!style("same text", "same text"));
    }

    #[test]
    fn tone_layout_and_rewriting_are_style() {
        assert!(style("Dear all, it is open.", "Hey all, it's open!"));
        assert!(style("It is open. Come in.", "It is open.\nCome in."));
        assert!(style("It is really very good.", "It is good."));
        assert!(style("It is good.", "It is good, honestly."));
    }
}
