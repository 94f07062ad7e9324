//! Concurrent appends share transactions without losing their order or each other.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use common::{append, open_log};
use penchant_core::{Checkpoint, Event, Partition, Position};
use penchant_ports::{EventLog as _, Payload, PortErrorKind};
use penchant_testkit::builders::{statement, user};

fn batch_of(caller: usize, first: usize, count: usize) -> Vec<Event> {
    (first..first + count)
        .map(|n| statement(&user(caller), &format!("e{n}"), &format!("I prefer {caller} {n}")))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_batch_stands_together_and_each_caller_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(open_log(folder.path()).unwrap());
    let callers: Vec<_> = (0..32)
        .map(|caller| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let mut all = Vec::new();
                for first in [0, 3, 6] {
                    let positions = append(&log, batch_of(caller, first, 3)).await;
                    let from = positions[0].offset;
                    let wanted: Vec<_> = (from..from + 3).map(|o| Position::new(0, o)).collect();
                    assert_eq!(positions, wanted, "a batch has no gaps");
                    all.extend(positions);
                }
                all
            })
        })
        .collect();
    for (caller, task) in callers.into_iter().enumerate() {
        for (n, position) in task.await.unwrap().into_iter().enumerate() {
            let record = log.read(Partition(0), position.offset, 1).await.unwrap().remove(0);
            let event =
                statement(&user(caller), &format!("e{n}"), &format!("I prefer {caller} {n}"));
            assert_eq!(record.payload, Payload::Event(Box::new(event)));
        }
    }
    assert_eq!(log.ends().await.unwrap(), BTreeMap::from([(Partition(0), 32 * 9)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_event_does_not_fail_those_that_share_its_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(open_log(folder.path()).unwrap());
    append(&log, vec![statement(&user(0), "taken", "I prefer tea")]).await;
    let callers: Vec<_> = (0..64)
        .map(|n| {
            let log = Arc::clone(&log);
            let event = match n % 2 {
                0 => statement(&user(0), "taken", &format!("I prefer {n}")),
                _ => statement(&user(0), &format!("e{n}"), "I prefer trains"),
            };
            tokio::spawn(async move { log.append(vec![event]).await.remove(0) })
        })
        .collect();
    let mut refused = 0;
    for task in callers {
        if let Err(error) = task.await.unwrap() {
            assert_eq!(error.kind, PortErrorKind::Invalid);
            refused += 1;
        }
    }
    assert_eq!(refused, 32);
    assert_eq!(log.ends().await.unwrap()[&Partition(0)], 33);
}

#[tokio::test]
async fn a_new_consumer_fences_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let log = open_log(folder.path()).unwrap();
    let mut first = log.consume(Checkpoint::default()).await.unwrap();
    let mut old = first.next_lane().await.unwrap().unwrap();
    assert!(!old.fence.cancelled());
    let mut second = log.consume(Checkpoint::default()).await.unwrap();
    assert!(old.fence.cancelled());
    assert!(old.deliveries.recv().await.is_none());
    assert!(first.next_lane().await.unwrap().is_none());
    let mut new = second.next_lane().await.unwrap().unwrap();
    append(&log, vec![statement(&user(0), "e0", "I prefer tea")]).await;
    assert!(new.deliveries.recv().await.is_some());
    assert!(!new.fence.cancelled());
}

#[tokio::test]
async fn dropping_the_log_ends_its_consumers() {
    let folder = tempfile::tempdir().unwrap();
    let log = open_log(folder.path()).unwrap();
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = consumer.next_lane().await.unwrap().unwrap();
    append(&log, vec![statement(&user(0), "e0", "I prefer tea")]).await;
    drop(log);
    while lane.deliveries.recv().await.is_some() {}
    assert!(consumer.next_lane().await.unwrap().is_none());
    assert!(consumer.next_lane().await.unwrap().is_none());
}
