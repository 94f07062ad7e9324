//! From items to claims about their attributes.

use std::collections::BTreeMap;

use penchant_core::event::{Comparison, Interaction, Item};
use penchant_core::{Claim, Polarity, Scope, SourceClass, Vector, sanitize};

use super::weights;
use crate::reading::ClaimReading;

/// Longest attribute value that can be a liking; longer ones are texts or identifiers.
const MAX_VALUE_CHARS: usize = 48;
/// Log-odds of one full-strength choice for an attribute that all chosen items have and no
/// rejected one.
const CHOICE: f32 = 1.0;
/// Passing over says less than choosing: something else may just have been better.
const PASSED_OVER: f32 = 0.5;

/// Claims of one interaction, one per attribute.
pub(super) fn of_interaction(interaction: &Interaction) -> Vec<ClaimReading> {
    let weight = weights::of(interaction);
    let attributes: Vec<_> = likeable(&interaction.item).collect();
    // One action is one vote; with many attributes it is unclear which of them it was for.
    let each = weight / (attributes.len().max(1) as f32).sqrt();
    let what = format!("{:?}", interaction.action).to_lowercase();
    attributes
        .into_iter()
        .map(|(name, value)| {
            let snippet = format!("{what}: {}", title(&interaction.item));
            claim(name, value, each, SourceClass::Behaviour, snippet)
        })
        .collect()
}

/// Claims of one choice: for what the chosen items have and the rejected ones lack, against what
/// only the rejected ones have.
pub(super) fn of_comparison(comparison: &Comparison) -> Vec<ClaimReading> {
    let (chosen, rejected) = (shares(&comparison.chosen), shares(&comparison.rejected));
    let mut keys: Vec<&(String, String)> = chosen.keys().chain(rejected.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let share = |side: &BTreeMap<(String, String), f32>, key| side.get(key).copied().unwrap_or(0.0);
    let told: Vec<(&(String, String), f32)> = keys
        .into_iter()
        .map(|key| (key, share(&chosen, key) - share(&rejected, key)))
        .filter(|(_, lead)| lead.abs() > 0.05)
        .collect();
    let spread = (told.len().max(1) as f32 / 2.0).max(1.0).sqrt();
    let strength = comparison.strength.clamp(0.0, 1.0);
    told.into_iter()
        .map(|((name, value), lead)| {
            let side = if lead > 0.0 { CHOICE } else { PASSED_OVER };
            let weight = (side * strength * lead / spread).clamp(-weights::most(), weights::most());
            let snippet = comparison.chosen.first().map(title).unwrap_or_default();
            let snippet = format!("chosen: {snippet}");
            claim(name.clone(), value.clone(), weight, SourceClass::Comparison, snippet)
        })
        .collect()
}

/// Per attribute value, the share of the items that have it.
fn shares(items: &[Item]) -> BTreeMap<(String, String), f32> {
    let mut shares = BTreeMap::new();
    let one = 1.0 / items.len().max(1) as f32;
    for item in items {
        for (name, value) in likeable(item) {
            *shares.entry((name, value)).or_insert(0.0) += one;
        }
    }
    shares
}

/// The attributes that a liking can be about, as one-line texts: no identifiers, no links.
fn likeable(item: &Item) -> impl Iterator<Item = (String, String)> + '_ {
    const NOT: &[&str] = &["id", "sku", "url", "uri", "link", "image", "timestamp", "date", "hash"];
    item.attributes.iter().filter_map(|(name, value)| {
        let name = sanitize::one_line(name, MAX_VALUE_CHARS).to_lowercase();
        let value = sanitize::one_line(value, MAX_VALUE_CHARS + 1).to_lowercase();
        let identifier = NOT.contains(&name.as_str()) || name.ends_with("_id");
        let fits = !value.is_empty() && value.chars().count() <= MAX_VALUE_CHARS;
        (!name.is_empty() && fits && !identifier && !value.contains("://")).then_some((name, value))
    })
}

fn title(item: &Item) -> String {
    sanitize::one_line(if item.text.is_empty() { &item.id } else { &item.text }, 120)
}

fn claim(
    attribute: String,
    value: String,
    weight: f32,
    source: SourceClass,
    snippet: String,
) -> ClaimReading {
    let polarity = if weight < 0.0 { Polarity::Avoid } else { Polarity::Prefer };
    let verb = if weight < 0.0 { "dislikes" } else { "likes" };
    ClaimReading {
        description: format!("{verb} {value} ({attribute})"),
        claim: Claim::Affinity { attribute, value },
        polarity,
        scope: Scope::Always,
        strength: weight.abs(),
        source,
        content: Vector::default(),
        snippet,
        replaces: String::new(),
        replaces_content: Vector::default(),
        leanings: None,
        ends: penchant_ports::Ends::default(),
        wish: None,
        quarantine: None,
        language: String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn item(attributes: &[(&str, &str)]) -> Item {
        Item {
            id: "i1".to_owned(),
            text: "an item".to_owned(),
            attributes: attributes
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_choice_speaks_for_what_only_the_chosen_have_and_is_silent_on_what_both_have() {
        let comparison = Comparison {
            chosen: vec![item(&[("genre", "jazz"), ("price", "low")])],
            rejected: vec![item(&[("genre", "rock"), ("price", "low")])],
            rationale: String::new(),
            strength: 1.0,
        };
        let claims = of_comparison(&comparison);
        let about = |value: &str| {
            claims
                .iter()
                .find(|c| matches!(&c.claim, Claim::Affinity { value: v, .. } if v == value))
        };
        let (jazz, rock) = (about("jazz").unwrap(), about("rock").unwrap());
        assert_eq!((jazz.polarity, rock.polarity), (Polarity::Prefer, Polarity::Avoid));
        assert!(jazz.strength > rock.strength);
        assert!(about("low").is_none());
    }

    #[test]
    fn a_weak_choice_says_less_than_a_strong_one() {
        let choice = |strength| Comparison {
            chosen: vec![item(&[("genre", "jazz")])],
            rejected: vec![item(&[("genre", "rock")])],
            rationale: String::new(),
            strength,
        };
        let of = |strength| of_comparison(&choice(strength))[0].strength;
        assert!(of(0.2) < of(1.0));
    }

    #[test]
    fn identifiers_and_links_are_no_likings() {
        let odd = item(&[("sku", "X-1"), ("page", "https://x.example"), ("tone", "warm")]);
        let names: Vec<_> = likeable(&odd).map(|(name, _)| name).collect();
        assert_eq!(names, ["tone"]);
    }
}
