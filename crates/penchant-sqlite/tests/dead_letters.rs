//! Records that are no events are put aside, delivered as such, and never lost (INV-5).

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::path::Path;

use common::{append, open_log};
use penchant_core::{Checkpoint, Partition, Position};
use penchant_ports::{Cursor, Delivery, EventLog as _, Payload, PortErrorKind};
use penchant_sqlite::{LOG_FILE, SqliteLog};
use penchant_testkit::builders::{at, statement, user};
use rusqlite::Connection;

/// A log of six events, of which three have been damaged behind its back.
async fn damaged(folder: &Path) -> SqliteLog {
    let log = open_log(folder).unwrap();
    let events = (0..6).map(|n| statement(&user(n), &format!("e{n}"), "I prefer tea")).collect();
    append(&log, events).await;
    drop(log);
    let raw = Connection::open(folder.join(LOG_FILE)).unwrap();
    let set = "UPDATE events SET payload = ?2 WHERE \"offset\" = ?1";
    raw.execute(set, (1, b"{ half an eve".to_vec())).unwrap();
    raw.execute(
        "UPDATE events SET payload = (SELECT payload FROM events WHERE \"offset\" = 0)
         WHERE \"offset\" = 3",
        [],
    )
    .unwrap();
    let text: Vec<u8> = raw
        .query_row("SELECT payload FROM events WHERE \"offset\" = 4", [], |row| row.get(0))
        .unwrap();
    let blank = String::from_utf8(text).unwrap().replace("I prefer tea", " ");
    raw.execute(set, (4, blank.into_bytes())).unwrap();
    drop(raw);
    open_log(folder).unwrap()
}

async fn consume(log: &SqliteLog, count: usize) -> Vec<Delivery> {
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = consumer.next_lane().await.unwrap().unwrap();
    let mut got = Vec::new();
    while got.len() < count {
        got.push(lane.deliveries.recv().await.unwrap());
    }
    got
}

fn reason(delivery: &Delivery) -> &str {
    match &delivery.payload {
        Payload::DeadLetter(why) => &why.reason,
        Payload::Event(_) => "event",
        Payload::Erased => "erased",
    }
}

#[tokio::test]
async fn damaged_records_are_put_aside_before_they_are_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let log = damaged(folder.path()).await;
    assert_eq!(log.dead_letters(10, None).await.unwrap().total, 0);
    let got = consume(&log, 6).await;
    let reasons: Vec<&str> = got.iter().map(reason).collect();
    assert_eq!(reasons, ["event", "malformed", "event", "key-mismatch", "invalid", "event"]);
    // Delivered again, they are still there once.
    consume(&log, 6).await;
    let page = log.dead_letters(10, None).await.unwrap();
    assert_eq!((page.total, page.next), (3, None));
    let first = &page.items[0];
    assert_eq!(first.position, Position::new(0, 1));
    assert_eq!(first.bytes, b"{ half an eve");
    assert_eq!(first.found_at, at(100));
    assert_eq!(first.why.reason, "malformed");
    assert!(!first.why.detail.is_empty());
    assert_eq!(log.dead_letter(Position::new(0, 4)).await.unwrap().why.reason, "invalid");
}

#[tokio::test]
async fn dead_letters_are_listed_page_by_page() {
    let folder = tempfile::tempdir().unwrap();
    let log = damaged(folder.path()).await;
    consume(&log, 6).await;
    let (mut offsets, mut cursor) = (Vec::new(), None);
    loop {
        let page = log.dead_letters(2, cursor.as_ref()).await.unwrap();
        assert_eq!(page.total, 3);
        offsets.extend(page.items.iter().map(|letter| letter.position.offset));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(offsets, [1, 3, 4]);
    let none = log.dead_letter(Position::new(0, 0)).await.unwrap_err();
    assert_eq!(none.kind, PortErrorKind::NotFound);
    let forged = Cursor("nonsense".to_owned());
    let forged = log.dead_letters(2, Some(&forged)).await.unwrap_err();
    assert_eq!(forged.kind, PortErrorKind::Invalid);
    assert!(log.dead_letters(0, None).await.is_err());
}

#[tokio::test]
async fn erasing_a_user_takes_their_dead_letters_along() {
    let folder = tempfile::tempdir().unwrap();
    let log = damaged(folder.path()).await;
    consume(&log, 6).await;
    log.erase(&user(1), Position::new(0, 5)).await.unwrap();
    let left: Vec<u64> = log
        .dead_letters(10, None)
        .await
        .unwrap()
        .items
        .iter()
        .map(|letter| letter.position.offset)
        .collect();
    assert_eq!(left, [3, 4]);
    let records = log.read(Partition(0), 0, 10).await.unwrap();
    assert_eq!(reason(&records[1]), "erased");
}

#[tokio::test]
async fn reading_has_no_effect_on_dead_letters() {
    let folder = tempfile::tempdir().unwrap();
    let log = damaged(folder.path()).await;
    let records = log.read(Partition(0), 0, 10).await.unwrap();
    assert_eq!(reason(&records[1]), "malformed");
    assert_eq!(log.dead_letters(10, None).await.unwrap().total, 0);
}
