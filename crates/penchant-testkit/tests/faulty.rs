//! The faulty wrappers break what they say they break, repeatably, and count it.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::sync::Arc;

use penchant_core::{Checkpoint, Partition, Position};
use penchant_ports::memory::{MemoryLog, MemoryStore};
use penchant_ports::{Certainty, EventLog as _, ManualClock, PreferenceStore as _};
use penchant_testkit::builders::{at, batch, commit, preference, statement, user};
use penchant_testkit::faulty::{Fault, FaultPlan, FaultyLog, FaultyStore};

const NONE: FaultPlan =
    FaultPlan { seed: 1, delay: 0.0, fail: 0.0, drop: 0.0, time_out: 0.0, revoke: 0.0 };

fn log(plan: FaultPlan) -> FaultyLog<MemoryLog> {
    FaultyLog::new(Arc::new(MemoryLog::new(Arc::new(ManualClock::new(at(1))))), plan)
}

async fn end(log: &FaultyLog<MemoryLog>) -> u64 {
    log.inner().ends().await.unwrap()[&Partition(0)]
}

#[tokio::test]
async fn each_fault_of_an_append_does_what_its_name_says() {
    let one = || vec![statement(&user(1), "e0", "I prefer tea")];
    for (plan, fault, certainty, stored) in [
        (FaultPlan { fail: 1.0, ..NONE }, Fault::Fail, Certainty::Determinate, 0),
        (FaultPlan { drop: 1.0, ..NONE }, Fault::Drop, Certainty::Indeterminate, 0),
        (FaultPlan { time_out: 1.0, ..NONE }, Fault::TimeOut, Certainty::Indeterminate, 1),
    ] {
        let log = log(plan);
        let error = log.append(one()).await.remove(0).unwrap_err();
        assert_eq!(error.certainty, certainty, "{fault:?}");
        assert!(error.transient());
        assert_eq!(end(&log).await, stored, "{fault:?}");
        assert_eq!(log.faults().fired(fault), 1);
        log.faults().calm();
        let position = log.append(one()).await.remove(0).unwrap();
        assert_eq!(position, Position::new(0, 0), "{fault:?}, then sent again");
    }
}

#[tokio::test]
async fn a_commit_that_timed_out_has_taken_effect_and_a_dropped_one_has_not() {
    for (plan, revision) in
        [(FaultPlan { time_out: 1.0, ..NONE }, 1), (FaultPlan { drop: 1.0, ..NONE }, 0)]
    {
        let store = FaultyStore::new(MemoryStore::new(), plan);
        let new = vec![preference("p1")];
        let one = commit(&user(1), &Default::default(), 0, Position::new(0, 0), new);
        let error = store.commit(batch(0, 1, vec![one])).await.unwrap_err();
        assert_eq!(error.certainty, Certainty::Indeterminate);
        let state = store.inner().load(&[user(1)]).await.unwrap().remove(0);
        assert_eq!(state.head.revision, revision);
    }
}

/// What a run of appends under a plan looked like.
async fn run(seed: u64) -> (String, Vec<u64>) {
    let log = log(FaultPlan::rough(seed));
    let mut pattern = String::new();
    for n in 0..200 {
        let outcome = log.append(vec![statement(&user(1), &format!("e{n}"), "tea")]).await;
        pattern.push(match &outcome[0] {
            Ok(_) => '.',
            Err(e) if e.certainty == Certainty::Determinate => 'f',
            Err(_) => '?',
        });
    }
    let faults = [Fault::Delay, Fault::Fail, Fault::Drop, Fault::TimeOut];
    (pattern, faults.map(|fault| log.faults().fired(fault)).to_vec())
}

#[tokio::test]
async fn a_seed_repeats_its_faults_and_a_rough_plan_fires_all_of_them() {
    let (pattern, fired) = run(7).await;
    assert_eq!(run(7).await, (pattern.clone(), fired.clone()));
    assert_ne!(run(8).await.0, pattern);
    assert!(fired.iter().all(|n| *n > 5), "{fired:?}");
}

#[tokio::test]
async fn revoked_lanes_lose_their_fence_first_and_everything_comes_again() {
    let log = log(FaultPlan { revoke: 0.02, ..NONE });
    let events = (0..300).map(|n| statement(&user(1), &format!("e{n}"), "tea")).collect();
    assert!(log.append(events).await.iter().all(Result::is_ok));
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let (mut missing, mut lanes): (BTreeSet<u64>, _) = ((0..300).collect(), 0);
    while !missing.is_empty() {
        let mut lane = consumer.next_lane().await.unwrap().unwrap();
        lanes += 1;
        if lanes == 40 {
            log.faults().calm();
        }
        let mut next = 0;
        while let Some(record) = lane.deliveries.recv().await {
            assert_eq!(record.position.offset, next, "a lane has gaps");
            next += 1;
            missing.remove(&record.position.offset);
            if missing.is_empty() {
                break;
            }
        }
        assert!(missing.is_empty() || lane.fence.cancelled(), "a lane closed with its fence up");
    }
    assert!(lanes > 1, "nothing was revoked");
    assert!(log.faults().fired(Fault::Drop) >= lanes - 1);
}
