//! Traffic as it comes: resends at new offsets, records that hold no event, one user who makes a
//! third of the noise.

use std::time::{Duration, Instant};

use penchant_proto::v1;
use penchant_tests::kafka::Kafka;

use crate::load::{HOT, Load, Sent, Traffic};
use crate::process::Process;
use crate::scene::{Memory, Role, Scene, blocking};
use crate::verdict::Verdict;
use crate::watch::Watch;
use crate::{seed, volume};

/// What a run came to.
struct Run {
    sent: Sent,
    verdict: Verdict,
    repeated: f64,
    put_aside: f64,
    figures: String,
}

async fn run(name: &str, traffic: Traffic, meanwhile: impl AsyncFnOnce(&Process)) -> Run {
    let kafka = blocking(Kafka::shared).await;
    let scene = Scene::open(name, kafka, Memory::Embedded).await;
    let mut process = scene.start(Role::Both).await;
    let watch = Watch::start(&scene);
    let mut load = Load::new(&scene.kafka, traffic);
    let begun = Instant::now();
    let sending = async {
        for _ in 0..volume(30) {
            load.send(100).await;
        }
    };
    tokio::join!(sending, meanwhile(&process));
    scene.settle(&mut [&mut process]).await;
    let took = begun.elapsed();
    let repeated = process.metric("penchant_learn_duplicates_total").await;
    let put_aside = process.metric("penchant_log_dead_letters_total").await;
    assert_eq!(process.metric("penchant_invariant_violations_total").await, 0.0);
    let seen = watch.end().await;
    process.stop().await;
    let sent = load.sent();
    let verdict = scene.judge(&sent).await;
    let figures = format!(
        "records {}, unique events {}, users {}, {:.0} records/s, committed ≤ durable in {} samples",
        verdict.records,
        verdict.unique,
        verdict.users,
        verdict.records as f64 / took.as_secs_f64(),
        seen.samples,
    );
    Run { sent, verdict, repeated, put_aside, figures }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twentieth_resent_at_new_offsets_takes_effect_once() {
    let traffic = Traffic { resent: 0.05, ..Traffic::plain(seed(21)) };
    let run = run("resent", traffic, async |_| {}).await;
    let resent = run.sent.resent;
    assert!(resent * 25 > run.verdict.records, "hardly anything was resent: {resent}");
    assert_eq!(run.verdict.records, run.verdict.unique + resent, "resends stand at new offsets");
    assert_eq!(run.repeated, resent as f64, "each resend was passed over");
    println!("duplicates: {}, resent {resent}, passed over {}", run.figures, run.repeated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundredth_that_is_no_event_is_put_aside_and_nothing_else_is() {
    let traffic = Traffic { poison: 0.01, ..Traffic::plain(seed(22)) };
    let run = run("poison", traffic, async |_| {}).await;
    let poison = run.sent.poison.len();
    assert!(poison * 200 > run.verdict.records, "hardly anything was poisoned: {poison}");
    // Counted at least once each: a lane that is opened again judges again.
    assert!(run.put_aside >= poison as f64, "counted {}", run.put_aside);
    println!("poison: {}, injected {poison}, dead letters {poison}", run.figures);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_with_a_third_of_the_traffic_does_not_hold_up_the_others() {
    let traffic = Traffic { hot: 0.3, ..Traffic::plain(seed(23)) };
    let mut waits = Vec::new();
    let run = run("hot", traffic, async |process| {
        // Somebody who is rarely there: writes, and reads what they wrote.
        for n in 0..20 {
            waits.push(fresh(process, n).await);
        }
    })
    .await;
    waits.sort_unstable();
    let share = run.sent.hot as f64 / run.verdict.unique as f64;
    assert!((0.25..0.35).contains(&share), "{HOT} made {share:.2} of the traffic");
    let (median, worst) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    assert!(worst < Duration::from_secs(10), "a quiet user waited {worst:?}");
    println!(
        "hot key: {}, share {:.0} %, a quiet user's write was readable after {median:?} \
         (median of {}), {worst:?} (worst)",
        run.figures,
        share * 100.0,
        waits.len(),
    );
}

/// From a quiet user's write to the read that sees it.
async fn fresh(process: &Process, n: usize) -> Duration {
    let begun = Instant::now();
    let user_id = format!("quiet-{}", n % 5);
    let statement = v1::Statement { text: format!("I prefer window number {n}.") };
    let event = v1::Event {
        id: format!("quiet-{n}"),
        user_id: user_id.clone(),
        body: Some(v1::event::Body::Statement(statement)),
        ..v1::Event::default()
    };
    let request = v1::RecordEventsRequest { events: vec![event] };
    let answer = process.events().await.record_events(request).await.unwrap().into_inner();
    let Some(v1::event_result::Outcome::Accepted(accepted)) = &answer.results[0].outcome else {
        panic!("a good event was refused: {answer:?}");
    };
    let request = v1::RetrieveRequest {
        user_id,
        min_position: accepted.position,
        ..v1::RetrieveRequest::default()
    };
    process.preferences().await.retrieve(request).await.unwrap();
    begun.elapsed()
}
