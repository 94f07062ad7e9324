//! The broker goes away and comes back.

use std::collections::BTreeSet;
use std::sync::Arc;

use penchant_core::{Checkpoint, Partition};
use penchant_ports::EventLog as _;
use penchant_testkit::builders::user;

use crate::broker::Kafka;
use crate::support::{append, config_on, connect, lane_of, soon, statements};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn appends_and_deliveries_go_on_after_the_broker_was_killed() {
    // One of its own: others are using the shared one.
    let kafka = Arc::new(Kafka::start());
    if !kafka.ours() {
        eprintln!("not run: the broker given by PENCHANT_TEST_KAFKA must not be stopped");
        return;
    }
    let log = connect(&config_on(&kafka, "restart", 1)).await;
    let mut expected: BTreeSet<_> =
        append(&log, statements(&user(1), 0, 50)).await.into_iter().collect();
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;

    for (round, abruptly) in [true, false].into_iter().enumerate() {
        let broker = Arc::clone(&kafka);
        tokio::task::spawn_blocking(move || broker.end(abruptly)).await.unwrap();
        let refused = log.check().await.unwrap_err();
        assert!(refused.transient(), "{refused}");
        let appender = {
            let log = log.clone();
            let from = 1_000 * (round + 1);
            tokio::spawn(async move { log.append(statements(&user(1), from, 20)).await })
        };
        let broker = Arc::clone(&kafka);
        tokio::task::spawn_blocking(move || broker.start_again()).await.unwrap();
        for outcome in soon("appends after the restart", appender).await.unwrap() {
            expected.insert(outcome.unwrap());
        }
        expected.extend(append(&log, statements(&user(1), 100 * (round + 1), 20)).await);
    }
    let mut missing = expected;
    while !missing.is_empty() {
        let delivery = soon("a delivery", lane.deliveries.recv()).await;
        match delivery {
            Some(delivery) => {
                missing.remove(&delivery.position);
            }
            // The group may have moved on without us meanwhile; then a new lane comes.
            None => lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await,
        }
    }
}
