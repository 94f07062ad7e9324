//! A log that breaks.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use penchant_core::{Checkpoint, Event, Partition, Position, UserKey};
use penchant_ports::log::LANE_CAPACITY;
use penchant_ports::{Delivery, EventLog, Lane, LogConsumer, PortError};
use tokio::sync::mpsc;

use super::{Fault, FaultPlan, Faults, failed, unknown};

/// Wraps a log; writes delay, fail, get lost, or time out after having been applied; reads delay
/// and fail; now and then all lanes are revoked and delivered again from where consuming began,
/// as after a rebalance.
#[derive(Debug)]
pub struct FaultyLog<L> {
    inner: Arc<L>,
    faults: Arc<Faults>,
}

impl<L> FaultyLog<L> {
    /// Breaks `inner` according to `plan`.
    #[must_use]
    pub fn new(inner: Arc<L>, plan: FaultPlan) -> Self {
        Self { inner, faults: Arc::new(Faults::new(plan)) }
    }

    /// The dice and the tally.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The log without faults.
    #[must_use]
    pub const fn inner(&self) -> &Arc<L> {
        &self.inner
    }
}

fn all<T>(count: usize, error: fn() -> PortError) -> Vec<Result<T, PortError>> {
    (0..count).map(|_| Err(error())).collect()
}

#[async_trait]
impl<L: EventLog + 'static> EventLog for FaultyLog<L> {
    async fn append(&self, events: Vec<Event>) -> Vec<Result<Position, PortError>> {
        let count = events.len();
        match self.faults.write().await {
            Some(Fault::Fail) => all(count, failed),
            Some(Fault::Drop) => all(count, unknown),
            Some(Fault::TimeOut) => {
                let outcomes = self.inner.append(events).await;
                outcomes.into_iter().map(|outcome| outcome.and_then(|_| Err(unknown()))).collect()
            }
            Some(Fault::Delay) | None => self.inner.append(events).await,
        }
    }

    fn partition_of(&self, user: &UserKey) -> Partition {
        self.inner.partition_of(user)
    }

    async fn consume(&self, from: Checkpoint) -> Result<Box<dyn LogConsumer>, PortError> {
        self.faults.read().await?;
        let consumer = self.inner.consume(from.clone()).await?;
        let (revoked, revocations) = mpsc::unbounded_channel();
        let log = Arc::clone(&self.inner) as Arc<dyn EventLog>;
        let faults = Arc::clone(&self.faults);
        Ok(Box::new(Consumer {
            log,
            faults,
            from,
            consumer,
            generation: 0,
            closed: false,
            revoked,
            revocations,
        }))
    }

    async fn read(
        &self,
        partition: Partition,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<Delivery>, PortError> {
        self.faults.read().await?;
        self.inner.read(partition, offset, limit).await
    }

    async fn ends(&self) -> Result<BTreeMap<Partition, u64>, PortError> {
        self.faults.read().await?;
        self.inner.ends().await
    }

    async fn erase(&self, user: &UserKey, upto: Position) -> Result<(), PortError> {
        self.faults.around(self.inner.erase(user, upto)).await
    }

    async fn check(&self) -> Result<(), PortError> {
        self.faults.read().await?;
        self.inner.check().await
    }
}

struct Consumer {
    log: Arc<dyn EventLog>,
    faults: Arc<Faults>,
    from: Checkpoint,
    consumer: Box<dyn LogConsumer>,
    /// Which assignment the lanes are of; late revocations of earlier ones are ignored.
    generation: u64,
    closed: bool,
    revoked: mpsc::UnboundedSender<u64>,
    revocations: mpsc::UnboundedReceiver<u64>,
}

#[async_trait]
impl LogConsumer for Consumer {
    async fn next_lane(&mut self) -> Result<Option<Lane>, PortError> {
        loop {
            tokio::select! {
                biased;
                Some(generation) = self.revocations.recv(), if !self.closed => {
                    if generation == self.generation {
                        self.generation += 1;
                        self.consumer.close().await;
                        self.consumer = self.log.consume(self.from.clone()).await?;
                    }
                }
                lane = self.consumer.next_lane() => {
                    return Ok(lane?.map(|lane| self.wrap(lane)));
                }
            }
        }
    }

    async fn close(&mut self) {
        self.closed = true;
        self.consumer.close().await;
    }
}

impl Consumer {
    /// The same lane with faults on its way.
    fn wrap(&self, lane: Lane) -> Lane {
        let Lane { partition, fence, mut deliveries, progress } = lane;
        let (sender, broken) = mpsc::channel(LANE_CAPACITY);
        let (faults, revoked) = (Arc::clone(&self.faults), self.revoked.clone());
        let (generation, lost) = (self.generation, fence.clone());
        tokio::spawn(async move {
            while let Some(delivery) = deliveries.recv().await {
                faults.delay().await;
                if faults.chance(faults.plan.revoke) {
                    faults.count(Fault::Drop);
                    // The fence falls before anyone is told (INV-4).
                    lost.cancel();
                    // A consumer that is gone assigns nothing any more.
                    revoked.send(generation).ok();
                    return;
                }
                if sender.send(delivery).await.is_err() {
                    return;
                }
            }
        });
        Lane { partition, fence, deliveries: broken, progress }
    }
}
