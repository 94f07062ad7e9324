//! librdkafka's callbacks. All of them run on the poll thread, inside `poll`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use penchant_core::Partition;
use penchant_ports::{Lane, PortError, PortErrorKind};
use penchant_telemetry::LagObserved;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Statistics, TopicPartitionList};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::assigned::Assigned;
use super::stage::Tools;
use crate::error;
use crate::logging;
use crate::offsets::{self, Known, NextOffset};
use crate::reader::{committed, native, watermarks};

/// The consumer with these callbacks.
pub(super) type GroupConsumer = BaseConsumer<Group>;

/// How often the broker is asked where partitions start before consuming is given up. Each time
/// librdkafka itself looks for the leader.
const ATTEMPTS: usize = 3;

/// Per partition, an offset; none where none is known.
pub(super) type Offsets = BTreeMap<Partition, NextOffset>;

/// This process as a member of the group.
pub(super) struct Group {
    pub(super) topic: String,
    pub(super) lane_capacity: usize,
    pub(super) timeout: Duration,
    /// The store's checkpoint when consuming began.
    pub(super) checkpoint: Offsets,
    /// The group's committed offsets when consuming began.
    pub(super) committed_before: Offsets,
    pub(super) tools: Tools,
    pub(super) runtime: Handle,
    pub(super) lanes: mpsc::UnboundedSender<Result<Lane, PortError>>,
    pub(super) state: Mutex<State>,
}

/// What changes; only the poll thread touches it.
#[derive(Default)]
pub(super) struct State {
    pub(super) assigned: BTreeMap<Partition, Assigned>,
    /// What this process has reported as durable, of partitions it may have lost since.
    own: Offsets,
    /// No lanes are opened any more.
    pub(super) closing: bool,
    /// Why consuming cannot go on.
    pub(super) failed: Option<PortError>,
}

impl Group {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A list of partitions of the topic, with offsets to read next.
    pub(super) fn list(
        &self,
        offsets: impl IntoIterator<Item = (Partition, NextOffset)>,
    ) -> Result<TopicPartitionList, KafkaError> {
        let mut list = TopicPartitionList::new();
        for (partition, next) in offsets {
            list.add_partition_offset(&self.topic, native(partition.0), next.to_kafka())?;
        }
        Ok(list)
    }

    /// A list of partitions of the topic, without offsets.
    pub(super) fn names(&self, partitions: &[Partition]) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for partition in partitions {
            list.add_partition(&self.topic, native(partition.0));
        }
        list
    }

    fn assign(&self, consumer: &GroupConsumer, list: &TopicPartitionList) {
        let mut state = self.state();
        if state.closing || state.failed.is_some() {
            // Answered, so that the group can go on; nothing of it is read.
            self.answer(consumer, &mut state, consumer.incremental_assign(list));
            return;
        }
        let partitions = partitions(list);
        let mut starts = self.starts(consumer, &partitions, &state);
        for _ in 1..ATTEMPTS {
            if starts.as_ref().is_err_and(PortError::transient) {
                starts = self.starts(consumer, &partitions, &state);
            }
        }
        let started = match starts {
            Ok(starts) => starts,
            Err(error) => {
                tracing::error!(%error, "assigned partitions cannot be started");
                state.failed = Some(error);
                self.answer(consumer, &mut state, consumer.incremental_assign(list));
                return;
            }
        };
        let outcome = self.list(started.clone()).and_then(|list| {
            consumer.incremental_assign(&list)?;
            // A pause outlives its assignment.
            consumer.resume(&list)
        });
        self.answer(consumer, &mut state, outcome);
        if state.failed.is_some() {
            return;
        }
        for (partition, next) in started {
            tracing::info!(%partition, next_offset = next.get(), "partition assigned");
            let (assigned, lane, stage) = Assigned::open(partition, self.lane_capacity);
            state.assigned.insert(partition, assigned);
            let (work, failures) = (stage.run(self.tools.clone()), self.lanes.clone());
            self.runtime.spawn(async move {
                if let Err(error) = work.await {
                    failures.send(Err(error)).ok();
                }
            });
            // Nobody asks for lanes any more when the consumer is being dropped.
            self.lanes.send(Ok(lane)).ok();
        }
    }

    /// Where reading of each partition starts. Asks the broker; the heartbeat goes on meanwhile,
    /// on librdkafka's own thread.
    fn starts(
        &self,
        consumer: &GroupConsumer,
        partitions: &[Partition],
        state: &State,
    ) -> Result<Vec<(Partition, NextOffset)>, PortError> {
        let numbers = partitions.iter().map(|partition| partition.0);
        let committed: BTreeMap<_, _> =
            committed(consumer, &self.topic, numbers, self.timeout)?.into_iter().collect();
        let start = |partition: &Partition| {
            let (low, high) = watermarks(consumer, &self.topic, partition.0, self.timeout)?;
            let known = Known {
                checkpoint: self.checkpoint.get(partition).copied(),
                own: state.own.get(partition).copied(),
                committed_before: self.committed_before.get(partition).copied(),
                committed: committed.get(partition).copied().flatten(),
                low,
                high,
            };
            Ok((*partition, offsets::start(&self.topic, partition.0, known)?))
        };
        partitions.iter().map(start).collect()
    }

    fn revoke(&self, consumer: &GroupConsumer, list: &TopicPartitionList) {
        let lost = consumer.assignment_lost();
        let mut state = self.state();
        let mut store = Vec::new();
        for partition in partitions(list) {
            let Some(mut assigned) = state.assigned.remove(&partition) else { continue };
            // First of all: from here on no commit of this assignment may land (INV-4).
            assigned.fence.cancel();
            assigned.close();
            tracing::info!(%partition, lost, "partition revoked");
            let fresh = assigned.take_reports();
            if let Some(durable) = assigned.durable() {
                // Durable is durable, whoever owns the partition now.
                let own = state.own.entry(partition).or_insert(durable);
                *own = (*own).max(durable);
            }
            // A lost partition may already belong to another member: its offsets are not ours.
            store.extend(fresh.filter(|_| !lost).map(|next| (partition, next)));
        }
        if let Err(error) = self.list(store).and_then(|list| consumer.store_offsets(&list)) {
            // The next owner starts earlier and finds all of it in effect already.
            tracing::warn!(%error, "offsets of revoked partitions were not stored");
        }
        let outcome = match consumer.rebalance_protocol() {
            RebalanceProtocol::Cooperative => consumer.incremental_unassign(list),
            RebalanceProtocol::Eager | RebalanceProtocol::None => consumer.unassign(),
        };
        self.answer(consumer, &mut state, outcome);
    }

    fn answer(&self, consumer: &GroupConsumer, state: &mut State, outcome: Result<(), KafkaError>) {
        let Err(failure) = outcome else { return };
        let fatal = consumer.client().fatal_error();
        tracing::error!(%failure, ?fatal, "a rebalance could not be answered");
        let error = error::ask("answer a rebalance of the group", failure);
        state.failed.get_or_insert(error);
    }
}

fn partitions(list: &TopicPartitionList) -> Vec<Partition> {
    let number = |n: i32| u32::try_from(n).ok().map(Partition);
    list.elements().iter().filter_map(|element| number(element.partition())).collect()
}

impl ConsumerContext for Group {
    fn rebalance(
        &self,
        consumer: &GroupConsumer,
        what: RDKafkaRespErr,
        list: &mut TopicPartitionList,
    ) {
        match what {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => self.assign(consumer, list),
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS => self.revoke(consumer, list),
            other => {
                let failure = KafkaError::Rebalance(other.into());
                self.answer(consumer, &mut self.state(), Err(failure));
            }
        }
    }

    fn commit_callback(&self, result: Result<(), KafkaError>, _: &TopicPartitionList) {
        match result {
            Ok(())
            | Err(KafkaError::ConsumerCommit(rdkafka::error::RDKafkaErrorCode::NoOffset)) => {}
            // Never fatal: at worst records come again and are found in effect already.
            Err(error) => tracing::warn!(%error, "offsets were not committed to the group"),
        }
    }
}

impl ClientContext for Group {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, words: &str) {
        logging::log(level, facility, words);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        logging::warn(&error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        let Some(topic) = statistics.topics.get(&self.topic) else { return };
        let state = self.state();
        for (partition, assigned) in &state.assigned {
            let of = topic.partitions.get(&native(partition.0));
            let Some(end) = of.and_then(|p| u64::try_from(p.hi_offset).ok()) else { continue };
            let start = self.checkpoint.get(partition).copied();
            let next = assigned.durable().or(start).map_or(0, NextOffset::get);
            LagObserved { partition: *partition, records: end.saturating_sub(next) }.emit();
        }
    }

    fn generate_oauth_token(
        &self,
        _: Option<&str>,
    ) -> Result<rdkafka::client::OAuthToken, Box<dyn std::error::Error>> {
        Err("OAUTHBEARER needs sasl.oauthbearer.method=oidc".into())
    }
}

/// Consuming cannot go on because of what one partition met.
pub(super) fn halted(failure: KafkaError) -> PortError {
    let mut error = error::ask("consume the events", failure);
    if error.kind == PortErrorKind::Invariant {
        error.message.push_str(
            "; an offset that is needed is not on the topic any more: it was recreated, or \
             retention removed it; nothing is skipped until a person decides",
        );
    }
    error
}
