//! The store goes away under load, and comes back slow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use penchant_tests::kafka::Kafka;
use penchant_tests::qdrant::Qdrant;
use tokio_util::sync::CancellationToken;

use crate::load::{Load, Traffic};
use crate::process::Process;
use crate::scene::{Memory, Role, Scene, blocking, until};
use crate::watch::Watch;
use crate::{seed, volume};

const DOWN: Duration = Duration::from_secs(20);
const SLOW: Duration = Duration::from_secs(20);
const RATE: usize = 80;
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_down_for_twenty_seconds_and_then_slow_delays_and_no_more() {
    let kafka = blocking(Kafka::shared).await;
    let server = Arc::new(blocking(|| Qdrant::scripted(&[])).await);
    let scene = Scene::open("outage", kafka, Memory::Server(Arc::clone(&server))).await;
    let (first, second) = tokio::join!(scene.start(Role::Learner), scene.start(Role::Learner));
    let mut learners = vec![first, second];
    let watch = Watch::start(&scene);
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let load = Load::new(&scene.kafka, Traffic::plain(seed(61))).keep_on(RATE, stop.clone());
    until("events take effect", PATIENCE, async || scene.reflected().await > 100).await;

    let striken = Arc::clone(&server);
    blocking(move || striken.end(true)).await;
    let gone = Instant::now();
    until("the outage is over", DOWN * 2, async || {
        learners.iter_mut().for_each(Process::assert_running);
        gone.elapsed() >= DOWN
    })
    .await;
    let noticed: usize = learners.iter().map(|l| l.times("batch not committed")).sum();
    assert!(noticed > 0, "no learner noticed that the store was away");
    let restarted = Arc::clone(&server);
    blocking(move || restarted.start_again()).await;
    let (back, ends) = (Instant::now(), scene.ends().await);
    until("what piled up takes effect", PATIENCE, async || scene.reflects(&ends).await).await;
    let recovered = back.elapsed();

    let assigned = |learners: &[Process]| -> usize {
        learners.iter().map(|l| l.times("partition assigned") + l.times("partition revoked")).sum()
    };
    let (rebalances, before) = (assigned(&learners), scene.reflected().await);
    server.faults("latency_ms=500");
    let (slow, long) = (Instant::now(), SLOW * u32::try_from(volume(1)).unwrap());
    until("the slow time is over", long * 2, async || {
        learners.iter_mut().for_each(Process::assert_running);
        slow.elapsed() >= long
    })
    .await;
    let through = scene.reflected().await - before;
    server.faults("");
    assert!(server.count("faults.latency") > 20, "the store was never slow");
    assert!(through > 0, "nothing took effect while the store was slow");
    assert_eq!(assigned(&learners), rebalances, "a slow store moved partitions");

    stop.cancel();
    let sent = load.await.unwrap().sent();
    let mut all: Vec<&mut Process> = learners.iter_mut().collect();
    let caught_up = scene.settle(&mut all).await;
    let took = begun.elapsed();
    let seen = watch.end().await;
    for learner in learners {
        assert_eq!(learner.metric("penchant_log_dead_letters_total").await, 0.0);
        learner.stop().await;
    }
    let verdict = scene.judge(&sent).await;
    println!(
        "store: down {DOWN:?}, noticed {noticed} times, caught up {recovered:?} after its return; \
         slow by 500 ms for {long:?}, {through} records meanwhile, caught up {caught_up:?} after it; \
         records {}, unique events {}, users {}, {:.0} records/s, committed ≤ durable in {} samples",
        verdict.records,
        verdict.unique,
        verdict.users,
        verdict.records as f64 / took.as_secs_f64(),
        seen.samples,
    );
}
