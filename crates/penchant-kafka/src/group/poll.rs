//! The poll thread.

use std::time::{Duration, Instant};

use penchant_core::Partition;
use penchant_ports::{PortError, PortErrorKind};
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use tokio_util::sync::CancellationToken;

use super::context::{GroupConsumer, halted};
use crate::record::Record;

/// How long one poll waits; the bound on how late a report of the learner is seen.
const POLL: Duration = Duration::from_millis(20);
/// Records taken before lanes are looked after again.
const BURST: usize = 128;

/// Polls until closed, then lets the lanes drain, commits, and leaves the group.
pub(super) fn run(consumer: GroupConsumer, close: &CancellationToken, drain: Duration) {
    let mut deadline = None;
    loop {
        if let Err(error) = burst(&consumer) {
            fail(&consumer, error);
            break;
        }
        // Bound first: a guard in the condition would live through the block.
        let failed = consumer.context().state().failed.take();
        if let Some(error) = failed {
            fail(&consumer, error);
            break;
        }
        tend(&consumer);
        if close.is_cancelled() {
            let until = *deadline.get_or_insert_with(|| {
                stop_intake(&consumer);
                Instant::now() + drain
            });
            let drained = consumer.context().state().assigned.values().all(|lane| lane.released);
            if drained || Instant::now() >= until {
                break;
            }
        }
    }
    leave(consumer);
}

/// Takes the records that are there.
fn burst(consumer: &GroupConsumer) -> Result<(), PortError> {
    for n in 0..BURST {
        // Only the first one is waited for: lanes want to be looked after.
        match consumer.poll(if n == 0 { POLL } else { Duration::ZERO }) {
            None => return Ok(()),
            Some(Ok(message)) => {
                let record = Record::copy(&message);
                let mut state = consumer.context().state();
                let partition = record.position.partition;
                // Of a partition without a lane: nothing of it is read or stored any more.
                let Some(lane) = state.assigned.get_mut(&partition) else { continue };
                lane.push(record);
                if lane.full() {
                    lane.paused = true;
                    drop(state);
                    pause(consumer, &[partition])?;
                }
            }
            Some(Err(failure)) => judge(failure)?,
        }
    }
    Ok(())
}

/// Goes on from what passes by itself, halts on what would skip records.
fn judge(failure: KafkaError) -> Result<(), PortError> {
    match &failure {
        KafkaError::PartitionEOF(_) => Ok(()),
        KafkaError::MessageConsumptionFatal(_) => Err(halted(failure)),
        KafkaError::MessageConsumption(code) => match code {
            // An offset out of range, a record that cannot be read or whose compression is not
            // built in, a right that is missing. A topic that is gone is waited for: should it
            // come back, its offsets are checked then.
            Code::AutoOffsetReset
            | Code::OffsetOutOfRange
            | Code::LogTruncation
            | Code::BadMessage
            | Code::BadCompression
            | Code::InvalidMessage
            | Code::NotImplemented
            | Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::Fatal
            | Code::Fenced
            | Code::FencedInstanceId => Err(halted(failure)),
            Code::PollExceeded => {
                tracing::error!("the poll thread was away too long; the group went on without it");
                Ok(())
            }
            _ => {
                tracing::warn!(error = %failure, "consuming goes on after trouble");
                Ok(())
            }
        },
        _ => {
            tracing::warn!(error = %failure, "consuming goes on after trouble");
            Ok(())
        }
    }
}

fn pause(consumer: &GroupConsumer, partitions: &[Partition]) -> Result<(), PortError> {
    tracing::debug!(?partitions, "lanes are full");
    consumer
        .pause(&consumer.context().names(partitions))
        .map_err(|e| crate::error::ask("pause partitions", e))
}

/// Stores what became durable; resumes lanes that have room again.
fn tend(consumer: &GroupConsumer) {
    let group = consumer.context();
    let mut state = group.state();
    let mut store = Vec::new();
    let mut resume = Vec::new();
    for (partition, lane) in &mut state.assigned {
        store.extend(lane.take_reports().map(|next| (*partition, next)));
        if lane.has_room() {
            lane.paused = false;
            resume.push(*partition);
        }
    }
    drop(state);
    if !store.is_empty() {
        // Stored for the next automatic commit. `_STATE` means that a partition is no longer
        // ours; its revocation is on the way.
        if let Err(error) = group.list(store).and_then(|list| consumer.store_offsets(&list)) {
            tracing::warn!(%error, "offsets were not stored");
        }
    }
    if !resume.is_empty() {
        tracing::debug!(partitions = ?resume, "lanes have room again");
        if let Err(error) = consumer.resume(&group.names(&resume)) {
            tracing::error!(%error, "lanes were not resumed; they are tried again");
            let mut state = group.state();
            for partition in &resume {
                if let Some(lane) = state.assigned.get_mut(partition) {
                    lane.paused = true;
                }
            }
        }
    }
}

/// Closes the lanes after what they hold, and fetches nothing more.
fn stop_intake(consumer: &GroupConsumer) {
    let mut state = consumer.context().state();
    state.closing = true;
    let partitions: Vec<Partition> = state.assigned.keys().copied().collect();
    for lane in state.assigned.values_mut() {
        lane.close();
        lane.paused = true;
    }
    drop(state);
    if let Err(error) = pause(consumer, &partitions) {
        tracing::debug!(%error, "partitions were not paused on close");
    }
}

/// Ends every right to write and tells the owner why.
fn fail(consumer: &GroupConsumer, error: PortError) {
    let group = consumer.context();
    tracing::error!(%error, "consuming halted");
    let mut state = group.state();
    state.closing = true;
    for lane in state.assigned.values() {
        lane.fence.cancel();
        lane.close();
    }
    group.lanes.send(Err(error)).ok();
}

/// Commits what is durable and leaves the group at once, so that others need not wait for the
/// session to end.
fn leave(consumer: GroupConsumer) {
    tend(&consumer);
    for lane in consumer.context().state().assigned.values() {
        // The learner is done, or its time is over.
        lane.fence.cancel();
    }
    match consumer.commit_consumer_state(CommitMode::Sync) {
        Ok(()) | Err(KafkaError::ConsumerCommit(Code::NoOffset)) => {}
        Err(error) => tracing::warn!(%error, "the last offsets were not committed"),
    }
    // Closes the consumer: its partitions are revoked here, on this thread.
    drop(consumer);
}

/// The failure of a thread that cannot be started.
pub(super) fn no_thread(error: std::io::Error) -> PortError {
    PortError::new(PortErrorKind::Unavailable, "start the poll thread").caused_by(error)
}
