//! The broker dies, or is restarted, while events stream in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use penchant_ports::EventLog as _;
use penchant_tests::kafka::Kafka;
use tokio_util::sync::CancellationToken;

use crate::load::{Load, Traffic};
use crate::scene::{Memory, Role, Scene, blocking, until};
use crate::watch::Watch;
use crate::{seed, volume};

const RESTARTS: usize = 3;
const RATE: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn three_restarts_of_the_broker_lose_and_double_nothing() {
    // One of its own: others are using the shared one.
    let kafka = Arc::new(blocking(Kafka::start).await);
    assert!(kafka.ours(), "the broker given by PENCHANT_TEST_KAFKA must not be stopped: unset it");
    let scene = Scene::open("broker", &kafka, Memory::Embedded).await;
    let mut process = scene.start(Role::Both).await;
    let watch = Watch::start(&scene);
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let load = Load::new(&scene.kafka, Traffic::plain(seed(31))).keep_on(RATE, stop.clone());
    let mut recoveries = Vec::new();
    for round in 0..volume(RESTARTS) {
        // It hits work under way.
        let before = scene.reflected().await;
        until("records take effect", Duration::from_secs(60), async || {
            scene.reflected().await > before + 50
        })
        .await;
        let broker = Arc::clone(&kafka);
        blocking(move || broker.end(round % 2 == 0)).await;
        let refused = scene.log.check().await.expect_err("the broker is gone");
        assert!(refused.transient(), "{refused}");
        let (before, broker) = (scene.reflected().await, Arc::clone(&kafka));
        blocking(move || broker.start_again()).await;
        let back = Instant::now();
        until("records take effect again", Duration::from_secs(90), async || {
            process.assert_running();
            scene.reflected().await > before + 50
        })
        .await;
        recoveries.push(back.elapsed());
    }
    stop.cancel();
    let sent = load.await.unwrap().sent();
    scene.settle(&mut [&mut process]).await;
    let took = begun.elapsed();
    let trouble = process.times("Transport") + process.times("transport");
    assert!(trouble > 0, "the process noticed nothing:\n{}", process.said());
    assert!(sent.slowest > Duration::from_secs(1), "no record waited for the broker");
    let seen = watch.end().await;
    process.stop().await;
    let verdict = scene.judge(&sent).await;
    println!(
        "broker: restarts {}, records {}, unique events {}, users {}, {:.0} records/s, longest \
         append {:?}, back to work after {recoveries:?}, committed ≤ durable in {} samples",
        recoveries.len(),
        verdict.records,
        verdict.unique,
        verdict.users,
        verdict.records as f64 / took.as_secs_f64(),
        sent.slowest,
        seen.samples,
    );
}
