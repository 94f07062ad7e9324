//! Following the log from a checkpoint on.

use std::sync::{Arc, PoisonError, Weak};

use async_trait::async_trait;
use penchant_ports::log::LANE_CAPACITY;
use penchant_ports::{Clock, Delivery, Fence, Lane, LogConsumer, Payload, PortError};
use penchant_telemetry::DeadLettered;
use tokio::sync::{mpsc, watch};

use super::dead::{DeadLetter, put_aside};
use super::record::{self, Stored};
use super::{PARTITION, SqliteLog};
use crate::reader::Readers;
use crate::writer::Writer;

/// Records read at a time.
const CHUNK: usize = 256;

/// The consumer that owns the partition now.
pub(super) struct Owner {
    stop: Arc<watch::Sender<bool>>,
    fence: Fence,
}

/// Takes the partition over and follows it from `next` on.
pub(super) fn start(log: &SqliteLog, next: u64) -> Consumer {
    let stop = Arc::new(watch::Sender::new(false));
    let fence = Fence::new();
    let owner = Owner { stop: Arc::clone(&stop), fence: fence.clone() };
    let previous = log.owner.lock().unwrap_or_else(PoisonError::into_inner).replace(owner);
    if let Some(previous) = previous {
        previous.fence.cancel();
        previous.stop.send_replace(true);
    }
    let (lane, deliveries) = mpsc::channel(LANE_CAPACITY);
    let (progress, mut reported) = mpsc::unbounded_channel();
    let (failed, failure) = mpsc::channel(1);
    let tail = Tail {
        readers: Arc::clone(&log.readers),
        writer: Arc::downgrade(&log.writer),
        clock: Arc::clone(&log.clock),
        lane,
        next,
    };
    let end = log.appender.watch();
    let mut stopped = stop.subscribe();
    tokio::spawn(async move {
        let outcome = tokio::select! {
            outcome = tail.follow(end) => outcome,
            _ = stopped.wait_for(|stopped| *stopped) => Ok(()),
        };
        if let Err(error) = outcome {
            // Room for one, and one it is; a consumer that is gone needs no telling.
            drop(failed.try_send(error));
        }
    });
    // The store holds the checkpoint; what the learner reports needs no keeping.
    tokio::spawn(async move { while reported.recv().await.is_some() {} });
    let lane = Lane { partition: PARTITION, fence, deliveries, progress };
    Consumer { lane: Some(lane), stop, failure, end: log.appender.watch() }
}

pub(super) struct Consumer {
    lane: Option<Lane>,
    stop: Arc<watch::Sender<bool>>,
    failure: mpsc::Receiver<PortError>,
    end: watch::Receiver<u64>,
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

#[async_trait]
impl LogConsumer for Consumer {
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError> {
        let mut stopped = self.stop.subscribe();
        if *stopped.borrow() {
            return Ok(None);
        }
        if let Some(lane) = self.lane.take() {
            return Ok(Some(lane));
        }
        tokio::select! {
            Some(error) = self.failure.recv() => Err(error),
            _ = stopped.wait_for(|stopped| *stopped) => Ok(None),
            // Never true: ends when the log is dropped.
            _ = self.end.wait_for(|_| false) => Ok(None),
        }
    }

    async fn close(&mut self) {
        self.stop.send_replace(true);
    }
}

struct Tail {
    readers: Arc<Readers>,
    /// Weak, so that following a log does not keep it open.
    writer: Weak<Writer>,
    clock: Arc<dyn Clock>,
    lane: mpsc::Sender<Delivery>,
    next: u64,
}

impl Tail {
    /// Ends when the lane's receiver is gone or the log was dropped and read to its end.
    async fn follow(mut self, mut end: watch::Receiver<u64>) -> Result<(), PortError> {
        loop {
            end.mark_unchanged();
            let from = self.next;
            let records = self.readers.run(move |c| record::range(c, from, CHUNK)).await?;
            if records.is_empty() && end.changed().await.is_err() {
                return Ok(());
            }
            for record in records {
                self.next = record.delivery.position.next_offset();
                if !self.put_aside(&record).await? {
                    return Ok(());
                }
                if self.lane.send(record.delivery).await.is_err() {
                    return Ok(());
                }
            }
        }
    }

    /// Makes a dead letter durable before it is delivered; false when the log was dropped.
    async fn put_aside(&self, record: &Stored) -> Result<bool, PortError> {
        let Payload::DeadLetter(why) = &record.delivery.payload else {
            return Ok(true);
        };
        let Some(writer) = self.writer.upgrade() else {
            return Ok(false);
        };
        let position = record.delivery.position;
        let letter = DeadLetter {
            position,
            found_at: self.clock.now(),
            why: why.clone(),
            bytes: record.bytes.clone(),
        };
        if writer.run(move |connection| put_aside(connection, &letter)).await? {
            DeadLettered { reason: &why.reason, position }.emit();
        }
        Ok(true)
    }
}
