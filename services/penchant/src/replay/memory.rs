//! A user's memory as generations are compared by it.
//!
//! Left out is what belongs to the commits and not to the memory (revision number, epoch,
//! checkpoint), and the vectors: a model's last digits depend on what else was in its batch, which
//! is another one on each replay. What vectors decide (which situation, same or new wish, how
//! strongly) is compared. Other figures may differ by [`SAME`] for the same reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use penchant_core::{UserKey, UserState, Vector};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// Figures this close are the same, relative to the larger where that is above 1.
const SAME: f64 = 1e-3;
/// Fields whose values may be shown: none of them holds words of the user's or about the user.
const SHOWN: [&str; 11] = [
    "status",
    "polarity",
    "confidence",
    "log_odds",
    "origin",
    "pinned",
    "valid_from",
    "valid_to",
    "superseded_by",
    "version",
    "updated_at",
];

/// A digest of one memory, or of many together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest([u8; 32]);

impl Digest {
    /// As the digest of this user's memory: two users who swapped their memories would be told.
    pub(super) fn of(self, user: &UserKey) -> Self {
        let mut hash = Sha256::new();
        text(&mut hash, user.tenant.as_str());
        text(&mut hash, user.user.as_str());
        hash.update(self.0);
        Self(hash.finalize().into())
    }

    /// Takes another one in; the order does not matter.
    pub(super) fn add(&mut self, other: Self) {
        let mut carry = 0;
        for (sum, add) in self.0.iter_mut().zip(other.0) {
            let total = u16::from(*sum) + u16::from(add) + carry;
            let [low, high] = total.to_le_bytes();
            (*sum, carry) = (low, u16::from(high));
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One thing in which two memories differ. Values are given where they hold nobody's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Of which preference; `None`: of what is known of the user besides.
    pub preference: Option<String>,
    /// In what.
    pub what: String,
    /// How it is in the serving generation.
    pub serving: Option<String>,
    /// How it is in the rebuilt one.
    pub rebuilt: Option<String>,
}

impl Difference {
    /// One that has neither preference nor values.
    pub(super) fn of(what: impl Into<String>) -> Self {
        Self { preference: None, what: what.into(), serving: None, rebuilt: None }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(preference) = &self.preference {
            write!(f, "{preference}: ")?;
        }
        f.write_str(&self.what)?;
        match (&self.serving, &self.rebuilt) {
            (Some(serving), Some(rebuilt)) => write!(f, " {serving}, rebuilt {rebuilt}"),
            _ => Ok(()),
        }
    }
}

/// What is compared of one user.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Memory {
    preferences: BTreeMap<String, Map<String, Value>>,
    head: Map<String, Value>,
}

impl Memory {
    /// Of a state as it was loaded.
    ///
    /// # Errors
    /// A state that cannot be written down.
    pub(super) fn of(state: UserState) -> serde_json::Result<Self> {
        let mut head = state.head;
        for cluster in head.contexts.iter_mut() {
            cluster.centroid = Vector::default();
        }
        let mut head = object(&head)?;
        for commit in ["revision", "epoch", "checkpoint"] {
            head.remove(commit);
        }
        let mut preferences = BTreeMap::new();
        for mut preference in state.preferences {
            let embedded = !preference.content.is_empty();
            (preference.context, preference.content) = Default::default();
            let mut fields = object(&preference)?;
            fields.remove("context");
            // Whether it can be found by similarity at all.
            fields.insert("content".to_owned(), Value::Bool(embedded));
            fields.remove("id");
            preferences.insert(preference.id.to_string(), fields);
        }
        Ok(Self { preferences, head })
    }

    /// Equal for memories that are equal to the third decimal.
    pub(super) fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        for (id, fields) in &self.preferences {
            text(&mut hash, id);
            members(&mut hash, fields);
        }
        members(&mut hash, &self.head);
        Digest(hash.finalize().into())
    }

    /// In what a rebuilt memory differs from this one; empty: in nothing.
    pub(super) fn differences(&self, rebuilt: &Self) -> Vec<Difference> {
        let mut all = differing(None, &self.head, &rebuilt.head);
        let ids: BTreeSet<&String> =
            self.preferences.keys().chain(rebuilt.preferences.keys()).collect();
        for id in ids {
            let only = |what: &str| {
                vec![Difference { preference: Some(id.clone()), ..Difference::of(what) }]
            };
            all.extend(match (self.preferences.get(id), rebuilt.preferences.get(id)) {
                (Some(one), Some(other)) => differing(Some(id), one, other),
                (Some(_), None) => only("only in the serving generation"),
                (None, _) => only("only in the rebuilt generation"),
            });
        }
        all
    }
}

fn object(value: &impl Serialize) -> serde_json::Result<Map<String, Value>> {
    match serde_json::to_value(value)? {
        Value::Object(fields) => Ok(fields),
        other => Ok(Map::from_iter([("value".to_owned(), other)])),
    }
}

fn differing(
    preference: Option<&String>,
    one: &Map<String, Value>,
    other: &Map<String, Value>,
) -> Vec<Difference> {
    let fields: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let value = |of: &Map<String, Value>, field: &str| of.get(field).cloned().unwrap_or_default();
    fields
        .into_iter()
        .filter(|field| !same(&value(one, field), &value(other, field)))
        .map(|field| {
            let shown = preference.is_some() && SHOWN.contains(&field.as_str());
            let show = |of| shown.then(|| brief(&value(of, field)));
            Difference {
                preference: preference.cloned(),
                what: if field == "content" { "embedded".to_owned() } else { field.clone() },
                serving: show(one),
                rebuilt: show(other),
            }
        })
        .collect()
}

fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        Value::Number(number) if number.is_f64() => {
            format!("{:.3}", number.as_f64().unwrap_or_default())
        }
        other => other.to_string(),
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => {
            let (a, b) = (a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN));
            (a - b).abs() <= SAME * a.abs().max(b.abs()).max(1.0)
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| same(a, b)))
        }
        _ => one == other,
    }
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

/// In the order of the names, whatever order they come in.
fn members(hash: &mut Sha256, fields: &Map<String, Value>) {
    let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
    hash.update(b"{");
    for (name, value) in sorted {
        text(hash, name);
        write(hash, value);
    }
    hash.update(b"}");
}

fn write(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Object(fields) => members(hash, fields),
        Value::Array(items) => {
            hash.update(b"[");
            items.iter().for_each(|item| write(hash, item));
            hash.update(b"]");
        }
        Value::Number(number) if number.is_f64() => {
            let thousandths = (number.as_f64().unwrap_or_default() / SAME).round();
            // Adding nothing makes one zero of the two.
            hash.update((thousandths + 0.0).to_le_bytes());
        }
        other => text(hash, &other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use penchant_core::head::Erased;
    use penchant_core::{Partition, Position, Status, Timestamp};
    use penchant_testkit::builders;

    use super::*;

    fn state() -> UserState {
        let mut state = UserState::default();
        state.head.next_preference = 2;
        state.preferences = vec![builders::preference("p1"), builders::preference("p2")];
        state
    }

    fn memory(change: impl FnOnce(&mut UserState)) -> Memory {
        let mut state = state();
        change(&mut state);
        Memory::of(state).unwrap()
    }

    fn differences(change: impl FnOnce(&mut UserState)) -> Vec<String> {
        let (one, other) = (memory(|_| {}), memory(change));
        let differences = one.differences(&other);
        assert_eq!(differences.is_empty(), one.digest() == other.digest(), "{differences:?}");
        differences.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_belongs_to_commits_and_the_last_digits_make_no_difference() {
        let found = differences(|state| {
            state.head.revision = 9;
            state.head.epoch = 7;
            let step = penchant_core::CheckpointDelta { partition: Partition(0), next_offset: 4 };
            state.head.checkpoint.advance(step).unwrap();
            state.preferences.reverse();
            state.preferences[0].content = builders::vector(5);
            state.preferences[1].context = builders::vector(6);
            state.preferences[1].log_odds += 1e-6;
        });
        assert_eq!(found, [""; 0]);
        // At a boundary of the third decimal only the comparison tells.
        let at = |confidence| memory(|state| state.preferences[0].confidence = confidence);
        assert_eq!(at(0.499_499_9).differences(&at(0.499_500_1)), []);
    }

    #[test]
    fn a_difference_names_what_differs_and_nobodys_words() {
        let found = differences(|state| {
            state.preferences[0].status = Status::Retracted;
            state.preferences[0].confidence = 0.125;
            state.preferences[1].description = "prefers zanzibarine".to_owned();
            state.head.next_preference = 3;
        });
        let confidence = builders::preference("p1").confidence;
        let expected = [
            "next_preference".to_owned(),
            format!("p1: confidence {confidence:.3}, rebuilt 0.125"),
            "p1: status active, rebuilt retracted".to_owned(),
            "p2: description".to_owned(),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_missing_preference_an_erasure_and_a_lost_vector_are_told() {
        assert_eq!(
            differences(|state| drop(state.preferences.pop())),
            ["p2: only in the serving generation"]
        );
        let added = differences(|state| state.preferences.push(builders::preference("p3")));
        assert_eq!(added, ["p3: only in the rebuilt generation"]);
        let erased = differences(|state| {
            let erased = Erased { position: Position::new(0, 3), at: Timestamp::from_millis(1) };
            state.head.erased = Some(erased);
        });
        assert_eq!(erased, ["erased"]);
        let bare = differences(|state| state.preferences[1].content = Vector::default());
        assert_eq!(bare, ["p2: embedded"]);
    }

    #[test]
    fn digests_of_many_do_not_depend_on_their_order() {
        let digests: Vec<Digest> =
            (0..5).map(|n| memory(|state| state.head.next_preference = n).digest()).collect();
        let sum = |of: &mut dyn Iterator<Item = &Digest>| {
            let mut sum = Digest::default();
            of.for_each(|digest| sum.add(*digest));
            sum
        };
        let all = sum(&mut digests.iter());
        assert_eq!(all, sum(&mut digests.iter().rev()));
        assert_ne!(all, sum(&mut digests.iter().skip(1)));
    }
}
