//! The learner: the log's consumer, the store's only writer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use penchant_learn::fold::FoldConfig;
use penchant_learn::lane::{Learner, LearnerConfig};
use penchant_learn::stage_llm::{Calls, Proposals, SIDE_BY_SIDE, StageConfig};
use penchant_ports::{PortError, PortErrorKind, PreferenceStore};
use penchant_telemetry::{LagObserved, LearnerRestarted};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::parts::Parts;

/// Puts a learner together that asks the configured language model, if there is one.
#[must_use]
pub fn build(parts: &Parts, config: &Config) -> Learner {
    let proposals = parts.model.as_ref().map(|model| -> Arc<dyn Proposals> {
        let inferrer = Arc::clone(&model.inferrer);
        Arc::new(Calls::new(inferrer, SIDE_BY_SIDE, StageConfig::default()))
    });
    over(parts, config, Arc::clone(&parts.store), proposals)
}

/// Puts a learner together over another store and source of proposals. A rebuild takes them from
/// what it replaces: [`penchant_learn::stage_llm::Recorded`].
#[must_use]
pub fn over(
    parts: &Parts,
    config: &Config,
    store: Arc<dyn PreferenceStore>,
    proposals: Option<Arc<dyn Proposals>>,
) -> Learner {
    let fold = FoldConfig {
        max_live: config.memory.max_live,
        inferred_half_life: config.memory.inferred_half_life.0,
        stated_half_life: config.memory.stated_half_life.0,
        ..FoldConfig::default()
    };
    let settings = LearnerConfig {
        fold,
        max_batch: config.learner.max_batch,
        linger: config.learner.linger.0,
        cached_users: config.learner.cached_users,
        grace: config.server.grace.0,
        patience: config.llm.patience.0,
        ..LearnerConfig::default()
    };
    Learner::with_proposals(
        Arc::clone(&parts.log),
        store,
        Arc::clone(&parts.embedder),
        proposals,
        settings,
    )
}

/// First pause before a restart; doubles up to [`MAX_PAUSE`].
const MIN_PAUSE: Duration = Duration::from_millis(200);
/// Longest pause before a restart.
const MAX_PAUSE: Duration = Duration::from_secs(15);
/// A learner that has worked this long starts with the shortest pause again.
const STEADY: Duration = Duration::from_secs(60);
/// How long a log may take to let an ended learner's consumers go.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is looked how far behind the log's end this process is, and whether the store is
/// still the one that it writes.
const LOOK: Duration = Duration::from_millis(if cfg!(test) { 100 } else { 5_000 });

/// Learns until told to stop. What passes by itself (a log that is away, a partition that another
/// writer or another generation of the store took over) starts the learner anew, from the store's
/// checkpoint as it is then.
///
/// # Errors
/// What only a person can resolve.
pub async fn run(learner: Learner, parts: Parts, stop: CancellationToken) -> Result<()> {
    let watch = watch_lag(&learner, &parts);
    tokio::select! {
        outcome = supervise(&learner, &parts, &stop) => outcome,
        () = watch => Ok(()),
    }
}

async fn supervise(learner: &Learner, parts: &Parts, stop: &CancellationToken) -> Result<()> {
    let mut pause = MIN_PAUSE;
    loop {
        let started = Instant::now();
        let outcome = run_on_one_generation(learner, parts, stop).await;
        // Before anything else joins: what this one held must not be seen twice.
        parts.settle(PATIENCE).await;
        if stop.is_cancelled() {
            return match outcome {
                // What is left is on the log and will be delivered again, like what did not fit
                // into the grace period.
                Err(error) if passes(&error) => {
                    tracing::info!(%error, "stopped with work left, which will be delivered again");
                    Ok(())
                }
                outcome => outcome.context("the learner stopped"),
            };
        }
        let error = match outcome {
            Ok(()) => anyhow::bail!("the log closed under the learner"),
            Err(error) if passes(&error) => error,
            Err(error) => return Err(error).context("the learner stopped"),
        };
        if started.elapsed() >= STEADY {
            pause = MIN_PAUSE;
        }
        let wait = error.retry_after.unwrap_or(pause).min(MAX_PAUSE);
        let reason = reason(error.kind);
        LearnerRestarted { reason, error: &error, seconds: wait.as_secs_f64() }.emit();
        learner.restarting();
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
        pause = (pause * 2).min(MAX_PAUSE);
    }
}

/// Runs the learner until it ends, or until another generation of the store serves. Its next commit
/// would be refused then; but a partition on which nothing happens has no next commit, and what was
/// learnt there into the other generation would be missing until something does.
async fn run_on_one_generation(
    learner: &Learner,
    parts: &Parts,
    stop: &CancellationToken,
) -> Result<(), PortError> {
    let once = stop.child_token();
    let running = learner.run(once.clone());
    tokio::pin!(running);
    let error = tokio::select! {
        outcome = &mut running => return outcome,
        error = generation_changed(learner, parts) => error,
    };
    once.cancel();
    match running.await {
        Ok(()) if !stop.is_cancelled() => Err(error),
        outcome => outcome,
    }
}

/// Ends once the store reflects less than this process has made durable: then it is another one.
async fn generation_changed(learner: &Learner, parts: &Parts) -> PortError {
    loop {
        tokio::time::sleep(LOOK).await;
        // Asked before the store: what was durable then is there now.
        let status = learner.status();
        if status.lanes.is_empty() {
            continue;
        }
        // A store that cannot be asked is the lanes' business.
        let Ok(stored) = parts.store.checkpoint().await else { continue };
        let learnt = |partition| status.checkpoint.next_offset(partition);
        if status.lanes.iter().any(|lane| stored.next_offset(*lane) < learnt(*lane)) {
            return PortError::new(
                PortErrorKind::Fenced,
                "another generation of the store serves, which has not come as far",
            );
        }
    }
}

/// Whether a learner that starts anew may succeed.
fn passes(error: &PortError) -> bool {
    error.transient() || error.kind == PortErrorKind::Fenced
}

/// A short name of what ended a learner.
const fn reason(kind: PortErrorKind) -> &'static str {
    match kind {
        PortErrorKind::Unavailable => "unavailable",
        PortErrorKind::Fenced => "fenced",
        PortErrorKind::Stale => "stale",
        PortErrorKind::Invariant
        | PortErrorKind::Invalid
        | PortErrorKind::NotFound
        | PortErrorKind::Corrupt => "other",
    }
}

/// Tells how far behind the log's end the partitions are that this process works on.
async fn watch_lag(learner: &Learner, parts: &Parts) {
    loop {
        let lanes = learner.status().lanes;
        if !lanes.is_empty() {
            match parts.log.ends().await {
                Ok(ends) => {
                    let checkpoint = learner.status().checkpoint;
                    for partition in lanes {
                        let end = ends.get(&partition).copied().unwrap_or(0);
                        let records = end.saturating_sub(checkpoint.next_offset(partition));
                        LagObserved { partition, records }.emit();
                    }
                }
                // Said by the learner itself and by the status; here it is only not known.
                Err(error) => tracing::debug!(%error, "lag is not known"),
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests;
