//! Crashes, lost answers and zombies: whatever is redone, each event takes effect once.

use std::sync::Arc;

use penchant_core::{Head, Partition, Preference, UserKey};
use penchant_ports::{
    Certainty, NearestQuery, PortErrorKind, PreferenceReader as _, PreferenceStore as _,
};
use penchant_qdrant::QdrantStore;
use penchant_testkit::builders::{at, preference, revised, user, vector};

use crate::server::Qdrant;
use crate::support::{begun, config, connect, faulty, insist, next_offset, prepare, stored};

/// `p` as it is after `n` commits that each changed it.
fn step(n: u64) -> Preference {
    let mut p = preference("p");
    for minute in 1..n {
        p = revised(&p, at(i64::try_from(minute).unwrap()));
    }
    p.description = format!("prefers step {n}");
    p
}

/// Each user has exactly `steps` commits, whole.
async fn exactly(store: &QdrantStore, users: &[UserKey], steps: u64) {
    for (user, state) in users.iter().zip(store.load(users).await.unwrap()) {
        assert_eq!(state.head.revision, steps, "{user}");
        assert_eq!(state.preferences, [step(steps)], "{user}");
        let (_, history) = store.get(user, &preference("p").id).await.unwrap();
        let versions: Vec<u64> = history.iter().map(|r| r.version).collect();
        assert_eq!(versions, (1..=steps).collect::<Vec<_>>(), "history of {user}");
    }
    assert_eq!(next_offset(store).await, steps);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_answers_double_nothing() {
    let (_turn, server) = faulty().await;
    let store = connect(&config(server)).await;
    let epoch = store.fence(Partition(0)).await.unwrap();
    let users = [user(1), user(2), user(3)];
    let before = server.count("faults.lose_reply");
    for n in 1..=25 {
        let batch = prepare(&store, &users, epoch, n - 1, |_| vec![step(n)]).await.unwrap();
        server.faults("lose_reply_rate=0.4\nmethods=Upsert,UpdateBatch,SetPayload");
        insist(&store, &batch).await;
        server.faults("");
    }
    exactly(&store, &users, 25).await;
    let lost = server.count("faults.lose_reply") - before;
    assert!(lost > 20, "only {lost} answers were lost");
}

#[tokio::test]
async fn a_head_whose_answer_was_lost_is_found_by_reading_it_back() {
    let (_turn, server) = faulty().await;
    let store = connect(&config(server)).await;
    let epoch = store.fence(Partition(0)).await.unwrap();
    // Without preferences, the head and the checkpoint are all that is written.
    let batch = prepare(&store, &[user(1)], epoch, 0, |_| Vec::new()).await.unwrap();
    server.faults("lose_reply_rate=1\nmethods=Upsert");
    store.commit(batch).await.unwrap();
    server.faults("");
    assert_eq!(store.load(&[user(1)]).await.unwrap()[0].head.revision, 1);
    assert_eq!(next_offset(&store).await, 1);
}

#[tokio::test]
async fn a_head_that_cannot_be_read_back_may_have_been_written() {
    let (_turn, server) = faulty().await;
    let store = connect(&config(server)).await;
    let epoch = store.fence(Partition(0)).await.unwrap();
    let batch = prepare(&store, &[user(1)], epoch, 0, |_| Vec::new()).await.unwrap();
    let before = server.count("faults.latency");
    server.faults("latency_ms=1500\nmethods=Upsert");
    let writer = Arc::clone(&store);
    let sent = batch.clone();
    let commit = tokio::spawn(async move { writer.commit(sent).await });
    begun(server, before, 1).await;
    server.faults("fail_rate=1\nmethods=Get,Upsert");
    let error = commit.await.unwrap().unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Unavailable, "{error}");
    assert_eq!(error.certainty, Certainty::Indeterminate, "{error}");
    server.faults("");
    insist(&store, &batch).await;
    assert_eq!(store.load(&[user(1)]).await.unwrap()[0].head.revision, 1);
    // Where nothing but invisible points can have been written, it is known that nothing happened.
    let other = prepare(&store, &[user(2)], epoch, 1, |_| vec![step(1)]).await.unwrap();
    server.faults("lose_reply_rate=1\nmethods=Upsert");
    let error = store.commit(other).await.unwrap_err();
    assert_eq!(error.certainty, Certainty::Determinate, "{error}");
    server.faults("");
    assert_eq!(store.load(&[user(2)]).await.unwrap()[0].head, Head::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_in_any_step_of_a_commit_loses_and_doubles_nothing() {
    let (_turn, server) = faulty().await;
    let config = config(server);
    let users: Vec<UserKey> = (0..20).map(user).collect();
    // Upserts in order: preferences, heads (two calls once some exist), checkpoint.
    for round in 1..=4 {
        let store = connect(&config).await;
        let epoch = store.fence(Partition(0)).await.unwrap();
        let batch = prepare(&store, &users, epoch, round - 1, |_| vec![step(round)]).await.unwrap();
        let before = server.count("faults.latency");
        server.faults("latency_ms=500\nmethods=Upsert");
        let (writer, sent) = (Arc::clone(&store), batch.clone());
        let commit = tokio::spawn(async move { writer.commit(sent).await });
        begun(server, before, round.min(3)).await;
        server.end(true);
        let outcome = commit.await.unwrap();
        if let Err(error) = &outcome {
            assert_eq!(error.kind, PortErrorKind::Unavailable, "{error}");
        }
        server.faults("");
        server.start_again();
        // What a learner does: load again, and skip what has taken effect already.
        let states = store.load(&users).await.unwrap();
        let done = states.iter().filter(|state| state.head.revision == round).count();
        assert!(outcome.is_err() || done == users.len(), "{done} of {outcome:?}");
        insist(&store, &batch).await;
        exactly(&store, &users, round).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_that_is_fenced_while_it_writes_preferences_writes_no_head() {
    let (_turn, server) = faulty().await;
    let config = config(server);
    let (old, new) = (connect(&config).await, connect(&config).await);
    let epoch = old.fence(Partition(0)).await.unwrap();
    let batch = prepare(&old, &[user(1)], epoch, 0, |_| vec![step(1)]).await.unwrap();
    let before = server.count("faults.latency");
    server.faults("latency_ms=1500\nmethods=Upsert");
    let zombie = tokio::spawn(async move { old.commit(batch).await });
    begun(server, before, 1).await;
    server.faults("");
    let newer = new.fence(Partition(0)).await.unwrap();
    let error = zombie.await.unwrap().unwrap_err();
    assert_eq!((error.kind, error.certainty), (PortErrorKind::Fenced, Certainty::Determinate));
    assert_eq!(new.load(&[user(1)]).await.unwrap()[0].head, Head::default());
    let batch = prepare(&new, &[user(1)], newer, 0, |_| vec![step(1)]).await.unwrap();
    insist(&new, &batch).await;
    exactly(&new, &[user(1)], 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fenced_writers_late_head_never_replaces_its_successors() {
    let (_turn, server) = faulty().await;
    let config = config(server);
    let (old, new) = (connect(&config).await, connect(&config).await);
    let epoch = old.fence(Partition(0)).await.unwrap();
    let first = prepare(&old, &[user(1)], epoch, 0, |_| vec![step(1)]).await.unwrap();
    insist(&old, &first).await;
    // User 1 has a head, user 2 has none; the zombie's commits bring heads only.
    let users = [user(1), user(2)];
    let late = prepare(&old, &users, epoch, 1, |_| Vec::new()).await.unwrap();
    let before = server.count("faults.latency");
    server.faults("latency_ms=2500\nmethods=Upsert");
    let writer = Arc::clone(&old);
    let zombie = tokio::spawn(async move { writer.commit(late).await });
    begun(server, before, 2).await;
    server.faults("");
    let newer = new.fence(Partition(0)).await.unwrap();
    let mut batch = prepare(&new, &users, newer, 1, |_| Vec::new()).await.unwrap();
    batch.users.iter_mut().for_each(|commit| commit.head.next_preference = 77);
    let heads: Vec<Head> = batch.users.iter().map(|commit| commit.head.clone()).collect();
    new.commit(batch).await.unwrap();
    let error = zombie.await.unwrap().unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Fenced, "{error}");
    let states = new.load(&users).await.unwrap();
    assert_eq!(states.into_iter().map(|state| state.head).collect::<Vec<_>>(), heads);
    assert_eq!(next_offset(&new).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fenced_writer_never_moves_the_checkpoint() {
    let (_turn, server) = faulty().await;
    let config = config(server);
    let (old, new) = (connect(&config).await, connect(&config).await);
    let epoch = old.fence(Partition(0)).await.unwrap();
    let batch = prepare(&old, &[user(1)], epoch, 0, |_| Vec::new()).await.unwrap();
    let before = server.count("faults.latency");
    server.faults("latency_ms=1500\nmethods=Upsert");
    let zombie = tokio::spawn(async move { old.commit(batch).await });
    begun(server, before, 1).await;
    server.faults("");
    let newer = new.fence(Partition(0)).await.unwrap();
    let error = zombie.await.unwrap().unwrap_err();
    // Its head was under way already and has landed, whole.
    assert_eq!((error.kind, error.certainty), (PortErrorKind::Fenced, Certainty::Indeterminate));
    assert_eq!(next_offset(&new).await, 0);
    let head = new.load(&[user(1)]).await.unwrap().remove(0).head;
    assert_eq!((head.revision, head.epoch), (1, epoch));
    let next = prepare(&new, &[user(1)], newer, 1, |_| vec![step(1)]).await.unwrap();
    insist(&new, &next).await;
    assert_eq!(next_offset(&new).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_read_sees_one_state_of_the_user_while_it_is_written() {
    const TOGETHER: usize = 5;
    let store = connect(&config(Qdrant::shared())).await;
    let epoch = store.fence(Partition(0)).await.unwrap();
    let writing = Arc::clone(&store);
    let writer = tokio::spawn(async move {
        for n in 1..=40_u64 {
            let all = |_: &UserKey| {
                let of = |i: usize| {
                    let mut p = preference(&format!("p{i}"));
                    (p.version, p.description) = (n, format!("prefers {n}"));
                    p
                };
                (0..TOGETHER).map(of).collect()
            };
            let batch = prepare(&writing, &[user(1)], epoch, n - 1, all).await.unwrap();
            writing.commit(batch).await.unwrap();
        }
    });
    let near = |limit| NearestQuery { user: user(1), context: vector(1), limit, as_of: None };
    let mut reads = 0;
    while !writer.is_finished() {
        let state = store.load(&[user(1)]).await.unwrap().remove(0);
        let whole = store.nearest(&near(20)).await.unwrap();
        let few = store.nearest(&near(2)).await.unwrap();
        let of = |found: &penchant_ports::Neighbourhood| {
            found.neighbours.iter().map(|n| n.preference.clone()).collect::<Vec<_>>()
        };
        let full = [(state.head, state.preferences), (whole.head.clone(), of(&whole))];
        for (head, preferences) in &full {
            let wanted = if head.revision == 0 { 0 } else { TOGETHER };
            assert_eq!(preferences.len(), wanted, "at revision {}", head.revision);
        }
        for (head, preferences) in full.into_iter().chain([(few.head.clone(), of(&few))]) {
            let versions: Vec<u64> = preferences.iter().map(|p| p.version).collect();
            assert!(versions.iter().all(|v| *v == head.revision), "{} {versions:?}", head.revision);
        }
        reads += 1;
    }
    writer.await.unwrap();
    assert!(reads > 5, "only {reads} reads while it was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replaced_points_are_deleted_and_an_erasure_leaves_nothing() {
    let (_turn, server) = faulty().await;
    let config = config(server);
    let (old, new) = (connect(&config).await, connect(&config).await);
    let epoch = old.fence(Partition(0)).await.unwrap();
    for n in 1..=3 {
        let batch = prepare(&old, &[user(1)], epoch, n - 1, |_| vec![step(n)]).await.unwrap();
        insist(&old, &batch).await;
    }
    assert_eq!(stored(&config, &user(1), "preference").await, 1);
    assert_eq!(stored(&config, &user(1), "revision").await, 3);
    // A zombie's preferences are under way when its successor erases the user.
    let late = prepare(&old, &[user(1)], epoch, 3, |_| vec![step(4)]).await.unwrap();
    let before = server.count("faults.latency");
    server.faults("latency_ms=3000\nmethods=Upsert");
    let zombie = tokio::spawn(async move { old.commit(late).await });
    begun(server, before, 1).await;
    server.faults("");
    let newer = new.fence(Partition(0)).await.unwrap();
    let mut erasing = prepare(&new, &[user(1)], newer, 3, |_| Vec::new()).await.unwrap();
    let commit = &mut erasing.users[0];
    commit.erase = true;
    let mark =
        penchant_core::head::Erased { position: penchant_core::Position::new(0, 3), at: at(90) };
    commit.head = Head {
        revision: commit.head.revision,
        epoch: newer,
        checkpoint: commit.head.checkpoint.clone(),
        erased: Some(mark),
        ..Head::default()
    };
    insist(&new, &erasing).await;
    assert_eq!(stored(&config, &user(1), "preference").await, 0);
    assert_eq!(stored(&config, &user(1), "revision").await, 0);
    assert_eq!(zombie.await.unwrap().unwrap_err().kind, PortErrorKind::Fenced);
    let left = stored(&config, &user(1), "preference").await;
    assert_eq!(left, 1, "the zombie's points were to arrive after the erasure");
    assert!(new.load(&[user(1)]).await.unwrap()[0].preferences.is_empty());
    new.fence(Partition(0)).await.unwrap();
    assert_eq!(stored(&config, &user(1), "preference").await, 0);
    assert_eq!(stored(&config, &user(1), "revision").await, 0);
    assert_eq!(new.load(&[user(1)]).await.unwrap()[0].head.erased, Some(mark));
}
