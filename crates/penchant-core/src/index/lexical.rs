//! Finding preferences by the words of their descriptions, and by meaning without words.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::contradiction::Said;
use crate::evidence::{Polarity, Scope};
use crate::ids::PreferenceId;
use crate::preference::Preference;
use crate::vector::Vector;

/// Most preferences that one statement is compared with. Past some dozens that share a word with
/// it, the word tells nothing.
const MOST: usize = 64;
/// Most differing bits of the sketches of two texts that mean the same: at a cosine of 0.93 one
/// bit in eight differs, so that one pair in ten thousand is missed.
const SKETCH_APART: u32 = 18;

#[derive(Debug, Clone)]
struct Entry {
    id: PreferenceId,
    said: Arc<Said>,
    description: String,
    polarity: Polarity,
    scope: Scope,
}

/// Word lists and sketches.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexical {
    entries: Vec<Option<Entry>>,
    /// Beside `entries`; `None` where no embedding is known.
    sketches: Vec<Option<u64>>,
    free: Vec<usize>,
    by_id: HashMap<PreferenceId, usize>,
    words: HashMap<String, Vec<usize>>,
    classes: HashMap<u16, Vec<usize>>,
    naming: Vec<usize>,
}

impl Lexical {
    pub(super) fn of(preferences: &[Preference]) -> Self {
        let mut lexical = Self::default();
        preferences.iter().for_each(|p| lexical.note(p));
        lexical
    }

    pub(super) fn note(&mut self, preference: &Preference) {
        let known = self.by_id.get(&preference.id).copied();
        if let Some(at) = known {
            // Most changes are more evidence of the same: the words stay.
            let same = self.entries.get(at).and_then(Option::as_ref).is_some_and(|e| {
                e.description == preference.description
                    && e.polarity == preference.polarity
                    && e.scope == preference.scope
            });
            if same {
                if let Some(slot) = self.sketches.get_mut(at) {
                    *slot = sketch(&preference.content);
                }
                return;
            }
            self.forget(&preference.id);
        }
        let said = Said::of(&preference.description, preference.polarity, &preference.scope);
        let entry = Entry {
            id: preference.id.clone(),
            said: Arc::new(said),
            description: preference.description.clone(),
            polarity: preference.polarity,
            scope: preference.scope.clone(),
        };
        let at = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            self.sketches.push(None);
            self.entries.len() - 1
        });
        for word in &entry.said.words {
            self.words.entry(word.clone()).or_default().push(at);
        }
        for class in classes(&entry.said) {
            self.classes.entry(class).or_default().push(at);
        }
        if entry.said.naming {
            self.naming.push(at);
        }
        self.by_id.insert(entry.id.clone(), at);
        if let (Some(slot), Some(bits)) = (self.entries.get_mut(at), self.sketches.get_mut(at)) {
            *slot = Some(entry);
            *bits = sketch(&preference.content);
        }
    }

    pub(super) fn forget(&mut self, id: &PreferenceId) {
        let Some(at) = self.by_id.remove(id) else { return };
        let Some(entry) = self.entries.get_mut(at).and_then(Option::take) else { return };
        for word in &entry.said.words {
            strike(&mut self.words, word, at);
        }
        for class in classes(&entry.said) {
            strike(&mut self.classes, &class, at);
        }
        self.naming.retain(|n| *n != at);
        if let Some(bits) = self.sketches.get_mut(at) {
            *bits = None;
        }
        self.free.push(at);
    }

    pub(super) fn near(&self, said: &Said, content: &Vector) -> Vec<(PreferenceId, Arc<Said>)> {
        let mut common = vec![0_u16; self.entries.len()];
        let mut found: Vec<usize> = Vec::new();
        let mut meet = |at: usize, weight: u16| {
            if let Some(count) = common.get_mut(at) {
                if *count == 0 {
                    found.push(at);
                }
                *count = count.saturating_add(weight);
            }
        };
        for word in &said.words {
            self.words.get(word).into_iter().flatten().for_each(|at| meet(*at, 2));
        }
        for class in classes(said) {
            self.classes.get(&class).into_iter().flatten().for_each(|at| meet(*at, 1));
        }
        if said.naming {
            self.naming.iter().for_each(|at| meet(*at, 2));
        }
        if let Some(own) = sketch(content) {
            for (at, bits) in self.sketches.iter().enumerate() {
                if bits.is_some_and(|bits| (bits ^ own).count_ones() <= SKETCH_APART) {
                    meet(at, 2);
                }
            }
        }
        let entry = |at: usize| self.entries.get(at).and_then(Option::as_ref);
        let mut near: Vec<(u16, &Entry)> = found
            .into_iter()
            .filter_map(|at| Some((common.get(at).copied()?, entry(at)?)))
            .collect();
        if near.len() > MOST {
            near.sort_by(|a, b| Reverse(a.0).cmp(&Reverse(b.0)).then_with(|| b.1.id.cmp(&a.1.id)));
            near.truncate(MOST);
        }
        near.sort_by(|a, b| a.1.id.cmp(&b.1.id));
        near.into_iter().map(|(_, e)| (e.id.clone(), Arc::clone(&e.said))).collect()
    }
}

fn strike<K: Hash + Eq>(lists: &mut HashMap<K, Vec<usize>>, key: &K, at: usize) {
    let Some(list) = lists.get_mut(key) else { return };
    list.retain(|n| *n != at);
    if list.is_empty() {
        lists.remove(key);
    }
}

fn classes(said: &Said) -> Vec<u16> {
    let mut classes: Vec<u16> = said.values.iter().map(|f| f.value.class).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// 64 bits of which as many differ between two vectors as there is angle between them (random
/// hyperplanes; Charikar 2002). Each plane sums its own dimensions, with alternating signs.
fn sketch(vector: &Vector) -> Option<u64> {
    if vector.is_empty() {
        return None;
    }
    let mut sums = [0.0_f32; 64];
    for (round, part) in vector.as_slice().chunks(64).enumerate() {
        let sign = if round % 2 == 0 { 1.0 } else { -1.0 };
        for (sum, value) in sums.iter_mut().zip(part) {
            *sum += sign * value;
        }
    }
    Some(sums.iter().enumerate().fold(0, |bits, (n, s)| bits | (u64::from(*s > 0.0) << n)))
}
