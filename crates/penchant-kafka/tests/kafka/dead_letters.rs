//! Poison, and what becomes of it.

use std::collections::BTreeMap;

use penchant_core::{Checkpoint, Position};
use penchant_kafka::{MAX_RECORD_BYTES, Redrive};
use penchant_ports::{EventLog as _, Payload, PortErrorKind};
use penchant_testkit::builders::user_of;

use crate::support::{App, append, config, connect, event, lane_of, statements, take};

const TEA: &[u8] = br#"{"id": "app-1", "statement": {"text": "I prefer tea"}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn poison_is_put_aside_with_its_reason_while_its_neighbours_flow() {
    let config = config("poison", 1);
    let log = connect(&config).await;
    let app = App::new(&config, "murmur2_random");
    let ada = user_of("acme", "ada");
    let large = vec![b'x'; MAX_RECORD_BYTES + 1];
    let key: Option<&[u8]> = Some(b"acme\0ada");
    type Poison<'a> = (&'a str, Option<&'a [u8]>, Option<&'a [u8]>, Option<&'a str>);
    let poison: [Poison<'_>; 9] = [
        ("null-key", None, Some(TEA), None),
        ("malformed-key", Some(b"ada"), Some(TEA), None),
        ("key-mismatch", key, Some(br#"{"user_id": "bob", "statement": {"text": "x"}}"#), None),
        ("oversized", key, Some(&large), None),
        ("malformed", key, Some(b"\xff\xff\xff"), Some("application/x-protobuf")),
        ("malformed", key, None, None),
        ("unknown-schema", key, Some(br#"{"levitation": {}}"#), Some("application/json")),
        ("unknown-schema", key, Some(b"\x9a\x06\x00"), Some("application/x-protobuf")),
        ("invalid", key, Some(br#"{"statement": {"text": " "}}"#), None),
    ];
    let mut bad: BTreeMap<Position, &str> = BTreeMap::new();
    let mut good: Vec<Position> = Vec::new();
    for (n, (reason, key, value, content_type)) in poison.into_iter().enumerate() {
        good.extend(append(&log, statements(&ada, n, 1)).await);
        bad.insert(app.send(key, value, content_type, None).await, reason);
    }
    good.extend(append(&log, statements(&ada, 100, 1)).await);

    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, good[0].partition, &mut Vec::new()).await;
    let letters = log.dead_letters();
    for delivery in take(&mut lane, good.len() + bad.len()).await {
        match (&delivery.payload, bad.get(&delivery.position)) {
            (Payload::DeadLetter(why), Some(reason)) => {
                assert_eq!(why.reason, *reason, "{}", why.detail);
                let waiting = letters.list(100).await.unwrap().letters;
                assert!(
                    waiting.iter().any(|letter| letter.origin == delivery.position),
                    "delivered before it was put aside: {reason}"
                );
            }
            (Payload::Event(_), None) => assert!(good.contains(&delivery.position)),
            other => panic!("at {} stands {other:?}", delivery.position),
        }
    }
    let listing = letters.list(100).await.unwrap();
    let listed: BTreeMap<Position, &str> =
        listing.letters.iter().map(|letter| (letter.origin, letter.reason.as_str())).collect();
    assert_eq!(listed, bad, "the dead letters are exactly the poison");
    assert_eq!(listing.total, bad.len());

    let newest = letters.list(2).await.unwrap();
    assert_eq!((newest.letters.len(), newest.total), (2, bad.len()));
    let mismatch = listing.letters.iter().find(|l| l.reason == "key-mismatch").unwrap();
    let shown = letters.show(mismatch.position).await.unwrap();
    assert_eq!(&shown, mismatch);
    assert_eq!(shown.key.as_deref(), key);
    assert_eq!(shown.user, Some(ada));
    assert_eq!(shown.topic, config.topic);
    assert!(shown.payload.unwrap().starts_with(br#"{"user_id": "bob""#));
    let large = listing.letters.iter().find(|l| l.reason == "oversized").unwrap();
    assert_eq!(large.payload.as_ref().map(Vec::len), Some(MAX_RECORD_BYTES + 1));
    let typed = listing.letters.iter().find(|l| l.reason == "malformed").unwrap();
    let header = ("content-type".to_owned(), Some(b"application/x-protobuf".to_vec()));
    assert_eq!(typed.headers, [header]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_in_a_wrong_partition_is_put_aside_and_takes_effect_when_sent_again() {
    let config = config("astray", 4);
    let log = connect(&config).await;
    let ada = user_of("acme", "ada");
    let home = log.partition_of(&ada);
    let wrong = (home.0 + 1) % 4;
    // As an app does whose client is left at librdkafka's default partitioner.
    let app = App::new(&config, "consistent_random");
    let origin = app.send(Some(b"acme\0ada"), Some(TEA), None, Some(wrong)).await;
    let keyless = app.send(None, Some(TEA), None, Some(wrong)).await;

    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lanes = Vec::new();
    let mut astray = lane_of(&mut *consumer, origin.partition, &mut lanes).await;
    for delivery in take(&mut astray, 2).await {
        assert!(matches!(delivery.payload, Payload::DeadLetter(_)), "{delivery:?}");
    }
    let letters = log.dead_letters();
    let waiting = letters.list(10).await.unwrap().letters;
    assert_eq!(
        waiting.iter().map(|l| &*l.reason).collect::<Vec<_>>(),
        ["wrong-partition", "null-key"]
    );

    let nobodys = waiting.iter().find(|l| l.origin == keyless).unwrap().position;
    let error = letters.redrive(Redrive::One(nobodys)).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invalid, "{error}");
    let sent = letters.redrive(Redrive::All).await.unwrap();
    assert_eq!((sent.count, sent.skipped), (1, 1));
    let again = letters.redrive(Redrive::All).await.unwrap();
    assert_eq!((again.count, again.skipped), (0, 1), "sent twice");

    let mut lane = match lanes.iter().position(|lane| lane.partition == home) {
        Some(n) => lanes.remove(n),
        None => lane_of(&mut *consumer, home, &mut lanes).await,
    };
    let delivery = take(&mut lane, 1).await.remove(0);
    assert_eq!(event(&delivery).id.as_str(), "app-1");
    assert_eq!(event(&delivery).user, ada);
    let error = letters.show(Position::new(0, 9_999)).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::NotFound);
}
