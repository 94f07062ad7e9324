//! What users say in words: new wishes, more of the same, changes of mind.
//!
//! A statement is compared with everything the user holds ([`penchant_core::contradiction`]).
//! The same wish grows; a finer one is described better; a contradiction closes the older one; a
//! wish for now sets nothing aside for good; and a wish that was given up and comes back gets its
//! old id back.

use penchant_core::contradiction::{Hints, Relation, Said, Why, compete, relation_with, shift};
use penchant_core::posterior::probability;
use penchant_core::preference::Support;
use penchant_core::{
    Claim, Origin, Polarity, Preference, PreferenceId, RevisionKind, Scope, SourceClass, Status,
    UserState, Vector, sanitize, telling,
};

use super::change::{close, next_id, record, reopen, weigh};
use super::expiry::SESSION_SPAN;
use super::replaced::Replaced;
use super::succession::{Near, Newer, task_of};
use super::{Cause, FoldConfig, FoldOutcome, aside, ended};
use crate::reading::ClaimReading;
use crate::words::shifts as change;

/// Below this cosine two descriptions have nothing to do with each other.
const STRANGERS: f32 = 0.25;
/// Log-odds of what is merely asked for repeatedly.
const HABIT: f32 = 1.0;
/// Cosine from which `replaces` names a preference without sharing a word with it.
const REPLACED: f32 = 0.6;
/// Cosine from which "from now on …" takes the place of the nearest wish of the same task.
const SHIFTED: f32 = 0.42;
/// The same without a task that both share.
const SHIFTED_ANYWHERE: f32 = 0.6;

/// Folds the statements among `claims`. `cluster` is the kind of situation they were made in.
pub fn apply(
    state: &mut UserState,
    cause: &Cause<'_>,
    context: &Vector,
    claims: &[ClaimReading],
    cluster: Option<u32>,
    config: &FoldConfig,
    out: &mut FoldOutcome,
) {
    let statement = |c: &&ClaimReading| matches!(c.claim, Claim::Statement { .. });
    let ordered =
        |polarity| claims.iter().filter(statement).filter(move |c| c.polarity == polarity);
    // What takes a thing's place comes first: "no more X" then says nothing new about X.
    let mut replaced: Vec<Replaced> = Vec::new();
    for claim in ordered(Polarity::Prefer).chain(ordered(Polarity::Avoid)) {
        let mut one = Statement::new(state, cause, context, claim, cluster, config);
        if !one.said.wanted && replaced.iter().any(|old| old.denied(&one.said, &claim.content)) {
            continue;
        }
        one.fold(&mut replaced, out);
    }
}

struct Statement<'a, 'b> {
    state: &'a mut UserState,
    cause: &'a Cause<'b>,
    context: &'a Vector,
    claim: &'a ClaimReading,
    scope: Scope,
    said: Said,
    cluster: Option<u32>,
    config: &'a FoldConfig,
    /// What had replaced the preference that this statement brings back.
    between: Option<PreferenceId>,
}

impl<'a, 'b> Statement<'a, 'b> {
    fn new(
        state: &'a mut UserState,
        cause: &'a Cause<'b>,
        context: &'a Vector,
        claim: &'a ClaimReading,
        cluster: Option<u32>,
        config: &'a FoldConfig,
    ) -> Self {
        let scope = once(&claim.scope, &claim.snippet);
        let said = Said::of(&claim.description, claim.polarity, &scope);
        Self { state, cause, context, claim, scope, said, cluster, config, between: None }
    }

    fn explicit(&self) -> bool {
        self.claim.source.explicit()
    }

    fn temporary(&self) -> bool {
        matches!(self.scope, Scope::ThisTime { .. })
    }

    fn fold(&mut self, replaced: &mut Vec<Replaced>, out: &mut FoldOutcome) {
        if let Some(why) = &self.claim.quarantine {
            self.quarantine(why.clone(), out);
            return;
        }
        // Only what may have to do with it is looked at: reading the words of every preference
        // would make events dearer as a memory fills up.
        let UserState { preferences, index, .. } = &mut *self.state;
        let near = index.near(preferences, &self.said, &self.claim.content);
        let related = self.related(&near);
        if !self.explicit() && self.overruled(&related) {
            return;
        }
        let temporary = self.temporary();
        let Some(target) = self.settle(&related, out) else { return };
        if temporary {
            aside::set_aside(self.state, self.claim, self.cause, target, out);
            return;
        }
        self.supersede(target, &near, &related, replaced, out);
    }

    /// Those of the near preferences, live or lately closed, that have to do with this statement.
    fn related(&self, near: &[Near]) -> Vec<Related> {
        let shifted = !self.claim.replaces.is_empty() || shift(&self.claim.snippet);
        let mut related = Vec::new();
        for (id, said) in near {
            let Some(index) = self.state.find(id) else { continue };
            let Some(old) = self.state.preferences.get(index) else { continue };
            if old.status == Status::Quarantined {
                continue;
            }
            let known = !old.content.is_empty()
                && old.content.dimension() == self.claim.content.dimension();
            let cosine = known.then(|| old.content.cosine(&self.claim.content));
            if cosine.is_some_and(|c| c < STRANGERS) {
                continue;
            }
            let same_situation = self.cluster.is_some() && self.cluster == old.cluster;
            let hints = Hints { shift: shifted, same_situation };
            let relation = relation_with(&self.said, said, cosine, hints);
            if relation == Relation::Unrelated {
                continue;
            }
            if !compete(&self.scope, &self.said, &old.scope, said) || self.elsewhere(old, relation)
            {
                continue;
            }
            related.push(Related {
                index,
                relation,
                cosine: cosine.unwrap_or(0.0),
                said: Said::clone(said),
            });
        }
        related
    }

    /// Opposites that were said in situations with different tasks live side by side.
    fn elsewhere(&self, old: &Preference, relation: Relation) -> bool {
        if !matches!(relation, Relation::Opposed(_)) {
            return false;
        }
        let (here, there) = (task_of(self.state, self.cluster), task_of(self.state, old.cluster));
        !here.is_empty() && !there.is_empty() && here != there
    }

    /// Whether the user has said the opposite of what is merely inferred now.
    fn overruled(&self, related: &[Related]) -> bool {
        related.iter().any(|r| {
            matches!(r.relation, Relation::Opposed(_))
                && self.state.preferences.get(r.index).is_some_and(|old| {
                    old.status == Status::Active
                        && old.support.strongest().is_some_and(SourceClass::explicit)
                })
        })
    }

    /// Finds or makes the preference that this statement is about; its index.
    fn settle(&mut self, related: &[Related], out: &mut FoldOutcome) -> Option<usize> {
        let same = |r: &&Related| !matches!(r.relation, Relation::Opposed(_));
        let is = |index: usize, status: fn(Status) -> bool| {
            self.state.preferences.get(index).is_some_and(|p| status(p.status))
        };
        let lasting = |index: usize| {
            self.state
                .preferences
                .get(index)
                .is_some_and(|p| !matches!(p.scope, Scope::ThisTime { .. }))
        };
        let statement = |index: usize| {
            self.state
                .preferences
                .get(index)
                .is_some_and(|p| matches!(p.kind, Claim::Statement { .. }))
        };
        let best = |pick: &dyn Fn(usize) -> bool| {
            related
                .iter()
                .filter(same)
                .filter(|r| statement(r.index) && pick(r.index))
                .max_by(|a, b| {
                    let exact = |r: &Related| r.relation == Relation::Same;
                    exact(a)
                        .cmp(&exact(b))
                        .then(a.cosine.total_cmp(&b.cosine))
                        .then(b.index.cmp(&a.index))
                })
                .copied_parts()
        };
        let active = |s: Status| s == Status::Active;
        if self.temporary() {
            // A wish for now that is held anyway only strengthens it.
            let held = best(&|i| is(i, active));
            return match held {
                Some((index, relation)) => Some(self.grow(index, relation, out)),
                None => self.habit(related, out).or_else(|| self.add(out)),
            };
        }
        if let Some((index, relation)) = best(&|i| is(i, active) && lasting(i)) {
            return Some(self.grow(index, relation, out));
        }
        let passing = best(&|i| is(i, active) && !lasting(i)).map(|(index, _)| index);
        let former = best(&|i| is(i, |s| s != Status::Active) && lasting(i));
        let target = match former {
            Some((index, relation)) if self.explicit() => self.bring_back(index, relation, out),
            _ => match self.given_up().filter(|_| self.explicit()) {
                Some(index) => self.bring_back(index, Relation::Unrelated, out),
                None => self.add(out)?,
            },
        };
        if let Some(index) = passing {
            self.close_for(index, target, "it was said to hold for good".to_owned(), out);
        }
        Some(target)
    }

    /// The same order for now as on an earlier day: what is ordered again and again is liked,
    /// though nobody said so. The index of the lasting, merely inferred preference.
    fn habit(&mut self, related: &[Related], out: &mut FoldOutcome) -> Option<usize> {
        let day = std::time::Duration::from_secs(20 * 3600);
        let one_off = says_once(&self.claim.snippet);
        let dated = matches!(self.scope, Scope::ThisTime { until: Some(_), .. });
        let repeats = related.iter().any(|r| {
            !matches!(r.relation, Relation::Opposed(_))
                && self.state.preferences.get(r.index).is_some_and(|old| {
                    old.status == Status::Expired
                        && matches!(old.scope, Scope::ThisTime { .. })
                        && old.valid_from.plus(day) <= self.cause.at
                })
        });
        if one_off || dated || !repeats || self.overruled(related) {
            return None;
        }
        let held_against = related.iter().any(|r| {
            let old = self.state.preferences.get(r.index);
            matches!(r.relation, Relation::Opposed(_))
                && old.is_some_and(|p| p.status == Status::Active)
        });
        if held_against {
            return None;
        }
        self.scope = Scope::Always;
        let index = self.push(Status::Active)?;
        let preference = self.state.preferences.get_mut(index)?;
        preference.log_odds = HABIT;
        preference.confidence = probability(HABIT);
        preference.origin = Origin::Inferred;
        preference.support = Support::default();
        preference.support.add(SourceClass::Behaviour);
        let evidence = self.cause.reference(SourceClass::Behaviour, &self.claim.snippet);
        preference.evidence = vec![evidence.clone()];
        let reason = "the user asked for it again and again".to_owned();
        record(self.state, index, RevisionKind::Add, self.cause, reason, Some(evidence), out);
        Some(index)
    }

    /// More of the same: support grows, the words become those of the finer description.
    fn grow(&mut self, index: usize, relation: Relation, out: &mut FoldOutcome) -> usize {
        let evidence = self.cause.reference(self.claim.source, &self.claim.snippet);
        let finer = self.reword(index, relation);
        if let Some(old) = self.state.preferences.get_mut(index) {
            weigh(old, self.cause, self.claim.strength, self.config);
            old.support.add(self.claim.source);
            if self.claim.source.explicit() && old.origin == Origin::Inferred {
                old.origin = Origin::Stated;
            }
            old.cite(evidence.clone());
            let total = old.support.total().max(1);
            old.context = old.context.toward(self.context, 1.0 / total as f32);
            if old.cluster != self.cluster && old.scope == Scope::Always {
                // Said in several kinds of situations: it holds in all of them.
                old.cluster = None;
            }
        }
        let reason =
            if finer { "the user said it more precisely" } else { "the user said it again" };
        let kind = RevisionKind::Refine;
        record(self.state, index, kind, self.cause, reason.to_owned(), Some(evidence), out);
        index
    }

    /// What had taken the place of a preference that is just brought back.
    fn came_between(&self, target: usize) -> Option<usize> {
        let successor = self.between.as_ref()?;
        super::change::find(self.state, successor).filter(|index| *index != target)
    }

    fn bring_back(&mut self, index: usize, relation: Relation, out: &mut FoldOutcome) -> usize {
        let evidence = self.cause.reference(self.claim.source, &self.claim.snippet);
        // Returning to it with other words means those words: the old ones were given up.
        let _ = self
            .reword(index, if relation == Relation::Broader { Relation::Same } else { relation });
        if let Some(old) = self.state.preferences.get_mut(index) {
            self.between = old.superseded_by.clone();
            old.log_odds = old.log_odds.max(0.0);
            weigh(old, self.cause, self.claim.strength, self.config);
            old.support.add(self.claim.source);
            old.cite(evidence.clone());
            old.scope = self.scope.clone();
            old.cluster = self.cluster;
        }
        let reason = "the user came back to it".to_owned();
        reopen(self.state, index, self.cause, reason, Some(evidence), self.config, out);
        index
    }

    /// Takes the new words over when they say more; whether they did.
    fn reword(&mut self, index: usize, relation: Relation) -> bool {
        let (explicit, line) = (self.explicit(), self.line());
        let Some(old) = self.state.preferences.get_mut(index) else { return false };
        let directed = old.support.strongest() == Some(SourceClass::Directive);
        let finer = relation == Relation::Narrower;
        let longer = relation == Relation::Same
            && self.said.words.len() > telling::telling(&old.description).len();
        if directed || old.pinned || !explicit || !(finer || longer) {
            return false;
        }
        old.kind = Claim::Statement { text: line.clone() };
        old.description = line;
        old.content = self.claim.content.clone();
        old.polarity = self.claim.polarity;
        old.language.clone_from(&self.claim.language);
        true
    }

    fn line(&self) -> String {
        let most = penchant_core::limits::MAX_DESCRIPTION_CHARS;
        sanitize::one_line(&self.claim.description, most)
    }

    fn add(&mut self, out: &mut FoldOutcome) -> Option<usize> {
        let index = self.push(Status::Active)?;
        let evidence = self.cause.reference(self.claim.source, &self.claim.snippet);
        let reason = if self.explicit() { "the user said so" } else { "concluded from an event" };
        let kind = RevisionKind::Add;
        record(self.state, index, kind, self.cause, reason.to_owned(), Some(evidence), out);
        Some(index)
    }

    fn push(&mut self, status: Status) -> Option<usize> {
        let line = self.line();
        if line.is_empty() {
            return None;
        }
        let id = next_id(&mut self.state.head)?;
        let valid_to = match &self.scope {
            Scope::ThisTime { until: Some(end), .. } => Some(*end),
            Scope::ThisTime { until: None, .. } => Some(self.cause.at.plus(SESSION_SPAN)),
            Scope::Always | Scope::Context { .. } => None,
        };
        let mut support = Support::default();
        support.add(self.claim.source);
        let log_odds = self.claim.strength.clamp(0.0, super::change::MAX_LOG_ODDS);
        self.state.preferences.push(Preference {
            id,
            kind: Claim::Statement { text: line.clone() },
            description: line,
            polarity: self.claim.polarity,
            scope: self.scope.clone(),
            confidence: probability(log_odds),
            log_odds,
            support,
            origin: if self.explicit() { Origin::Stated } else { Origin::Inferred },
            status,
            pinned: false,
            valid_from: self.cause.at,
            valid_to,
            superseded_by: None,
            sets_aside: None,
            evidence: vec![self.cause.reference(self.claim.source, &self.claim.snippet)],
            version: 0,
            updated_at: self.cause.at,
            language: self.claim.language.clone(),
            cluster: self.cluster,
            context: self.context.clone(),
            content: self.claim.content.clone(),
        });
        Some(self.state.preferences.len() - 1)
    }

    fn quarantine(&mut self, why: String, out: &mut FoldOutcome) {
        let line = self.line();
        let known = |p: &Preference| p.status == Status::Quarantined && p.description == line;
        if self.state.preferences.iter().any(known) {
            return;
        }
        let Some(index) = self.push(Status::Quarantined) else { return };
        let evidence = self.cause.reference(self.claim.source, &self.claim.snippet);
        let kind = RevisionKind::Quarantine;
        record(self.state, index, kind, self.cause, why, Some(evidence), out);
    }

    /// Closes what this statement contradicts or explicitly takes the place of.
    fn supersede(
        &mut self,
        target: usize,
        near: &[Near],
        related: &[Related],
        replaced: &mut Vec<Replaced>,
        out: &mut FoldOutcome,
    ) {
        let ended = ended::by_wish(self.state, self.cause, self.claim, target, near);
        // "Also" puts a second value beside the first; it never lets a wish and its refusal stand.
        let on_top = change::adds(&self.claim.snippet);
        let mut take_over = |own: &mut Self, index: usize, why: Why| {
            own.close_for(index, target, why.sentence(), out);
            // What stays, because a person pinned it, can still be denied.
            let old = own.state.preferences.get(index).filter(|old| old.status != Status::Active);
            replaced.extend(old.map(|old| Replaced::new(old, &own.claim.content)));
        };
        for other in related {
            if let Relation::Opposed(why) = other.relation
                && other.index != target
                && !(on_top && other.said.wanted == self.said.wanted)
            {
                take_over(self, other.index, why);
            }
        }
        if let Some(index) = self.named_as_replaced(target) {
            take_over(self, index, Why::Shift);
        }
        let newer = Newer {
            said: &self.said,
            scope: &self.scope,
            claim: self.claim,
            cluster: self.cluster,
            target,
            near,
            ended: &ended,
        };
        for index in newer.succeeds(self.state, self.cause) {
            take_over(self, index, Why::Shift);
        }
        if let Some(index) = self.displaced(target) {
            take_over(self, index, Why::Shift);
        }
        if let Some(index) = self.came_between(target) {
            take_over(self, index, Why::Shift);
        }
        if !self.claim.replaces.is_empty() {
            replaced.push(Replaced::named(self.claim));
        }
    }

    /// What "back to …" means when its words differ: the nearest wish of this task that another one
    /// had replaced.
    fn given_up(&self) -> Option<usize> {
        if !change::returns(&self.claim.snippet) {
            return None;
        }
        let superseded = |p: &Preference| p.status == Status::Superseded;
        self.nearest_of_task(superseded, SHIFTED, SHIFTED_ANYWHERE)
    }

    /// The active wish of this task that a change of mind takes the place of, though its words
    /// do not name it.
    fn displaced(&self, target: usize) -> Option<usize> {
        if !self.said.wanted || !change::replaces(&self.claim.snippet) {
            return None;
        }
        let (at, kept) = (self.cause.at, target);
        let older = |p: &Preference| {
            p.status == Status::Active && p.polarity == Polarity::Prefer && p.valid_from < at
        };
        let found = self.nearest_of_task(older, SHIFTED, SHIFTED_ANYWHERE);
        found.filter(|index| *index != kept)
    }

    /// The preference nearest in meaning to the claim among those that `fits` and that were said
    /// in the same task, or anywhere if it is nearer still.
    fn nearest_of_task(
        &self,
        fits: impl Fn(&Preference) -> bool,
        least: f32,
        anywhere: f32,
    ) -> Option<usize> {
        let preferences = &self.state.preferences;
        preferences
            .iter()
            .enumerate()
            .filter(|(_, p)| !p.pinned && matches!(p.kind, Claim::Statement { .. }) && fits(p))
            .filter(|(_, p)| !matches!(p.scope, Scope::ThisTime { .. }))
            .map(|(index, p)| {
                let near = p.content.cosine(&self.claim.content);
                let here = self.cluster.is_some() && p.cluster == self.cluster;
                (index, near, if here { least } else { anywhere })
            })
            .filter(|(_, near, least)| near >= least)
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
            .map(|(index, ..)| index)
    }

    /// The active preference that the user's words name as replaced.
    fn named_as_replaced(&self, target: usize) -> Option<usize> {
        let words = telling::telling(&self.claim.replaces);
        if words.is_empty() && self.claim.replaces_content.is_empty() {
            return None;
        }
        let mut best: Option<(f32, usize)> = None;
        for (index, old) in self.state.preferences.iter().enumerate() {
            if index == target || old.status != Status::Active {
                continue;
            }
            let cosine = old.content.cosine(&self.claim.replaces_content);
            if cosine < STRANGERS && !old.content.is_empty() {
                continue;
            }
            let said = Said::of(&old.description, old.polarity, &old.scope);
            let shared = telling::shared(&words, &said.words) as f32 / words.len().max(1) as f32;
            if cosine < REPLACED && shared < 0.5 {
                continue;
            }
            if !compete(&self.scope, &self.said, &old.scope, &said) {
                continue;
            }
            let score = cosine + shared;
            if best.as_ref().is_none_or(|(b, _)| score > *b) {
                best = Some((score, index));
            }
        }
        best.map(|(_, index)| index)
    }

    fn close_for(&mut self, index: usize, target: usize, reason: String, out: &mut FoldOutcome) {
        let successor = self.state.preferences.get(target).map(|p| p.id.clone());
        let Some(old) = self.state.preferences.get_mut(index) else { return };
        let stated = old.support.strongest().is_some_and(SourceClass::explicit);
        if old.status != Status::Active || old.pinned || (stated && !self.claim.source.explicit()) {
            return;
        }
        old.superseded_by = successor;
        let evidence = Some(self.cause.reference(self.claim.source, &self.claim.snippet));
        let kind = RevisionKind::Supersede;
        close(self.state, index, kind, self.cause, reason, evidence, self.config, out);
    }
}

/// A preference that has to do with a statement, and how.
struct Related {
    index: usize,
    relation: Relation,
    cosine: f32,
    said: Said,
}

trait CopiedParts {
    fn copied_parts(self) -> Option<(usize, Relation)>;
}

impl CopiedParts for Option<&Related> {
    fn copied_parts(self) -> Option<(usize, Relation)> {
        self.map(|r| (r.index, r.relation))
    }
}

/// A one-off never lasts, whatever scope was read.
fn once(scope: &Scope, snippet: &str) -> Scope {
    match scope {
        Scope::ThisTime { .. } => scope.clone(),
        _ if says_once(snippet) => Scope::ThisTime { label: String::new(), until: None },
        _ => scope.clone(),
    }
}

fn says_once(snippet: &str) -> bool {
    const CUES: &[&str] = &[
        "just this once",
        "only this once",
        "just for once",
        "this one time",
        "one-off",
        "one off",
    ];
    let lower = snippet.to_lowercase();
    CUES.iter().any(|cue| lower.contains(cue))
}
