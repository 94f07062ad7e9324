//! A learner stands still in the middle of a commit for longer than the group waits, and then goes
//! on as if nothing had happened.

use std::sync::Arc;
use std::time::{Duration, Instant};

use penchant_tests::kafka::Kafka;
use penchant_tests::qdrant::Qdrant;
use tokio_util::sync::CancellationToken;

use crate::load::{Load, Traffic};
use crate::process::Process;
use crate::scene::{MAX_POLL, Memory, Role, Scene, blocking, until};
use crate::watch::Watch;
use crate::{seed, volume};

const FREEZES: usize = 2;
const RATE: usize = 60;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_learner_frozen_in_mid_commit_writes_nothing_when_it_wakes() {
    let kafka = blocking(Kafka::shared).await;
    let server = Arc::new(blocking(|| Qdrant::scripted(&[])).await);
    let scene = Scene::open("frozen", kafka, Memory::Server(Arc::clone(&server))).await;
    let (first, second) = tokio::join!(scene.start(Role::Learner), scene.start(Role::Learner));
    let mut learners = vec![first, second];
    let watch = Watch::start(&scene);
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let load = Load::new(&scene.kafka, Traffic::plain(seed(71))).keep_on(RATE, stop.clone());
    let (mut thaws, mut recoveries) = (Vec::new(), Vec::new());
    for round in 0..volume(FREEZES) {
        let victim = round % 2;
        let lanes = learners[victim].times("lane opened");
        until("the victim is at work", PATIENCE, async || {
            let before = scene.reflected().await;
            tokio::time::sleep(Duration::from_millis(100)).await;
            learners[victim].times("lane opened") >= lanes.max(1)
                && scene.reflected().await > before
        })
        .await;
        // Each write takes a while, so that whatever moment is hit, commits are under way.
        server.faults("latency_ms=400\nmethods=Upsert,UpdateBatch,SetPayload,Delete");
        until("commits are slow", PATIENCE, async || {
            let before = server.count("faults.latency");
            tokio::time::sleep(Duration::from_millis(300)).await;
            server.count("faults.latency") > before
        })
        .await;
        learners[victim].freeze();
        let frozen = Instant::now();
        server.faults("");
        let ends = scene.ends().await;
        // The other one takes everything over, and goes further.
        until("the partitions of the frozen one are worked on", PATIENCE, async || {
            scene.reflects(&ends).await
        })
        .await;
        recoveries.push(frozen.elapsed());
        until("the group has given it up", PATIENCE, async || {
            frozen.elapsed() > MAX_POLL + Duration::from_secs(2)
        })
        .await;
        let (revoked, opened) =
            (learners[victim].times("partition revoked"), learners[victim].times("lane opened"));
        learners[victim].thaw();
        let thawed = Instant::now();
        until("it notices what it has lost", PATIENCE, async || {
            learners[victim].times("partition revoked") > revoked
        })
        .await;
        until("it works again", PATIENCE, async || learners[victim].times("lane opened") > opened)
            .await;
        thaws.push(thawed.elapsed());
    }
    stop.cancel();
    let sent = load.await.unwrap().sent();
    let mut all: Vec<&mut Process> = learners.iter_mut().collect();
    scene.settle(&mut all).await;
    let took = begun.elapsed();
    let seen = watch.end().await;
    let (mut fenced, mut lost) = (0, 0);
    for learner in learners {
        fenced += learner.times("belongs to epoch") + learner.times("was taken over");
        lost += learner.times("lost=true");
        learner.stop().await;
    }
    let verdict = scene.judge(&sent).await;
    assert!(lost > 0, "no partition was lost");
    assert!(fenced > 0, "no commit of a lost partition was refused");
    println!(
        "SIGSTOP: freezes {}, partitions lost {lost}, commits refused {fenced}, taken over after \
         {recoveries:?}, at work again {thaws:?} after waking, records {}, unique events {}, users \
         {}, {:.0} records/s, committed ≤ durable in {} samples",
        thaws.len(),
        verdict.records,
        verdict.unique,
        verdict.users,
        verdict.records as f64 / took.as_secs_f64(),
        seen.samples,
    );
}
