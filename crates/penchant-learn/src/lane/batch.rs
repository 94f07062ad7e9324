//! One batch: load, read, fold, commit.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use penchant_core::event::Role;
use penchant_core::invariants::{Invariant, Violation};
use penchant_core::limits::MAX_CLOCK_SKEW_SECS;
use penchant_core::{
    CheckpointDelta, Event, EventBody, Position, Preference, PreferenceId, Revision, RevisionKind,
    Timestamp, UserCommit, UserKey, UserState,
};
use penchant_ports::{CommitBatch, Delivery, Epoch, EventLog, Lane, Payload, PortError};

use super::learner::Parts;
use super::propose::{amend_all, propose};
use super::read::{Read, read_batch};
use super::states::States;
use crate::fold::{self, Cause, FoldConfig, FoldOutcome};
use crate::reading::Reading;
use crate::stage_llm::{Answers, attribute};
use penchant_telemetry as telemetry;

/// What a committed batch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchReport {
    /// Records in it.
    pub records: usize,
    /// Users whose memory changed.
    pub users: usize,
    /// Revisions made.
    pub revisions: usize,
    /// Events that had taken effect before.
    pub repeated: usize,
    /// Messages of users in it.
    pub messages: usize,
    /// Time of the store's commit.
    pub commit: Duration,
}

/// A batch on its way to its commit, however often it takes.
pub(super) struct Batch<'a> {
    pub(super) lane: &'a Lane,
    pub(super) epoch: Epoch,
    pub(super) deliveries: &'a [Delivery],
    /// How long the language model is waited for.
    pub(super) patience: Duration,
    /// What was proposed, once it was asked for. A batch that is redone asks nobody again.
    pub(super) answers: Option<Answers>,
}

/// A user's memory while a batch is folded into it.
struct Working {
    state: UserState,
    base_revision: u64,
    touched: bool,
    changed: HashMap<PreferenceId, Preference>,
    revisions: Vec<Revision>,
    erase: bool,
}

impl Working {
    fn new(state: UserState) -> Self {
        Self {
            base_revision: state.head.revision,
            state,
            touched: false,
            changed: HashMap::new(),
            revisions: Vec::new(),
            erase: false,
        }
    }

    fn absorb(&mut self, outcome: FoldOutcome) {
        if outcome.erase {
            self.erase = true;
            self.changed.clear();
            self.revisions.clear();
        }
        self.changed.extend(outcome.changed);
        self.revisions.extend(outcome.revisions);
    }
}

/// Processes one batch of one partition and commits it. On any error nothing of it may be
/// assumed; the caller decides whether to do it again.
pub(super) async fn process(
    parts: &Parts,
    batch: &mut Batch<'_>,
    states: &mut States,
) -> Result<BatchReport, PortError> {
    let (partition, epoch, deliveries) = (batch.lane.partition, batch.epoch, batch.deliveries);
    let Some(last) = deliveries.last() else { return Ok(BatchReport::default()) };
    let mut lap = lap();
    let mut timed = telemetry::BatchTimed::default();
    let users = users_of(deliveries);
    let loaded = states.take(&users, &*parts.store).await?;
    timed.load = lap();
    let mut reads = read_batch(deliveries, &loaded, &parts.readers, &*parts.embedder).await?;
    timed.read = lap();
    let mut report = BatchReport { records: deliveries.len(), ..BatchReport::default() };
    if let Some(proposals) = &parts.proposals {
        let answers = match batch.answers.take() {
            Some(answers) => answers,
            None => {
                let fence = &batch.lane.fence;
                propose(&**proposals, &reads, &loaded, fence, batch.patience).await?
            }
        };
        amend_all(&mut reads, batch.answers.insert(answers), &*parts.embedder).await?;
        timed.propose = lap();
    }

    let mut amended = 0;
    let mut working: HashMap<UserKey, Working> =
        loaded.into_iter().map(|(user, state)| (user, Working::new(state))).collect();
    for read in &mut reads {
        let Some(work) = working.get_mut(&read.event.user) else { continue };
        if work.state.head.checkpoint.reflects(read.delivery.position) {
            report.repeated += 1;
            continue;
        }
        let resent = work.state.head.recent.contains(&read.event.id);
        report.repeated += usize::from(resent);
        if matches!(read.event.body, EventBody::Erase)
            && !resent
            && fold::mark_of_erasure(work.state.head.erased, &cause_of(read)).is_some()
        {
            // A resend takes nothing from the log, nor does an erasure that comes late: it would
            // take what the user did since, which the memory keeps. Before the commit: were the
            // process to die in between, the erasure's own record would be delivered again and
            // both would be repeated.
            erase_content(&*parts.log, read.event, read.delivery.position).await?;
        }
        amended += usize::from(fold_one(parts, read, work)?);
    }

    let mut commits = Vec::new();
    let mut after = HashMap::new();
    let mut happened = Happened { amended, ..Happened::default() };
    for (user, mut work) in working {
        if work.touched {
            work.state.head.epoch = epoch;
            work.state.head.revision = work.base_revision + 1;
            happened.note(&work);
            let mut preferences: Vec<Preference> = work.changed.into_values().collect();
            preferences.sort_by(|a, b| a.id.cmp(&b.id));
            report.users += 1;
            report.revisions += work.revisions.len();
            commits.push(UserCommit {
                user: user.clone(),
                base_revision: work.base_revision,
                head: work.state.head.clone(),
                preferences,
                revisions: work.revisions,
                erase: work.erase,
            });
        }
        after.insert(user, work.state);
    }
    commits.sort_by(|a, b| a.user.cmp(&b.user));
    let checkpoint = CheckpointDelta { partition, next_offset: last.position.next_offset() };
    timed.fold = lap();
    parts.store.commit(CommitBatch { epoch, checkpoint, users: commits }).await?;
    timed.commit = lap();
    report.commit = timed.commit;
    states.keep(after);
    report.messages = happened.emit(&reads, report.repeated, batch.answers.as_ref());
    timed.emit();
    Ok(report)
}

/// A stopwatch: each call answers the time since the one before.
fn lap() -> impl FnMut() -> Duration {
    let mut since = Instant::now();
    move || {
        let before = std::mem::replace(&mut since, Instant::now());
        since.duration_since(before)
    }
}

/// What is told to operators once a batch is durable, and not before: a batch that is redone
/// must not count twice.
#[derive(Default)]
struct Happened {
    revisions: Vec<RevisionKind>,
    erased: usize,
    amended: usize,
}

impl Happened {
    fn note(&mut self, work: &Working) {
        self.revisions.extend(work.revisions.iter().map(|revision| revision.kind));
        self.erased += usize::from(work.erase);
    }

    /// Answers the number of users' messages.
    fn emit(self, reads: &[Read<'_>], repeated: usize, answers: Option<&Answers>) -> usize {
        let messages = reads
            .iter()
            .filter(
                |read| matches!(&read.event.body, EventBody::Message(m) if m.role == Role::User),
            )
            .count();
        if messages > 0 {
            telemetry::MessagesRead { count: messages as u64 }.emit();
        }
        for claim in reads.iter().flat_map(|read| &read.reading.claims) {
            if let Some(reason) = &claim.quarantine {
                telemetry::Quarantined { reason }.emit();
            }
        }
        self.revisions.into_iter().for_each(|kind| telemetry::RevisionMade { kind }.emit());
        (0..self.erased).for_each(|_| telemetry::UserErased.emit());
        (0..repeated).for_each(|_| telemetry::DuplicateSkipped.emit());
        if let Some(answers) = answers.filter(|answers| answers.asked > 0) {
            let count = |events: usize| events as u64;
            let (amended, late, unanswered) =
                (count(self.amended), count(answers.late), count(answers.unanswered));
            let kept = count(answers.asked).saturating_sub(amended + late + unanswered);
            telemetry::EventsProposedFor { amended, kept, late, unanswered }.emit();
        }
        messages
    }
}

fn users_of(deliveries: &[Delivery]) -> Vec<UserKey> {
    let mut users: Vec<UserKey> = deliveries
        .iter()
        .filter_map(|delivery| match &delivery.payload {
            Payload::Event(event) => Some(event.user.clone()),
            Payload::DeadLetter(_) | Payload::Erased => None,
        })
        .collect();
    users.sort();
    users.dedup();
    users
}

async fn erase_content(
    log: &dyn EventLog,
    event: &Event,
    position: Position,
) -> Result<(), PortError> {
    match position.offset.checked_sub(1) {
        Some(offset) => log.erase(&event.user, Position { offset, ..position }).await,
        None => Ok(()),
    }
}

/// Folds one event; answers whether a language model had a part in it.
fn fold_one(parts: &Parts, read: &mut Read<'_>, work: &mut Working) -> Result<bool, PortError> {
    let position = read.delivery.position;
    let cause = cause_of(read);
    let proposed = read.amended.take().and_then(|reading| {
        let outcome = fold_recorded(&mut work.state, &cause, &reading, &parts.config.fold)?;
        read.reading = reading;
        Some(outcome)
    });
    let amended = proposed.is_some();
    let outcome = proposed
        .unwrap_or_else(|| fold::apply(&mut work.state, &cause, &read.reading, &parts.config.fold));
    work.absorb(outcome);
    work.touched = true;
    let step =
        CheckpointDelta { partition: position.partition, next_offset: position.next_offset() };
    work.state.head.checkpoint.advance(step).map_err(|regression| {
        PortError::breaking(Violation {
            invariant: Invariant::CheckpointsNeverRegress,
            seen: regression.to_string(),
        })
    })?;
    Ok(amended)
}

/// Folds a reading that a language model had a part in. `None`, and the state as it was, when no
/// revision came of it that could record the proposal: it would be an effect that no replay
/// reproduces (INV-1).
fn fold_recorded(
    state: &mut UserState,
    cause: &Cause<'_>,
    reading: &Reading,
    config: &FoldConfig,
) -> Option<FoldOutcome> {
    let before = state.clone();
    let mut outcome = fold::apply(state, cause, reading, config);
    attribute(&mut outcome, state, reading);
    if outcome.revisions.iter().any(|revision| revision.proposal.is_some()) {
        return Some(outcome);
    }
    *state = before;
    None
}

fn cause_of<'a>(read: &Read<'a>) -> Cause<'a> {
    let at = event_time(read.event, read.delivery.logged_at);
    Cause { event: read.event, position: read.delivery.position, at }
}

/// Event time: as given when imported, else within 24 hours of log time, because clients' clocks
/// are not to be trusted with the order of a user's wishes.
#[must_use]
pub fn event_time(event: &Event, logged_at: Timestamp) -> Timestamp {
    if event.imported {
        event.occurred_at
    } else {
        event.occurred_at.clamped(logged_at, Duration::from_secs(MAX_CLOCK_SKEW_SECS))
    }
}
