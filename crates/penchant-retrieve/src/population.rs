//! What the users of a tenant hold together, as the prior for what is concluded of one of them.
//!
//! Three clicks say little about a person; that nine in ten who have a preference here hold the
//! same one says a little more. What evidence left as log-odds is added to the log-odds of the
//! population, which is Bayes' rule with the population as the prior: the fewer the events, the
//! more of the answer is the prior, and the more there are, the less it matters (Efron & Morris
//! 1975, "Data analysis using Stein's estimator"). It bears on confidence alone. Nothing is served
//! to a user that the user did not show, nothing of it is stored, and what a person said or decided
//! is left as it is.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use penchant_core::{
    Claim, FacetValue, Polarity, Preference, SourceClass, Status, TenantId, UserKey,
};
use penchant_ports::{ListQuery, PortError, PreferenceReader};

/// Fewer users than this with any preference on a subject say nothing: the prior would be noise,
/// and a small group could be recognised in it.
pub const LEAST_USERS: u32 = 20;
/// Users that stand behind every outcome before any is counted.
const DOUBT: f32 = 3.0;
/// Log-odds that a population can add or take at most: it never overrules what a person showed.
const MOST: f32 = 1.0;
/// Users per page of counting.
const PAGE: usize = 200;
/// Preferences of one user that are counted at most; the most recent ones.
const PREFERENCES: usize = 1_000;
/// Tenants whose populations are kept at most.
const TENANTS: usize = 1_024;

/// One way to stand to a subject: a value of it, wanted or not.
type Outcome = (String, bool);

/// How many users hold what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Population {
    subjects: BTreeMap<String, Subject>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Subject {
    /// Users with any preference on it.
    users: u32,
    outcomes: BTreeMap<Outcome, u32>,
}

impl Population {
    /// Counts one user. A user counts once per outcome, however many situations it holds in.
    pub fn add(&mut self, preferences: &[Preference]) {
        let mut held: BTreeMap<String, std::collections::BTreeSet<Outcome>> = BTreeMap::new();
        for preference in preferences {
            if counts(preference) {
                held.entry(preference.kind.subject()).or_default().insert(outcome(preference));
            }
        }
        for (subject, outcomes) in held {
            let counted = self.subjects.entry(subject).or_default();
            counted.users += 1;
            for outcome in outcomes {
                *counted.outcomes.entry(outcome).or_default() += 1;
            }
        }
    }

    /// The log-odds that the population adds to a preference's own, within ±1; 0 for what was said,
    /// for statements, and where too few users are known.
    ///
    /// Measured from indifference between the outcomes that are held at all, so that a value is not
    /// held to be unlikely for having many rivals.
    #[must_use]
    pub fn lean(&self, preference: &Preference) -> f32 {
        let stated = preference.support.strongest().is_some_and(SourceClass::explicit);
        if stated || preference.pinned || !counts(preference) {
            return 0.0;
        }
        let Some(subject) = self.subjects.get(&preference.kind.subject()) else { return 0.0 };
        if subject.users < LEAST_USERS {
            return 0.0;
        }
        let own = subject.outcomes.get(&outcome(preference)).copied().unwrap_or_default();
        let all: u32 = subject.outcomes.values().sum();
        let known = subject.outcomes.contains_key(&outcome(preference));
        let rivals = (subject.outcomes.len() + usize::from(!known)).max(2) as f32;
        let share = (own as f32 + DOUBT) / (all as f32 + DOUBT * rivals);
        let odds = (share / (1.0 - share)).ln() - (1.0 / (rivals - 1.0)).ln();
        odds.clamp(-MOST, MOST)
    }
}

/// Only what users can share is counted: classes of the vocabulary and attributes of items. Statements
/// and phrases are a user's own words, and targets are numbers of each one's own.
fn counts(preference: &Preference) -> bool {
    let shared = matches!(
        preference.kind,
        Claim::Affinity { .. } | Claim::Facet { value: FacetValue::Class(_), .. }
    );
    shared && preference.status == Status::Active
}

fn outcome(preference: &Preference) -> Outcome {
    (preference.kind.slot(), preference.polarity == Polarity::Prefer)
}

/// Counts up to `most` users of a tenant, in the order of their ids.
///
/// # Errors
/// When the store cannot be read.
pub async fn count(
    reader: &dyn PreferenceReader,
    tenant: &TenantId,
    most: usize,
) -> Result<Population, PortError> {
    let mut population = Population::default();
    let (mut counted, mut cursor) = (0, None);
    while counted < most {
        let limit = PAGE.min(most - counted);
        let page = reader.users(tenant, limit, cursor.as_ref()).await?;
        for user in &page.items {
            let query = ListQuery {
                user: UserKey::new(tenant.clone(), user.clone()),
                statuses: vec![Status::Active],
                limit: PREFERENCES,
                cursor: None,
            };
            population.add(&reader.list(&query).await?.items);
        }
        counted += page.items.len();
        match page.next {
            Some(next) if !page.items.is_empty() => cursor = Some(next),
            _ => break,
        }
    }
    Ok(population)
}

/// The populations of the tenants that were asked about, as they were last counted.
#[derive(Debug, Default)]
pub struct Populations {
    known: Mutex<HashMap<TenantId, Arc<Population>>>,
}

impl Populations {
    /// What is known of a tenant's users now; nobody at first. From now on the tenant is counted.
    #[must_use]
    pub fn of(&self, tenant: &TenantId) -> Arc<Population> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(population) = known.get(tenant) {
            return Arc::clone(population);
        }
        let nobody = Arc::new(Population::default());
        if known.len() < TENANTS {
            known.insert(tenant.clone(), Arc::clone(&nobody));
        }
        nobody
    }

    /// Counts every known tenant anew, up to `most` users of each. A tenant that cannot be counted
    /// keeps what was known of it.
    ///
    /// # Errors
    /// The last error of the store.
    pub async fn refresh(
        &self,
        reader: &dyn PreferenceReader,
        most: usize,
    ) -> Result<(), PortError> {
        let tenants: Vec<TenantId> = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.keys().cloned().collect()
        };
        let mut outcome = Ok(());
        for tenant in tenants {
            match count(reader, &tenant, most).await {
                Ok(population) => {
                    let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                    known.insert(tenant, Arc::new(population));
                }
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use penchant_core::FacetId;
    use penchant_core::preference::Support;

    use super::*;
    use crate::tests::holds;

    fn inferred(value: &str, polarity: Polarity) -> Preference {
        let mut preference = holds("p", value);
        preference.kind = Claim::Affinity { attribute: "genre".into(), value: value.into() };
        preference.polarity = polarity;
        preference.support = Support::default();
        preference.support.add(SourceClass::Behaviour);
        preference
    }

    fn crowd(likes: usize, dislikes: usize) -> Population {
        let mut population = Population::default();
        for n in 0..likes + dislikes {
            let polarity = if n < likes { Polarity::Prefer } else { Polarity::Avoid };
            population.add(&[inferred("jazz", polarity), inferred("jazz", polarity)]);
        }
        population
    }

    #[test]
    fn what_many_share_makes_it_likelier_and_what_few_share_less_so_within_bounds() {
        let (jazz, no_jazz) =
            (inferred("jazz", Polarity::Prefer), inferred("jazz", Polarity::Avoid));
        let even = crowd(30, 30).lean(&jazz);
        let some = crowd(40, 20).lean(&jazz);
        let most = crowd(600, 2).lean(&jazz);
        assert!(even.abs() < 1e-5, "{even}");
        assert!(0.2 < some && some < most && most <= MOST, "{some} {most}");
        assert!(crowd(600, 2).lean(&no_jazz) >= -MOST);
        assert!((crowd(40, 20).lean(&no_jazz) + some).abs() < 1e-5);
    }

    #[test]
    fn a_small_group_says_nothing() {
        assert_eq!(crowd(19, 0).lean(&inferred("jazz", Polarity::Prefer)), 0.0);
        assert!(crowd(20, 0).lean(&inferred("jazz", Polarity::Prefer)) > 0.0);
    }

    #[test]
    fn what_was_said_or_decided_is_left_alone() {
        let mut said = inferred("jazz", Polarity::Avoid);
        said.support.add(SourceClass::Statement);
        let mut pinned = inferred("jazz", Polarity::Avoid);
        pinned.pinned = true;
        for untouched in [said, pinned, holds("s", "likes jazz")] {
            assert_eq!(crowd(100, 0).lean(&untouched), 0.0);
        }
    }

    #[test]
    fn a_value_is_not_unlikely_for_having_many_rivals() {
        let value = |n: usize| {
            let mut preference = inferred("x", Polarity::Prefer);
            preference.kind = Claim::Facet {
                facet: FacetId::new("voice"),
                value: FacetValue::Class(format!("v{}", n % 5)),
            };
            preference
        };
        let mut population = Population::default();
        (0..100).for_each(|n| population.add(&[value(n)]));
        assert!(population.lean(&value(0)).abs() < 1e-4, "{}", population.lean(&value(0)));
    }
}
