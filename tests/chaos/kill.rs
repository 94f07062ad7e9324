//! `kill -9` at random moments while events stream in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use penchant_core::{Checkpoint, Partition, Preference, TenantId, UserId, UserKey};
use penchant_embed::Lexical;
use penchant_ports::{
    Embedder, EventLog as _, ListQuery, Payload, PreferenceReader as _, PreferenceStore as _,
    SystemClock,
};
use penchant_proto::v1;
use penchant_proto::v1::event_result::Outcome;
use penchant_sqlite::{SqliteLog, SqliteStore};
use penchant_tests::app::App;
use penchant_tests::events::event;
use penchant_tests::oracle;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const SEED: u64 = 20_261_123;
const KILLS: usize = 30;
const USERS: usize = 12;
const BATCH: usize = 10;

/// Streams batches until the process dies under it; what was acknowledged, and what is to be sent
/// again.
async fn stream(
    app: &App,
    rng: &mut ChaCha8Rng,
    next: &mut usize,
    resend: &mut Vec<v1::Event>,
    acknowledged: &mut BTreeSet<String>,
) {
    let mut client = app.events().await;
    loop {
        let mut events = std::mem::take(resend);
        while events.len() < BATCH {
            events.push(event(rng, *next, USERS));
            *next += 1;
        }
        let request = v1::RecordEventsRequest { events: events.clone() };
        let Ok(answer) = client.record_events(request).await else {
            // Nobody knows what of it happened: the client sends it again, with the same ids.
            *resend = events;
            return;
        };
        for (sent, result) in events.into_iter().zip(answer.into_inner().results) {
            match result.outcome {
                Some(Outcome::Accepted(accepted)) => {
                    acknowledged.insert(accepted.event_id);
                }
                Some(Outcome::Failed(_)) => resend.push(sent),
                other => panic!("a good event was refused: {other:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_thirty_times_nothing_acknowledged_is_lost_and_nothing_counts_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut content = ChaCha8Rng::seed_from_u64(SEED + 1);
    let (mut next, mut resend, mut acknowledged) = (0, Vec::new(), BTreeSet::new());
    let mut uncertain = 0;
    for _ in 0..KILLS {
        let app = App::start(folder.path());
        let moment = Duration::from_millis(rng.random_range(20..200));
        let streaming = stream(&app, &mut content, &mut next, &mut resend, &mut acknowledged);
        // Dropping the stream mid-call is the client's view of the crash; the kill follows at once.
        let died_first = tokio::time::timeout(moment, streaming).await;
        assert!(died_first.is_err(), "the service ended by itself");
        app.kill();
        // What was in flight is unknown to the client. It sends everything unacknowledged again.
        let mut again = ChaCha8Rng::seed_from_u64(SEED + 1);
        resend = (0..next)
            .map(|number| event(&mut again, number, USERS))
            .filter(|event| !acknowledged.contains(&event.id))
            .collect();
        uncertain += resend.len();
    }
    assert!(uncertain > 0, "no kill hit a call in flight; the fault did not fire");

    // A last run in peace: send what is left, and let it be learnt.
    let app = App::start(folder.path());
    let mut client = app.events().await;
    let mut last = None;
    for chunk in resend.chunks(100) {
        let request = v1::RecordEventsRequest { events: chunk.to_vec() };
        for result in client.record_events(request).await.unwrap().into_inner().results {
            match result.outcome {
                Some(Outcome::Accepted(accepted)) => {
                    acknowledged.insert(accepted.event_id);
                    last = last.max(accepted.position.map(|p| (p.partition, p.offset)));
                }
                other => panic!("a good event was refused: {other:?}"),
            }
        }
    }
    assert_eq!(acknowledged.len(), next, "every event was acknowledged in the end");
    drop(client);
    let (partition, offset) = last.expect("the last kill left something to send again");
    let barrier = v1::RetrieveRequest {
        user_id: "user-0".to_owned(),
        min_position: Some(v1::Position { partition, offset }),
        ..v1::RetrieveRequest::default()
    };
    settle(&app, barrier).await;
    assert_eq!(app.stop(), Some(0), "it stops in order");
    let repeated = compare(folder.path(), &acknowledged).await;
    println!(
        "kills {KILLS}, events {next}, sent again {uncertain}, log records beyond one each {repeated}"
    );
}

/// Asks until everything up to the position has been learnt; the service itself waits 10 s a call.
async fn settle(app: &App, barrier: v1::RetrieveRequest) {
    let mut client = app.preferences().await;
    for _ in 0..30 {
        match client.retrieve(barrier.clone()).await {
            Ok(_) => return,
            Err(status) => assert_eq!(status.code(), tonic::Code::Unavailable, "{status}"),
        }
    }
    panic!("the learner did not catch up; {}", app.said(&["status"]));
}

/// The store against the reference fold over the log; how many records the log holds beyond one
/// per event.
async fn compare(folder: &std::path::Path, acknowledged: &BTreeSet<String>) -> usize {
    let embedder: Arc<dyn Embedder> = Arc::new(Lexical::default());
    let log = SqliteLog::open(folder, Arc::new(SystemClock)).unwrap();
    let store = SqliteStore::open(folder, embedder.info()).unwrap();
    let records = log.read(Partition(0), 0, usize::MAX >> 1).await.unwrap();
    let on_log: BTreeSet<String> = records
        .iter()
        .filter_map(|record| match &record.payload {
            Payload::Event(event) => Some(event.id.to_string()),
            Payload::DeadLetter(_) | Payload::Erased => None,
        })
        .collect();
    let missing: Vec<&String> = acknowledged.difference(&on_log).collect();
    assert!(missing.is_empty(), "acknowledged but not on the log: {missing:?}");
    let ends = log.ends().await.unwrap();
    let checkpoint: Checkpoint = store.checkpoint().await.unwrap();
    assert_eq!(
        checkpoint.next_offset(Partition(0)),
        ends[&Partition(0)],
        "everything was learnt before the stop"
    );
    let expected = oracle::reference(&records, &*embedder).await;
    assert_eq!(expected.len(), USERS);
    for (user, state) in &expected {
        let stored = stored(&store, user).await;
        let wanted: BTreeMap<String, &Preference> =
            state.preferences.iter().map(|p| (p.id.to_string(), p)).collect();
        assert_eq!(stored.len(), wanted.len(), "{user}");
        for (id, preference) in wanted {
            assert_eq!(stored.get(&id), Some(preference), "{user} {id}");
        }
    }
    records.len() - on_log.len()
}

async fn stored(store: &SqliteStore, user: &UserKey) -> BTreeMap<String, Preference> {
    let tenant = TenantId::try_new("default").unwrap();
    assert_eq!(user.tenant, tenant);
    let user = UserKey::new(tenant, UserId::try_new(user.user.as_str()).unwrap());
    let query = ListQuery { user, statuses: Vec::new(), limit: 10_000, cursor: None };
    let page = store.list(&query).await.unwrap();
    page.items.into_iter().map(|p| (p.id.to_string(), p)).collect()
}
