//! The in-memory log and store keep every obligation.

use std::sync::Arc;

use penchant_ports::memory::{MemoryGenerations, MemoryLog, MemoryStore};
use penchant_ports::{EventLog, ManualClock};
use penchant_testkit::builders::at;
use penchant_testkit::{Rebuildable, Store, Subject, conformance};

fn log(partitions: u32) -> Subject<dyn EventLog> {
    let clock = Arc::new(ManualClock::new(at(100)));
    Subject::volatile(Arc::new(MemoryLog::with_partitions(clock, partitions)))
}

#[tokio::test]
async fn the_memory_log_of_one_partition_keeps_its_obligations() {
    conformance::event_log(async || log(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_memory_log_of_several_partitions_keeps_its_obligations() {
    conformance::event_log(async || log(5)).await;
}

#[tokio::test]
async fn the_memory_store_keeps_its_obligations() {
    conformance::preference_store(async || {
        Subject::<dyn Store>::volatile(Arc::new(MemoryStore::new()))
    })
    .await;
}

#[tokio::test]
async fn the_memory_generations_keep_their_obligations() {
    conformance::generations(async || {
        Subject::<dyn Rebuildable>::volatile(Arc::new(MemoryGenerations::new()))
    })
    .await;
    conformance::preference_store(async || {
        Subject::<dyn Store>::volatile(Arc::new(MemoryGenerations::new()))
    })
    .await;
}
