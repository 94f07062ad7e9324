//! One of two learners is killed, again and again, while events stream in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use penchant_proto::v1;
use penchant_tests::events::event;
use penchant_tests::kafka::Kafka;
use penchant_tests::qdrant::Qdrant;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio_util::sync::CancellationToken;

use crate::load::{Load, Sent, Traffic};
use crate::process::Process;
use crate::scene::{Memory, Role, Scene, blocking, until};
use crate::watch::Watch;
use crate::{seed, volume};

const KILLS: usize = 20;
const RATE: usize = 60;
const PATIENCE: Duration = Duration::from_secs(60);
/// Records that had taken effect and were delivered again.
const PASSED_OVER: &str = "penchant_learn_duplicates_total";

/// Streams through the gateway what an app would, until told to stop; what it acknowledged.
async fn through_gateway(gateway: &Process, seed: u64, stop: CancellationToken) -> Sent {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut client = gateway.events().await;
    let (mut sent, mut next) = (Sent::default(), 1_000_000);
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    while !stop.is_cancelled() {
        tick.tick().await;
        let events: Vec<v1::Event> = (0..5).map(|n| event(&mut dice, next + n, 40)).collect();
        next += events.len();
        let request = v1::RecordEventsRequest { events: events.clone() };
        let answer = client.record_events(request).await.unwrap().into_inner();
        for (event, result) in events.into_iter().zip(answer.results) {
            match result.outcome {
                Some(v1::event_result::Outcome::Accepted(_)) => {
                    sent.acknowledged.insert((event.user_id, event.id));
                }
                other => panic!("a good event was refused: {other:?}"),
            }
        }
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_learners_killed_twenty_times_loses_and_doubles_nothing() {
    let kafka = blocking(Kafka::shared).await;
    let server = Arc::new(blocking(|| Qdrant::scripted(&[])).await);
    let scene = Scene::open("crash", kafka, Memory::Server(server)).await;
    let (gateway, first, second) = tokio::join!(
        scene.start(Role::Gateway),
        scene.start(Role::Learner),
        scene.start(Role::Learner)
    );
    let watch = Watch::start(&scene);
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let load = Load::new(&scene.kafka, Traffic::plain(seed(41))).keep_on(RATE, stop.clone());
    let (mut learners, mut dice) = (vec![first, second], ChaCha8Rng::seed_from_u64(seed(42)));
    let streaming = through_gateway(&gateway, seed(43), stop.clone());
    let killing = async {
        let (mut idle, mut recoveries, mut again) = (Duration::ZERO, Vec::new(), 0.0);
        for kill in 0..volume(KILLS) {
            let mut victim = learners.remove(dice.random_range(0..learners.len()));
            // It is hit at work: with partitions of its own, at any moment of a batch.
            until("the next victim has partitions", PATIENCE, async || {
                victim.times("lane opened") > 0
            })
            .await;
            let before = scene.reflected().await;
            until("events take effect", PATIENCE, async || scene.reflected().await > before).await;
            victim.ready().await;
            again += victim.metric(PASSED_OVER).await;
            tokio::time::sleep(Duration::from_millis(dice.random_range(0..300))).await;
            victim.kill();
            let killed = Instant::now();
            let replacement = scene.spawn(Role::Learner);
            learners.push(replacement);
            // All partitions are worked on again: whatever is on the log now takes effect.
            let ends = scene.ends().await;
            until(&format!("recovery from kill {kill}"), PATIENCE, async || {
                learners.iter_mut().for_each(Process::assert_running);
                scene.reflects(&ends).await
            })
            .await;
            idle += killed.elapsed();
            recoveries.push(killed.elapsed());
        }
        stop.cancel();
        (idle, recoveries, again)
    };
    let (streamed, (idle, mut recoveries, mut again)) = tokio::join!(streaming, killing);
    let mut sent = load.await.unwrap().sent();
    sent.acknowledged.extend(streamed.acknowledged);
    let mut all: Vec<&mut Process> = learners.iter_mut().collect();
    scene.settle(&mut all).await;
    let took = begun.elapsed();
    let seen = watch.end().await;
    let opened: usize = learners.iter().map(|learner| learner.times("lane opened")).sum();
    for mut learner in learners {
        learner.ready().await;
        again += learner.metric(PASSED_OVER).await;
        assert_eq!(learner.metric("penchant_invariant_violations_total").await, 0.0);
        learner.stop().await;
    }
    gateway.stop().await;
    let verdict = scene.judge(&sent).await;
    assert!(again > 0.0, "no kill left anything to be delivered again");
    recoveries.sort_unstable();
    println!(
        "kill -9: kills {}, records {}, unique events {}, users {}, {:.0} records/s, recovered \
         after {:?} (median), {:?} (worst), {:?} in all, delivered again {again}, lanes \
         opened by the last two {opened}, committed ≤ durable in {} samples (behind in {})",
        recoveries.len(),
        verdict.records,
        verdict.unique,
        verdict.users,
        verdict.records as f64 / took.as_secs_f64(),
        recoveries[recoveries.len() / 2],
        recoveries[recoveries.len() - 1],
        idle,
        seen.samples,
        seen.ahead,
    );
}
