//! Starting: races, refusals and what they say, servers that are away.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use penchant_core::Partition;
use penchant_ports::{
    Certainty, EmbedderInfo, Generations, PortError, PortErrorKind, PreferenceReader as _,
    PreferenceStore as _,
};
use penchant_qdrant::{ApiKey, QdrantConfig, QdrantStore};
use penchant_testkit::builders::{batch, embedder_info, preference, user};

use crate::server::Qdrant;
use crate::support::{config, connect, faulty, insist, prepare};

async fn refusal(config: &QdrantConfig, embedder: &EmbedderInfo) -> PortError {
    QdrantStore::connect(config.clone(), embedder).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_that_start_at_once_share_one_collection() {
    let config = config(Qdrant::shared());
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let config = config.clone();
            tokio::spawn(async move { connect(&config).await })
        })
        .collect();
    let mut epochs = Vec::new();
    for start in starts {
        let store = start.await.unwrap();
        assert_eq!(Generations::list(&*store).await.unwrap(), [0]);
        assert_eq!(store.warnings(), [""; 0]);
        epochs.push(store.fence(Partition(0)).await.unwrap());
    }
    assert!(
        epochs.is_sorted_by(|a, b| b - a == 1),
        "one partition, taken over in turn: {epochs:?}"
    );
    // Cursors of one process are good for the others.
    let (one, other) = (connect(&config).await, connect(&config).await);
    let users = [user(1), user(2)];
    let batch = prepare(&one, &users, epochs[7], 0, |_| vec![preference("p1")]).await.unwrap();
    insist(&one, &batch).await;
    let page = one.users(&users[0].tenant, 1, None).await.unwrap();
    let rest = other.users(&users[0].tenant, 1, page.next.as_ref()).await.unwrap();
    assert_eq!(rest.items, [users[1].user.clone()]);
}

#[tokio::test]
async fn a_wrong_key_is_refused_as_such_and_never_printed() {
    let server = Qdrant::scripted(&["--api-key", "right"]);
    let mut config = config(&server);
    for key in [None, Some("wrong"), Some("wr\nong")] {
        config.api_key = key.map(ApiKey::new);
        let error = refusal(&config, &embedder_info()).await;
        assert_eq!(error.kind, PortErrorKind::Invalid, "{error}");
        assert!(error.message.contains("API key"), "{error}");
        assert!(!format!("{error:?}{config:?}").contains("wrong"), "{error:?}");
    }
    config.api_key = Some(ApiKey::new("right"));
    let store = connect(&config).await;
    store.check().await.unwrap();
    assert!(!format!("{store:?}").contains("right"));
}

#[tokio::test]
async fn an_old_server_is_refused_unless_that_is_asked_for() {
    let server = Qdrant::scripted(&["--report-version", "1.18.3"]);
    let mut config = config(&server);
    let error = refusal(&config, &embedder_info()).await;
    assert_eq!(error.kind, PortErrorKind::Invalid);
    assert!(error.message.contains("1.18.3") && error.message.contains("1.19"), "{error}");
    config.allow_old_server = true;
    let warnings = connect(&config).await.warnings();
    assert!(warnings[0].contains("deleted points may return"), "{warnings:?}");
}

#[tokio::test]
async fn vectors_of_two_models_never_meet() {
    let config = config(Qdrant::shared());
    let old = connect(&config).await;
    let renamed = EmbedderInfo { model: "testkit-v2".to_owned(), ..embedder_info() };
    let wider = EmbedderInfo { dimension: 12, ..renamed.clone() };
    for other in [&renamed, &wider] {
        let error = refusal(&config, other).await;
        assert_eq!(error.kind, PortErrorKind::Invalid);
        let told = ["testkit-v1", "testkit-v2", "penchant replay"];
        assert!(told.iter().all(|words| error.message.contains(words)), "{error}");
    }
    // The way that the refusal names.
    let builder = QdrantStore::connect_to_rebuild(config.clone(), &wider).await.unwrap();
    let built = builder.build().await.unwrap();
    builder.switch(built.number).await.unwrap();
    QdrantStore::connect(config.clone(), &wider).await.unwrap();
    assert!(refusal(&config, &embedder_info()).await.message.contains("testkit-v2"));
    assert_eq!(old.serving().await.unwrap(), built.number);
}

#[tokio::test]
async fn a_builder_whose_generation_was_discarded_cannot_write_into_the_next_of_that_number() {
    let store = connect(&config(Qdrant::shared())).await;
    let stray = store.build().await.unwrap();
    let epoch = stray.store.fence(Partition(0)).await.unwrap();
    store.discard(stray.number).await.unwrap();
    let again = store.build().await.unwrap();
    assert_eq!((again.number, again.resumed), (stray.number, false));
    for taken_over in [false, true] {
        if taken_over {
            again.store.fence(Partition(0)).await.unwrap();
        }
        let late = batch(epoch, 900, Vec::new());
        let error = stray.store.commit(late).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Fenced, "{error}");
    }
    let next = again.store.checkpoint().await.unwrap().next_offset(Partition(0));
    assert_eq!(next, 0, "records 0 to 899 are in no head of it");
}

#[tokio::test]
async fn a_server_that_is_away_is_told_from_one_that_may_have_written() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut nowhere = QdrantConfig::new(format!("http://{free}"));
    nowhere.timeout = Duration::from_secs(5);
    let started = Instant::now();
    let error = refusal(&nowhere, &embedder_info()).await;
    assert_eq!((error.kind, error.certainty), (PortErrorKind::Unavailable, Certainty::Determinate));
    assert!(error.message.contains(&nowhere.url), "{error}");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());

    let (_turn, server) = faulty().await;
    let store = connect(&config(server)).await;
    let epoch = store.fence(Partition(0)).await.unwrap();
    let batch = prepare(&store, &[user(1)], epoch, 0, |_| vec![preference("p1")]).await.unwrap();
    server.end(true);
    for error in [
        store.commit(batch.clone()).await.unwrap_err(),
        store.fence(Partition(0)).await.unwrap_err(),
        store.check().await.unwrap_err(),
    ] {
        let told = (error.kind, error.certainty);
        assert_eq!(told, (PortErrorKind::Unavailable, Certainty::Determinate), "{error}");
    }
    server.start_again();
    insist(&store, &batch).await;
    assert_eq!(store.load(&[user(1)]).await.unwrap()[0].head.revision, 1);
}

#[tokio::test]
async fn no_call_outlasts_its_timeout() {
    let (_turn, server) = faulty().await;
    let mut config = config(server);
    connect(&config).await;
    config.timeout = Duration::from_millis(800);
    let store: Arc<QdrantStore> = connect(&config).await;
    server.faults("lose_reply_rate=1\nlose_reply=hang\nmethods=Get");
    let started = Instant::now();
    let error = store.load(&[user(1)]).await.unwrap_err();
    let took = started.elapsed();
    assert_eq!(error.kind, PortErrorKind::Unavailable);
    assert!((800..2400).contains(&took.as_millis()), "{took:?}");
    server.faults("");
    store.load(&[user(1)]).await.unwrap();
}

#[tokio::test]
async fn addresses_and_names_that_cannot_be_are_refused_before_any_call() {
    for url in ["127.0.0.1:6334", "ftp://x", "http://", "http://a b"] {
        let error = refusal(&QdrantConfig::new(url), &embedder_info()).await;
        assert_eq!(error.kind, PortErrorKind::Invalid, "{url}: {error}");
    }
    let mut config = QdrantConfig::new("http://127.0.0.1:1");
    config.collection = "../x".to_owned();
    assert_eq!(refusal(&config, &embedder_info()).await.kind, PortErrorKind::Invalid);
}
