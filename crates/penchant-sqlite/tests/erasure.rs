//! What is erased is in no file of the data folder any more (INV-9).

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::{append, open_log, open_store};
use penchant_core::head::{Erased, LastReply};
use penchant_core::{Event, Head, Partition, Position, Preference, UserKey};
use penchant_ports::{EventLog as _, PreferenceReader as _, PreferenceStore as _};
use penchant_sqlite::{SqliteLog, SqliteStore};
use penchant_testkit::builders::{at, batch, commit, edit, preference, revised, statement, user};

const CANARY: &str = "marzipan-4711";

/// Files of the folder that hold the canary, and how many times.
fn sightings(folder: &Path) -> Vec<(String, usize)> {
    let mut sightings = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let count = bytes.windows(CANARY.len()).filter(|w| *w == CANARY.as_bytes()).count();
        if count > 0 {
            sightings.push((path.file_name().unwrap().to_string_lossy().into_owned(), count));
        }
    }
    sightings
}

/// Events of all sizes: in one page, over several, and split across overflow pages.
fn event(user: &UserKey, n: usize, word: &str) -> Event {
    let long = format!("{word} ").repeat(1 + (n * 37) % 700);
    match n % 2 {
        0 => statement(user, &format!("{word}-{n}"), &long),
        _ => edit(user, &format!("{word}-{n}"), &long, word),
    }
}

async fn fill_log(log: &SqliteLog) -> Position {
    let mut last = Position::default();
    for n in 0..400 {
        let canary = event(&user(1), n, CANARY);
        let other = event(&user(2 + n % 7), n, "liquorice");
        last = append(log, vec![canary, other]).await[0];
    }
    last
}

#[tokio::test]
async fn no_word_of_erased_events_stays_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let log = open_log(folder.path()).unwrap();
    let last = fill_log(&log).await;
    assert!(!sightings(folder.path()).is_empty(), "the canary was never there");
    log.erase(&user(1), last).await.unwrap();
    assert_eq!(sightings(folder.path()), [], "while the log is open");
    drop(log);
    assert_eq!(sightings(folder.path()), [], "after it was closed");
    let log = open_log(folder.path()).unwrap();
    let others = log.read(Partition(0), 0, 1000).await.unwrap();
    let kept =
        others.iter().filter(|r| matches!(&r.payload, penchant_ports::Payload::Event(_))).count();
    assert_eq!((others.len(), kept), (800, 400));
}

/// Grows, changes and closes many preferences, so that pages split and merge.
async fn fill_store(store: &SqliteStore, epoch: u64) -> u64 {
    let mut next = 0;
    for round in 0..12 {
        for n in [1, 2, 3, 1] {
            let head = store.load(&[user(n)]).await.unwrap().remove(0).head;
            let word = if n == 1 { CANARY } else { "liquorice" };
            let at_offset = next;
            let changed = |i: usize| -> Preference {
                let mut p = preference(&format!("{word}-{}", (i * 7 + round) % 90));
                p.version = at_offset * 1000 + i as u64;
                p.description = format!("prefers {word} {round}");
                p.kind = penchant_core::Claim::Statement { text: word.repeat(1 + i % 60) };
                p
            };
            let position = Position::new(0, next);
            next += 1;
            let mut one = commit(&user(n), &head, epoch, position, (0..25).map(changed).collect());
            let text = word.repeat(20);
            one.head.last_reply = Some(LastReply { session: None, text });
            store.commit(batch(epoch, next, vec![one])).await.unwrap();
        }
    }
    next
}

#[tokio::test]
async fn no_word_of_an_erased_memory_stays_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_store(folder.path()).unwrap();
    let epoch = store.fence(Partition(0)).await.unwrap();
    let next = fill_store(&store, epoch).await;
    assert!(!sightings(folder.path()).is_empty(), "the canary was never there");
    let head = store.load(&[user(1)]).await.unwrap().remove(0).head;
    let position = Position::new(0, next);
    let mut one = commit(&user(1), &head, epoch, position, Vec::new());
    one.erase = true;
    one.head = Head {
        revision: one.head.revision,
        epoch,
        checkpoint: one.head.checkpoint.clone(),
        erased: Some(Erased { position, at: at(500) }),
        ..Head::default()
    };
    store.commit(batch(epoch, next + 1, vec![one])).await.unwrap();
    assert_eq!(sightings(folder.path()), [], "while the store is open");
    drop(store);
    assert_eq!(sightings(folder.path()), [], "after it was closed");
    let store = open_store(folder.path()).unwrap();
    assert_eq!(store.load(&[user(2)]).await.unwrap()[0].preferences.len(), 90);
}

#[tokio::test]
async fn no_earlier_wording_of_an_erased_preference_stays_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = open_store(folder.path()).unwrap();
    let epoch = store.fence(Partition(0)).await.unwrap();
    let mut secret = preference("p1");
    secret.description = format!("prefers {CANARY}");
    let first =
        commit(&user(1), &Head::default(), epoch, Position::new(0, 0), vec![secret.clone()]);
    let head = first.head.clone();
    store.commit(batch(epoch, 1, vec![first])).await.unwrap();
    let mut tame = revised(&secret, at(2));
    tame.description = "prefers sweets".to_owned();
    let second = commit(&user(1), &head, epoch, Position::new(0, 1), vec![tame]);
    let head = second.head.clone();
    store.commit(batch(epoch, 2, vec![second])).await.unwrap();
    let history = store.get(&user(1), &secret.id).await.unwrap().1;
    assert!(history[0].description.contains(CANARY), "history keeps what was held");
    let mut third = commit(&user(1), &head, epoch, Position::new(0, 2), Vec::new());
    third.erase = true;
    third.head.erased = Some(Erased { position: Position::new(0, 2), at: at(9) });
    store.commit(batch(epoch, 3, vec![third])).await.unwrap();
    assert_eq!(sightings(folder.path()), []);
}
