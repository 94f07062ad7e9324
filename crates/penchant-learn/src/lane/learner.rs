//! The learner: one lane per assigned partition, until the log closes or shutdown is asked.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use penchant_core::invariants::Violation;
use penchant_core::{Checkpoint, CheckpointDelta, Partition};
use penchant_ports::{
    Delivery, Embedder, Epoch, EventLog, InferrerTally, Lane, PortError, PortErrorKind,
    PreferenceStore,
};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use penchant_telemetry as telemetry;

use super::batch::{Batch, BatchReport, process};
use super::patience::Patience;
use super::read::Readers;
use super::states::States;
use crate::fold::FoldConfig;
use crate::stage_llm::Proposals;

/// Bounds of the learner.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnerConfig {
    /// The fold's bounds and rates.
    pub fold: FoldConfig,
    /// Most records in one commit.
    pub max_batch: usize,
    /// How long a batch may wait to fill. Zero: take what is there.
    pub linger: Duration,
    /// Users whose state is kept between batches, per lane.
    pub cached_users: usize,
    /// First pause after a transient failure; doubles up to `max_backoff`.
    pub min_backoff: Duration,
    /// Longest pause after a transient failure.
    pub max_backoff: Duration,
    /// How long lanes may go on after shutdown was asked.
    pub grace: Duration,
    /// How long a batch waits for a language model, where there is one; what it has not said by
    /// then is learnt without. A lane that falls behind waits less.
    pub patience: Duration,
}

impl Default for LearnerConfig {
    fn default() -> Self {
        Self {
            fold: FoldConfig::default(),
            max_batch: 500,
            linger: Duration::from_millis(2),
            cached_users: 4_096,
            min_backoff: Duration::from_millis(50),
            max_backoff: Duration::from_secs(5),
            grace: Duration::from_secs(10),
            patience: Duration::from_secs(5),
        }
    }
}

/// What the lanes work with.
pub(super) struct Parts {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) store: Arc<dyn PreferenceStore>,
    pub(super) embedder: Arc<dyn Embedder>,
    pub(super) proposals: Option<Arc<dyn Proposals>>,
    pub(super) readers: Readers,
    pub(super) config: LearnerConfig,
    progress: watch::Sender<Checkpoint>,
    doing: Mutex<Doing>,
    messages: AtomicU64,
}

/// What changes while the learner works.
#[derive(Debug, Clone, Default)]
struct Doing {
    trouble: Option<String>,
    lanes: BTreeSet<Partition>,
    restarts: u64,
    batches: u64,
    records: u64,
    commits: Duration,
}

/// How the learner is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnerStatus {
    /// What this process has made durable, per partition.
    pub checkpoint: Checkpoint,
    /// What stands in its way now, for people; `None` when all is well.
    pub trouble: Option<String>,
    /// Users' messages learnt from since it was made.
    pub messages: u64,
    /// What its language model has done since; `None` when it has none.
    pub inferrer: Option<InferrerTally>,
    /// The partitions that this process works on now.
    pub lanes: BTreeSet<Partition>,
    /// How often it started anew after a failure that passes.
    pub restarts: u64,
    /// Batches committed since the process started.
    pub batches: u64,
    /// Records in them.
    pub records: u64,
    /// Time of the store's commits of them, all together.
    pub commits: Duration,
}

impl LearnerStatus {
    /// Calls of the language model per 100 messages; `None` without model or messages.
    #[must_use]
    pub fn calls_per_100_messages(&self) -> Option<f64> {
        let calls = self.inferrer?.calls;
        (self.messages > 0).then(|| 100.0 * calls as f64 / self.messages as f64)
    }
}

/// Consumes the log and keeps the store up to date with it. Clones share one state.
#[derive(Clone)]
pub struct Learner {
    parts: Arc<Parts>,
}

impl std::fmt::Debug for Learner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Learner").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl Learner {
    /// Puts the parts together. Nothing runs yet.
    #[must_use]
    pub fn new(
        log: Arc<dyn EventLog>,
        store: Arc<dyn PreferenceStore>,
        embedder: Arc<dyn Embedder>,
        config: LearnerConfig,
    ) -> Self {
        Self::with_proposals(log, store, embedder, None, config)
    }

    /// The same with a third stage of reading: [`crate::stage_llm::Calls`] to ask a language
    /// model, [`crate::stage_llm::Recorded`] to rebuild what was learnt with one.
    #[must_use]
    pub fn with_proposals(
        log: Arc<dyn EventLog>,
        store: Arc<dyn PreferenceStore>,
        embedder: Arc<dyn Embedder>,
        proposals: Option<Arc<dyn Proposals>>,
        config: LearnerConfig,
    ) -> Self {
        let progress = watch::channel(Checkpoint::default()).0;
        let parts = Parts {
            log,
            store,
            embedder,
            proposals,
            readers: Readers::default(),
            config,
            progress,
            doing: Mutex::default(),
            messages: AtomicU64::new(0),
        };
        Self { parts: Arc::new(parts) }
    }

    /// A view of what has been made durable, for those who wait for it.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Checkpoint> {
        self.parts.progress.subscribe()
    }

    /// How it is doing.
    #[must_use]
    pub fn status(&self) -> LearnerStatus {
        let Doing { trouble, lanes, restarts, batches, records, commits } =
            self.parts.doing().clone();
        LearnerStatus {
            checkpoint: self.parts.progress.borrow().clone(),
            trouble,
            messages: self.parts.messages.load(Ordering::Relaxed),
            inferrer: self.parts.proposals.as_ref().and_then(|proposals| proposals.tally()),
            lanes,
            restarts,
            batches,
            records,
            commits,
        }
    }

    /// Notes that whoever runs it will run it again.
    pub fn restarting(&self) {
        self.parts.doing().restarts += 1;
    }

    /// Works until `shutdown`, or until the log closes. On shutdown intake stops at once; lanes
    /// finish what they hold within the grace period, and what they do not finish is delivered
    /// again to whoever comes next. It may be run again once it has ended; it then goes on from the
    /// store's checkpoint.
    ///
    /// # Errors
    /// [`PortError`] when the log cannot be consumed, or a lane met something that does not pass
    /// while it waits. Of these, running it again may help with those that are transient, and with
    /// `Fenced`: another writer, or another generation of the store, took over a partition that is
    /// still assigned to this process. The rest is for a person to resolve.
    pub async fn run(&self, shutdown: CancellationToken) -> Result<(), PortError> {
        let outcome = self.work(shutdown).await;
        if let Err(error) = &outcome {
            if let Some(Violation { invariant, seen }) = error.violation() {
                telemetry::InvariantViolated { invariant: *invariant, seen }.emit();
            }
            self.parts.doing().trouble = Some(format!("cannot go on: {error}"));
        }
        outcome
    }

    async fn work(&self, shutdown: CancellationToken) -> Result<(), PortError> {
        let parts = &self.parts;
        let stored = parts.retry("read the checkpoint", &shutdown, || parts.store.checkpoint());
        let Some(from) = stored.await? else { return Ok(()) };
        parts.progress.send_replace(from.clone());
        let mut consumer = parts.log.consume(from).await?;
        let abandon = CancellationToken::new();
        let mut lanes = JoinSet::new();
        let outcome = loop {
            tokio::select! {
                () = shutdown.cancelled() => break Ok(()),
                lane = consumer.next_lane() => match lane {
                    Ok(Some(lane)) => {
                        lanes.spawn(run_lane(Arc::clone(parts), lane, abandon.clone()));
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                },
                Some(ended) = lanes.join_next(), if !lanes.is_empty() => {
                    if let Err(error) = flatten(ended) {
                        break Err(error);
                    }
                }
            }
        };
        consumer.close().await;
        let mut first = outcome;
        let drained = async {
            while let Some(ended) = lanes.join_next().await {
                let ended = flatten(ended);
                if first.is_ok() {
                    first = ended;
                }
            }
        };
        if tokio::time::timeout(parts.config.grace, drained).await.is_err() {
            tracing::warn!("lanes did not finish in time; what is left will be delivered again");
            abandon.cancel();
        }
        first
    }
}

fn flatten(ended: Result<Result<(), PortError>, tokio::task::JoinError>) -> Result<(), PortError> {
    ended.unwrap_or_else(|panic| {
        Err(PortError::new(PortErrorKind::Invariant, "a lane stopped unexpectedly")
            .caused_by(panic))
    })
}

impl Parts {
    fn doing(&self) -> MutexGuard<'_, Doing> {
        // Every change under the lock is whole.
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, report: &BatchReport) {
        let mut doing = self.doing();
        doing.trouble = None;
        doing.batches += 1;
        doing.records += report.records as u64;
        doing.commits += report.commit;
    }

    fn count(&self, messages: usize) {
        let before = self.messages.fetch_add(messages as u64, Ordering::Relaxed);
        if let Some(tally) = self.proposals.as_ref().and_then(|proposals| proposals.tally()) {
            let messages = before + messages as u64;
            telemetry::ModelUse { calls: tally.calls, messages }.emit();
        }
    }

    /// Repeats `work` while it fails transiently; `None` when `stop` came first.
    async fn retry<T, F, Fut>(
        &self,
        what: &str,
        stop: &CancellationToken,
        mut work: F,
    ) -> Result<Option<T>, PortError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, PortError>>,
    {
        let mut pause = self.config.min_backoff;
        loop {
            match work().await {
                Ok(value) => {
                    self.doing().trouble = None;
                    return Ok(Some(value));
                }
                Err(error) if error.transient() => {
                    tracing::warn!(%error, "cannot {what} yet");
                    self.doing().trouble = Some(format!("cannot {what}: {error}"));
                    let pause_now = error.retry_after.unwrap_or(pause);
                    tokio::select! {
                        () = stop.cancelled() => return Ok(None),
                        () = rest(pause_now) => {}
                    }
                    pause = (pause * 2).min(self.config.max_backoff);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// A lane that is open; says that it closed however it ends.
struct Opened<'a> {
    parts: &'a Parts,
    partition: Partition,
    reason: &'static str,
}

impl<'a> Opened<'a> {
    fn new(parts: &'a Parts, partition: Partition, epoch: u64, next_offset: u64) -> Self {
        telemetry::LaneOpened { partition, epoch, next_offset }.emit();
        parts.doing().lanes.insert(partition);
        Self { parts, partition, reason: "abandoned" }
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.parts.doing().lanes.remove(&self.partition);
        telemetry::LaneClosed { partition: self.partition, reason: self.reason }.emit();
    }
}

async fn run_lane(
    parts: Arc<Parts>,
    mut lane: Lane,
    abandon: CancellationToken,
) -> Result<(), PortError> {
    let partition = lane.partition;
    let taken = parts.retry("take over the partition", &abandon, || take_over(&parts, &lane));
    let Some(Some((epoch, next_offset))) = taken.await? else { return Ok(()) };
    let mut opened = Opened::new(&parts, partition, epoch, next_offset);
    let outcome = work_lane(&parts, &mut lane, epoch, next_offset, &abandon).await;
    let revoked = lane.fence.cancelled();
    opened.reason = match &outcome {
        Ok(()) if revoked => "revoked",
        Ok(()) => "shutdown",
        Err(error) if error.kind == PortErrorKind::Fenced => "fenced",
        Err(_) => "failed",
    };
    match outcome {
        // Its new owner was faster than the news; nothing of this batch was written.
        Err(error) if revoked && error.kind == PortErrorKind::Fenced => Ok(()),
        outcome => outcome,
    }
}

/// The epoch, and the offset to read next; `None` when the partition was revoked already: taking
/// it over then would only fence its new owner.
async fn take_over(parts: &Parts, lane: &Lane) -> Result<Option<(Epoch, u64)>, PortError> {
    if lane.fence.cancelled() {
        return Ok(None);
    }
    let epoch = parts.store.fence(lane.partition).await?;
    let checkpoint = parts.store.checkpoint().await?;
    Ok(Some((epoch, checkpoint.next_offset(lane.partition))))
}

async fn work_lane(
    parts: &Parts,
    lane: &mut Lane,
    epoch: u64,
    next_offset: u64,
    abandon: &CancellationToken,
) -> Result<(), PortError> {
    let partition = lane.partition;
    let mut states = States::new(parts.config.cached_users);
    let mut patience = Patience::new(parts.config.patience);
    let mut contiguous = false;
    while let Some(mut batch) = collect(&parts.config, lane).await {
        pass_over(parts, lane, next_offset, &mut batch);
        if !contiguous {
            let whole = parts.retry("look what comes before the lane", abandon, || {
                nothing_skipped(parts, partition, next_offset, &batch)
            });
            match whole.await? {
                // A lane that would skip is opened anew; a wait would not change where it began.
                Some(true) => contiguous = true,
                Some(false) => return Err(begins_late(partition, next_offset)),
                None => return Ok(()),
            }
        }
        match commit_batch(parts, lane, epoch, &batch, &mut states, &mut patience, abandon).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) if error.kind == PortErrorKind::Fenced => {
                tracing::info!(%partition, "partition was taken over; batch dropped");
                return Err(error);
            }
            Err(error) => {
                tracing::error!(%partition, %error, "lane halted: a person has to look");
                parts.doing().trouble = Some(format!("partition {partition} halted: {error}"));
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Takes out of a batch what the store reflects already: the last owner of the partition came
/// further than the group knows. A commit of it would move the checkpoint back (INV-3).
fn pass_over(parts: &Parts, lane: &Lane, next_offset: u64, batch: &mut Vec<Delivery>) {
    let delivered = batch.len();
    batch.retain(|delivery| delivery.position.offset >= next_offset);
    let passed = delivered - batch.len();
    if passed > 0 {
        (0..passed).for_each(|_| telemetry::DuplicateSkipped.emit());
        publish(parts, lane, next_offset);
    }
}

/// Whether a lane's first batch joins what the store reflects. A log may begin a lane later than
/// the store's checkpoint, on the word of another member of the group that wrote another
/// generation of the store. Offsets have gaps, so the log is asked what is there.
async fn nothing_skipped(
    parts: &Parts,
    partition: Partition,
    next_offset: u64,
    batch: &[Delivery],
) -> Result<bool, PortError> {
    let Some(first) = batch.first().filter(|first| first.position.offset > next_offset) else {
        return Ok(true);
    };
    let between = parts.log.read(partition, next_offset, 1).await?;
    Ok(between.first().is_none_or(|found| found.position.offset >= first.position.offset))
}

fn begins_late(partition: Partition, next_offset: u64) -> PortError {
    PortError::new(
        PortErrorKind::Stale,
        format!(
            "the lane of partition {partition} begins after records, from offset {next_offset} on, \
             that have not taken effect in this generation of the store"
        ),
    )
}

/// Commits one batch, however often it takes; `false` when it was given up because the partition
/// was revoked or time ran out.
async fn commit_batch(
    parts: &Parts,
    lane: &Lane,
    epoch: u64,
    batch: &[Delivery],
    states: &mut States,
    patience: &mut Patience,
    abandon: &CancellationToken,
) -> Result<bool, PortError> {
    let Some(last) = batch.last() else { return Ok(true) };
    let started = std::time::Instant::now();
    let mut pause = parts.config.min_backoff;
    let full = batch.len() >= parts.config.max_batch;
    let mut batch =
        Batch { lane, epoch, deliveries: batch, patience: patience.now(), answers: None };
    loop {
        if lane.fence.cancelled() {
            return Ok(false);
        }
        match process(parts, &mut batch, states).await {
            Ok(report) => {
                parts.note(&report);
                publish(parts, lane, last.position.next_offset());
                let late = batch.answers.as_ref().is_some_and(|answers| answers.late > 0);
                patience.learn(full || late);
                parts.count(report.messages);
                telemetry::BatchCommitted {
                    partition: lane.partition,
                    events: report.records as u64,
                    users: report.users as u64,
                    seconds: started.elapsed().as_secs_f64(),
                }
                .emit();
                return Ok(true);
            }
            Err(error) if error.transient() => {
                tracing::warn!(partition = %lane.partition, %error, "batch not committed; will be redone");
                parts.doing().trouble = Some(format!("cannot commit: {error}"));
                let pause_now = error.retry_after.unwrap_or(pause);
                tokio::select! {
                    () = abandon.cancelled() => return Ok(false),
                    () = rest(pause_now) => {}
                }
                pause = (pause * 2).min(parts.config.max_backoff);
            }
            Err(error) => return Err(error),
        }
    }
}

fn publish(parts: &Parts, lane: &Lane, next_offset: u64) {
    parts.progress.send_modify(|checkpoint| {
        let step = CheckpointDelta { partition: lane.partition, next_offset };
        if let Err(regression) = checkpoint.advance(step) {
            // After a partition came back its records may be seen again; the store has the truth.
            tracing::debug!(%regression, "progress not published");
        }
    });
    // The receiver is gone when the log was closed; the checkpoint is in the store all the same.
    lane.progress.send(next_offset).ok();
}

/// A pause. None at all lets others run: a timer would round it up to a millisecond, and make
/// a simulation depend on the machine.
async fn rest(pause: Duration) {
    if pause.is_zero() {
        tokio::task::yield_now().await;
    } else {
        tokio::time::sleep(pause).await;
    }
}

/// The next batch: at least one record, at most `max_batch`, waiting at most `linger` to fill.
async fn collect(config: &LearnerConfig, lane: &mut Lane) -> Option<Vec<Delivery>> {
    let mut batch = Vec::new();
    if lane.deliveries.recv_many(&mut batch, config.max_batch).await == 0 {
        return None;
    }
    let until = tokio::time::Instant::now() + config.linger;
    while batch.len() < config.max_batch && !(config.linger.is_zero() && lane.deliveries.is_empty())
    {
        let room = config.max_batch - batch.len();
        match tokio::time::timeout_at(until, lane.deliveries.recv_many(&mut batch, room)).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
    }
    Some(batch)
}
