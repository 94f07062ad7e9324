//! What a user's preferences are found by, so that an event need not look at all of them.
//!
//! Derived from the preferences alone: never stored, never compared, rebuilt after loading. What
//! it answers depends on the preferences only, not on the order in which they came to be noted, so
//! that a reloaded state folds like one kept in memory.

mod lexical;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::contradiction::Said;
use crate::ids::PreferenceId;
use crate::posterior::HalfLives;
use crate::preference::{Preference, Status};
use crate::time::Timestamp;
use crate::vector::Vector;
use crate::{Scope, SourceClass};
use lexical::Lexical;

/// How strong a live preference is beside others that fade equally fast: the order of two never
/// changes while neither is touched, so that the weakest need not be searched for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    /// False for what is held back: it goes first.
    served: bool,
    /// Binary logarithm of the log-odds, at the beginning of time, as ordered bits.
    level: i64,
    updated_at: Timestamp,
    id: PreferenceId,
}

/// Which sets a preference stands in.
#[derive(Debug, Clone, Default)]
struct Noted {
    live: bool,
    ending: bool,
    closed: Option<Timestamp>,
    weight: Option<(bool, Weight)>,
}

/// The ways in which preferences are found.
#[derive(Debug, Clone, Default)]
pub struct Index {
    rates: Option<HalfLives>,
    noted: HashMap<PreferenceId, Noted>,
    ending: BTreeSet<PreferenceId>,
    closed: BTreeSet<(Timestamp, PreferenceId)>,
    inferred: BTreeSet<Weight>,
    stated: BTreeSet<Weight>,
    live: usize,
    /// Built when first asked for: many events need no words.
    lexical: Option<Lexical>,
}

/// Derived from what is compared anyway.
impl PartialEq for Index {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Index {
    /// The index of `preferences`, which fade at `rates`.
    #[must_use]
    pub fn of(preferences: &[Preference], rates: HalfLives) -> Self {
        let mut index = Self { rates: Some(rates), ..Self::default() };
        preferences.iter().for_each(|p| index.note(p));
        index
    }

    /// Whether this may be the index of `preferences`: a cheap look, for states that were loaded
    /// or put together by hand.
    #[must_use]
    pub fn fits(&self, preferences: &[Preference], rates: HalfLives) -> bool {
        let known = |p: Option<&Preference>| p.is_none_or(|p| self.noted.contains_key(&p.id));
        let last_two = preferences.get(preferences.len().saturating_sub(2)..).unwrap_or_default();
        self.rates == Some(rates)
            && self.noted.len() == preferences.len()
            && known(preferences.first())
            && known(preferences.last())
            && last_two.is_sorted_by(|a, b| a.id < b.id)
    }

    /// Takes note of a preference that was added or changed.
    pub fn note(&mut self, preference: &Preference) {
        self.unset(&preference.id);
        let id = &preference.id;
        let live = matches!(preference.status, Status::Active | Status::Quarantined);
        let session_bound = matches!(preference.scope, Scope::ThisTime { until: None, .. });
        let ending = preference.status == Status::Active
            && (preference.valid_to.is_some() || session_bound && !preference.pinned);
        let weight = (live && !preference.pinned).then(|| self.weigh(preference));
        let closed = (!live).then_some(preference.updated_at);
        self.live += usize::from(live);
        if ending {
            self.ending.insert(id.clone());
        }
        if let Some(at) = closed {
            self.closed.insert((at, id.clone()));
        }
        if let Some((stated, weight)) = &weight {
            let set = if *stated { &mut self.stated } else { &mut self.inferred };
            set.insert(weight.clone());
        }
        self.noted.insert(id.clone(), Noted { live, ending, closed, weight });
        if let Some(lexical) = &mut self.lexical {
            lexical.note(preference);
        }
    }

    /// Forgets a preference that is out of sight.
    pub fn forget(&mut self, id: &PreferenceId) {
        self.unset(id);
        if let Some(lexical) = &mut self.lexical {
            lexical.forget(id);
        }
    }

    fn unset(&mut self, id: &PreferenceId) {
        let Some(old) = self.noted.remove(id) else { return };
        self.live -= usize::from(old.live);
        if old.ending {
            self.ending.remove(id);
        }
        if let Some(at) = old.closed {
            self.closed.remove(&(at, id.clone()));
        }
        if let Some((stated, weight)) = &old.weight {
            let set = if *stated { &mut self.stated } else { &mut self.inferred };
            set.remove(weight);
        }
    }

    fn half_life_days(&self, stated: bool) -> f64 {
        let rates = self.rates.unwrap_or_default();
        let half = if stated { rates.stated } else { rates.inferred };
        half.as_secs_f64() / 86_400.0
    }

    fn weigh(&self, preference: &Preference) -> (bool, Weight) {
        let stated = preference.support.strongest().is_some_and(SourceClass::explicit);
        let half = self.half_life_days(stated);
        let days = preference.updated_at.days_since(Timestamp::from_millis(0));
        let since = if half > 0.0 { days / half } else { 0.0 };
        let odds = f64::from(preference.log_odds);
        // What speaks against itself is weaker than all that fades.
        let level = if odds > 0.0 { odds.log2() + since } else { odds - 1e12 };
        let weight = Weight {
            served: preference.status != Status::Quarantined,
            level: ordered(level),
            updated_at: preference.updated_at,
            id: preference.id.clone(),
        };
        (stated, weight)
    }

    /// How many are active or held back.
    #[must_use]
    pub fn live(&self) -> usize {
        self.live
    }

    /// Those that end by themselves, by id.
    #[must_use]
    pub fn ending(&self) -> Vec<PreferenceId> {
        self.ending.iter().cloned().collect()
    }

    /// Those that are closed, newest first, with the time of their closing.
    pub fn closed(&self) -> impl ExactSizeIterator<Item = &(Timestamp, PreferenceId)> {
        self.closed.iter().rev()
    }

    /// The weakest live preference at `now` that is not pinned; what is held back goes first.
    #[must_use]
    pub fn weakest(&self, now: Timestamp) -> Option<&PreferenceId> {
        let days = now.days_since(Timestamp::from_millis(0));
        let faded = |weight: &Weight, stated: bool| {
            let half = self.half_life_days(stated);
            unordered(weight.level) - if half > 0.0 { days / half } else { 0.0 }
        };
        let (a, b) = match (self.inferred.first(), self.stated.first()) {
            (Some(a), Some(b)) => (a, b),
            (one, other) => return one.or(other).map(|w| &w.id),
        };
        let order = a
            .served
            .cmp(&b.served)
            .then_with(|| faded(a, false).total_cmp(&faded(b, true)))
            .then_with(|| a.updated_at.cmp(&b.updated_at))
            .then_with(|| a.id.cmp(&b.id));
        Some(if order.is_le() { &a.id } else { &b.id })
    }

    /// Those that may have to do with what is said: they share a telling word with it, name
    /// values of the same class, or mean nearly the same. Ordered by id; what most has in common,
    /// when there are very many. `preferences` are those that the index is of.
    pub fn near(
        &mut self,
        preferences: &[Preference],
        said: &Said,
        content: &Vector,
    ) -> Vec<(PreferenceId, Arc<Said>)> {
        self.lexical.get_or_insert_with(|| Lexical::of(preferences)).near(said, content)
    }
}

/// Bits that sort like the number.
fn ordered(number: f64) -> i64 {
    let bits = number.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn unordered(bits: i64) -> f64 {
    f64::from_bits((bits ^ (((bits >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests;
