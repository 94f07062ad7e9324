//! Learning with a language model that answers, and with one that does everything but: the memory
//! must then be what it is without.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use penchant_proto::v1;
use penchant_tests::app::{App, binary};
use penchant_tests::llm::Llm;
use serde_json::Value;

const USERS: usize = 6;
const ROUNDS: usize = 4;

fn fixtures() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo")).join("e2e/llm")
}

/// Wishes whose order shows in the memory: each round takes back the one before.
fn wish(round: usize, user: usize) -> v1::Event {
    const DRINKS: [&str; ROUNDS] = ["oat milk", "black coffee", "green tea", "cold water"];
    let at = 1_767_225_600 + (round * USERS + user) as i64;
    v1::Event {
        id: format!("{round}-{user}"),
        user_id: format!("user-{user}"),
        occurred_at: Some(pbjson_types::Timestamp { seconds: at, nanos: 0 }),
        // Its own times: every run of the test gives the same memory.
        imported: true,
        body: Some(if round.is_multiple_of(2) {
            let text = format!("I prefer {} with breakfast.", DRINKS[round]);
            v1::event::Body::Statement(v1::Statement { text })
        } else {
            let text = format!("From now on I prefer {} with breakfast, please.", DRINKS[round]);
            let role = v1::Role::User.into();
            v1::event::Body::Message(v1::Message { role, text, reply_to: None })
        }),
        ..v1::Event::default()
    }
}

/// Tells everything, round by round, each once the one before has taken effect; how long that took.
async fn tell(app: &App) -> Duration {
    let started = Instant::now();
    for round in 0..ROUNDS {
        let events = (0..USERS).map(|user| wish(round, user)).collect();
        let request = v1::RecordEventsRequest { events };
        let answer = app.events().await.record_events(request).await.unwrap().into_inner();
        let last = answer.results.into_iter().last().and_then(|result| result.outcome);
        let Some(v1::event_result::Outcome::Accepted(accepted)) = last else {
            panic!("not accepted: {last:?}")
        };
        learnt(app, accepted.position).await;
    }
    started.elapsed()
}

/// Waits until a position has taken effect.
async fn learnt(app: &App, position: Option<v1::Position>) {
    let request = v1::RetrieveRequest {
        user_id: "somebody".to_owned(),
        context: Some(v1::Context { text: "breakfast".to_owned(), ..v1::Context::default() }),
        min_position: position,
        ..v1::RetrieveRequest::default()
    };
    app.preferences().await.retrieve(request).await.unwrap();
}

/// Everything stored about everybody.
async fn memory(app: &App) -> Vec<Vec<v1::Preference>> {
    let mut all = Vec::new();
    for user in 0..USERS {
        let request = v1::ListPreferencesRequest {
            user_id: format!("user-{user}"),
            page_size: Some(200),
            ..v1::ListPreferencesRequest::default()
        };
        let page = app.preferences().await.list_preferences(request).await.unwrap().into_inner();
        all.push(page.preferences);
    }
    all
}

async fn without_a_model() -> Vec<Vec<v1::Preference>> {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    tell(&app).await;
    let memory = memory(&app).await;
    assert!(memory.iter().all(|one| !one.is_empty()), "nothing was learnt: this proves nothing");
    memory
}

struct Outcome {
    took: Duration,
    events: [f64; 4],
    app: App,
}

impl Outcome {
    async fn sum(&self, name: &str, values: &[&str]) -> f64 {
        let mut sum = 0.0;
        for value in values {
            sum += self.app.metric(&format!("{name}{{{value}}}")).await;
        }
        sum
    }
}

/// Learns with a model in a mode and compares with the memory without one.
async fn learns_on(
    mode: &str,
    arguments: &[&str],
    settings: &[(&str, &str)],
    expected: &[Vec<v1::Preference>],
) -> Outcome {
    let llm = Llm::start(mode, arguments);
    let base_url = llm.base_url();
    let mut all = vec![
        ("LLM__BASE_URL", base_url.as_str()),
        ("LLM__MODEL", "scripted"),
        ("LLM__TIMEOUT", "400ms"),
        ("LLM__PATIENCE", "800ms"),
    ];
    all.extend_from_slice(settings);
    let folder = tempfile::tempdir().unwrap();
    let app = App::start_in(folder.path(), &[], &all);
    let took = tell(&app).await;
    assert_eq!(memory(&app).await, expected, "{mode}");
    assert!(llm.requests().await > 0, "{mode}: nobody was asked, this proves nothing");
    let mut events = [0.0; 4];
    for (at, outcome) in ["amended", "kept", "late", "unanswered"].iter().enumerate() {
        let series = format!("penchant_llm_events_total{{outcome=\"{outcome}\"}}");
        events[at] = app.metric(&series).await;
    }
    assert_eq!(events[0], 0.0, "{mode}: {events:?}");
    assert_eq!(events.iter().sum::<f64>(), (USERS * ROUNDS) as f64, "{mode}: {events:?}");
    assert!(took < Duration::from_secs(8), "{mode}: {took:?}");
    Outcome { took, events, app }
}

#[tokio::test]
async fn a_model_that_fails_lies_or_hangs_takes_nothing_away_and_is_counted() {
    let expected = without_a_model().await;
    let calls = "penchant_llm_calls_total";
    for (mode, arguments, outcomes) in [
        ("down", &[][..], &["outcome=\"server-error\""][..]),
        ("limited", &[], &["outcome=\"server-error\""]),
        ("reset", &[], &["outcome=\"unreachable\""]),
        ("redirect", &[], &["outcome=\"refused\""]),
        ("hang", &[], &["outcome=\"timeout\""]),
        ("slow", &["--slow-ms", "3000"], &["outcome=\"timeout\""]),
        ("endless", &[], &["outcome=\"too-large\""]),
        ("garbage", &[], &["outcome=\"invalid\""]),
        ("hostile", &[], &["outcome=\"invalid\"", "outcome=\"too-large\""]),
    ] {
        let outcome = learns_on(mode, arguments, &[], &expected).await;
        assert!(outcome.sum(calls, outcomes).await > 0.0, "{mode}");
        assert!(outcome.events[3] > 0.0, "{mode}: {:?}", outcome.events);
        if ["down", "limited", "reset", "hang", "slow"].contains(&mode) {
            let circuit = outcome.app.metric("penchant_llm_circuit_state").await;
            let refused = "penchant_llm_refusals_total{reason=\"circuit\"}";
            assert_eq!(circuit, 2.0, "{mode}: five failures in a row open it");
            assert!(outcome.app.metric(refused).await > 0.0, "{mode}");
            let status = outcome.app.said(&["status"]);
            assert!(status.contains("circuit open"), "{mode}: {status}");
            assert!(status.contains("warning   the language model fails"), "{mode}: {status}");
        }
        println!("{mode}: {:?}", outcome.took);
    }
}

#[tokio::test]
async fn past_the_budget_learning_goes_on_without() {
    let expected = without_a_model().await;
    let settings = [("LLM__BUDGET_PER_MINUTE", "2")];
    let outcome = learns_on("ok", &[], &settings, &expected).await;
    assert_eq!(outcome.sum("penchant_llm_calls_total", &["outcome=\"ok\""]).await, 2.0);
    let refused = "penchant_llm_refusals_total{reason=\"budget\"}";
    let over = outcome.app.metric(refused).await;
    assert!(over >= (USERS - 2) as f64, "{over}");
    let status = outcome.app.said(&["status", "--json"]);
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["model_use"]["calls"], "2", "{status}");
    assert_eq!(status["model_use"]["over_budget"], format!("{over:.0}"), "{status}");
    // Half of the events are messages: 2 calls for 12 of them.
    let share = outcome.app.metric("penchant_llm_calls_per_hundred_messages").await;
    assert!((share - 100.0 * 2.0 / 12.0).abs() < 0.01, "{share}");
}

#[tokio::test]
async fn a_crash_between_call_and_commit_costs_a_call_and_nothing_else() {
    let script = tempfile::NamedTempFile::new().unwrap();
    let line = r#"{"match": "seat", "reply": {"operations": [{"operation": "add", "turn": 1, "description": "prefers aisle seats", "polarity": "prefer", "scope": "always", "occasion": ""}]}}"#;
    std::fs::write(script.path(), line).unwrap();
    let script = script.path().to_str().unwrap();
    let llm = Llm::start("slow", &["--script", script, "--slow-ms", "30000"]);
    let base_url = llm.base_url();
    let settings = [
        ("LLM__BASE_URL", base_url.as_str()),
        ("LLM__MODEL", "scripted"),
        ("LLM__PATIENCE", "30s"),
        ("LLM__TIMEOUT", "30s"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let app = App::start_in(folder.path(), &[], &settings);
    let wish = "On long flights an aisle seat is what I go for.";
    app.said(&["record", "--user", "ada", "--id", "first", "--statement", wish]);
    let until = Instant::now() + Duration::from_secs(20);
    while llm.requests().await == 0 {
        assert!(Instant::now() < until, "the model was not asked");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.kill();
    llm.turn("ok").await;
    let app = App::start_in(folder.path(), &[], &settings);
    learnt(&app, Some(v1::Position { partition: 0, offset: 0 })).await;
    let all = app.said(&["preferences", "list", "--user", "ada", "--all"]);
    assert_eq!(all.matches("prefers aisle seats").count(), 1, "{all}");
    assert_eq!(llm.requests().await, 2);
}

fn eval(arguments: &[&str], llm: Option<&Llm>) -> Value {
    let mut command = Command::new(binary());
    command.args(["eval", "evolution", "--json", "--embedder", "lexical", "--data"]);
    command.arg(fixtures()).args(arguments);
    if let Some(llm) = llm {
        command.env("PENCHANT__LLM__BASE_URL", llm.base_url());
        command.env("PENCHANT__LLM__MODEL", "scripted");
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn an_evaluation_with_a_model_can_be_recorded_and_replayed_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("answers.jsonl");
    let file = recording.to_str().unwrap();
    let script = fixtures().join("script.jsonl");
    // Slower than events are recorded, which would let them pile up to batches that a replay,
    // being quick, would not meet again.
    let slowly = ["--script", script.to_str().unwrap(), "--slow-ms", "100"];
    let llm = Llm::start("slow", &slowly);
    let with = eval(&["--record", file], Some(&llm));
    assert_eq!(with["check_accuracy"], 1.0, "{with}");
    assert_eq!(with["violation_rate"], 0.0, "{with}");
    assert!(with["inferrer"].as_str().unwrap().starts_with("scripted+propose.v"), "{with}");
    assert!(with["llm_calls_per_100_messages"].as_f64().unwrap() > 0.0, "{with}");
    drop(llm);

    let replayed = eval(&["--replay", file], None);
    assert!(replayed["inferrer"].as_str().unwrap().ends_with(" (replayed)"), "{replayed}");
    for figure in ["check_accuracy", "active_recall", "violation_rate", "n"] {
        assert_eq!(replayed[figure], with[figure], "{figure}");
    }
    let without = eval(&[], None);
    assert_eq!(without["inferrer"], "none");
    assert!(without["check_accuracy"].as_f64() < with["check_accuracy"].as_f64(), "{without}");
}
