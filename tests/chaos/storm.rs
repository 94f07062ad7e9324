//! A third learner joins and leaves all the time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use penchant_tests::kafka::Kafka;
use penchant_tests::qdrant::Qdrant;
use tokio_util::sync::CancellationToken;

use crate::load::{Load, Traffic};
use crate::process::Process;
use crate::scene::{Memory, Role, Scene, blocking};
use crate::watch::Watch;
use crate::{seed, volume};

const SECONDS: usize = 60;
const EVERY: Duration = Duration::from_secs(3);
const RATE: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_third_learner_that_comes_and_goes_for_a_minute_disturbs_nothing() {
    let kafka = blocking(Kafka::shared).await;
    let server = Arc::new(blocking(|| Qdrant::scripted(&[])).await);
    let scene = Scene::open("storm", kafka, Memory::Server(server)).await;
    let (first, second) = tokio::join!(scene.start(Role::Learner), scene.start(Role::Learner));
    let mut staying = vec![first, second];
    let watch = Watch::start(&scene);
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let load = Load::new(&scene.kafka, Traffic::plain(seed(51))).keep_on(RATE, stop.clone());
    let end = begun + Duration::from_secs(volume(SECONDS) as u64);
    let (mut joins, mut guest_lanes, mut guest) = (0, 0, None::<Process>);
    let mut tick = tokio::time::interval(EVERY);
    while Instant::now() < end {
        tick.tick().await;
        staying.iter_mut().for_each(Process::assert_running);
        match guest.take() {
            // However far it came; every other one leaves without a word.
            Some(mut leaving) => {
                guest_lanes += leaving.times("lane opened");
                if joins % 2 == 0 {
                    leaving.kill();
                } else {
                    leaving.ready().await;
                    leaving.stop().await;
                }
            }
            None => {
                guest = Some(scene.spawn(Role::Learner));
                joins += 1;
            }
        }
    }
    drop(guest);
    stop.cancel();
    let sent = load.await.unwrap().sent();
    let mut all: Vec<&mut Process> = staying.iter_mut().collect();
    let caught_up = scene.settle(&mut all).await;
    let took = begun.elapsed();
    let seen = watch.end().await;
    let revoked: usize = staying.iter().map(|learner| learner.times("partition revoked")).sum();
    let assigned: usize = staying.iter().map(|learner| learner.times("partition assigned")).sum();
    for learner in staying {
        assert_eq!(learner.metric("penchant_invariant_violations_total").await, 0.0);
        learner.stop().await;
    }
    let verdict = scene.judge(&sent).await;
    // The two that stay had their share taken and given back with the guest's coming and going.
    assert!(joins * 6 >= volume(SECONDS) - 6, "only {joins} joins");
    assert!(revoked >= joins / 2 && assigned > revoked, "revoked {revoked}, assigned {assigned}");
    println!(
        "storm: joins {joins}, partitions revoked {revoked} and assigned {assigned} at the two \
         that stay, opened by guests {guest_lanes}, records {}, unique events {}, users {}, \
         {:.0} records/s, caught up {caught_up:?} after it, committed ≤ durable in {} samples",
        verdict.records,
        verdict.unique,
        verdict.users,
        verdict.records as f64 / took.as_secs_f64(),
        seen.samples,
    );
}
