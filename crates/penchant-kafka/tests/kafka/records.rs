//! Appending, and apps that produce by themselves.

use penchant_core::{Checkpoint, EventBody, Partition, Position};
use penchant_ports::{Certainty, EventLog as _, PortErrorKind};
use penchant_testkit::builders::{statement, user};

use crate::support::{App, append, config, connect, event, lane_of, offsets, statements, take};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_appended_is_consumed_in_each_users_order_with_the_brokers_time() {
    let config = config("order", 4);
    let log = connect(&config).await;
    let mixed =
        (0..200).map(|n| statement(&user(n % 10), &format!("e{}", n / 10), &format!("tea {n}")));
    let positions = append(&log, mixed.collect()).await;
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lanes = Vec::new();
    for partition in (0..4).map(Partition) {
        let expected: Vec<Position> =
            positions.iter().filter(|p| p.partition == partition).copied().collect();
        let found =
            lanes.iter().position(|lane: &penchant_ports::Lane| lane.partition == partition);
        let mut lane = match found {
            Some(n) => lanes.remove(n),
            None => lane_of(&mut *consumer, partition, &mut lanes).await,
        };
        let deliveries = take(&mut lane, expected.len()).await;
        assert_eq!(deliveries.iter().map(|d| d.position).collect::<Vec<_>>(), expected);
        for n in 0..10 {
            let ids: Vec<_> = deliveries
                .iter()
                .map(event)
                .filter(|event| event.user == user(n))
                .map(|event| event.id.to_string())
                .collect();
            let sorted: Vec<_> = (0..ids.len()).map(|n| format!("e{n}")).collect();
            assert_eq!(ids, sorted, "of user {n}");
        }
        let times: Vec<_> = deliveries.iter().map(|d| d.logged_at.as_millis()).collect();
        assert!(times.is_sorted(), "log time runs backwards");
        // The events claim to be of early 2026; log time is the broker's.
        assert!(deliveries.iter().all(|d| event(d).occurred_at < d.logged_at));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_the_partition_that_kafkas_own_clients_choose() {
    let config = config("murmur2", 7);
    let log = connect(&config).await;
    let app = App::new(&config, "murmur2_random");
    for n in 0..40 {
        let user = user(n);
        let expected = log.partition_of(&user);
        let appended = append(&log, statements(&user, 0, 1)).await;
        assert_eq!(appended[0].partition, expected, "append of {user}");
        let key = format!("{}\0{}", user.tenant, user.user);
        let produced = app.send(Some(key.as_bytes()), Some(b"{}"), None, None).await;
        assert_eq!(produced.partition, expected, "an app's record of {user}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_may_produce_json_straight_to_the_topic() {
    let config = config("json", 2);
    let log = connect(&config).await;
    let app = App::new(&config, "murmur2_random");
    let json = br#"{"id": "from-app", "user_id": "ada", "context": {"task": "email"},
        "edit": {"draft": "Dear Sir", "revised": "Hi"}}"#;
    let with = app.send(Some(b"acme\0ada"), Some(json), Some("application/json"), None).await;
    let without = app.send(Some(b"acme\0ada"), Some(json), None, None).await;
    let bare = br#"{"statement": {"text": "I prefer tea"}}"#;
    let bare = app.send(Some(b"acme\0ada"), Some(bare), None, None).await;

    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, with.partition, &mut Vec::new()).await;
    let deliveries = take(&mut lane, 3).await;
    assert_eq!(offsets(&deliveries), [with.offset, without.offset, bare.offset]);
    for delivery in &deliveries[..2] {
        let event = event(delivery);
        assert_eq!(event.id.as_str(), "from-app");
        assert_eq!(event.user.to_string(), "acme/ada");
        assert_eq!(event.occurred_at, delivery.logged_at);
        assert!(matches!(&event.body, EventBody::Edit(edit) if edit.revised == "Hi"));
    }
    assert_eq!(
        event(&deliveries[2]).id.to_string(),
        format!("log-{}-{}", bare.partition, bare.offset)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_compression_that_kafka_knows_is_read() {
    let config = config("codecs", 1);
    let log = connect(&config).await;
    // Long enough that it is worth compressing: otherwise clients send it as it is.
    let json = format!(r#"{{"statement": {{"text": "I prefer {}"}}}}"#, "tea ".repeat(500));
    let codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
    for codec in codecs {
        let app = App::compressing(&config, "murmur2_random", codec);
        app.send(Some(b"acme\0ada"), Some(json.as_bytes()), None, None).await;
    }
    let mut consumer = log.consume(Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, Partition(0), &mut Vec::new()).await;
    for (delivery, codec) in take(&mut lane, codecs.len()).await.iter().zip(codecs) {
        let body = &event(delivery).body;
        assert!(matches!(body, EventBody::Statement(s) if s.text.len() > 2_000), "{codec}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_become_a_dead_letter_is_not_appended() {
    let log = connect(&config("admit", 1)).await;
    let items = |n| {
        let item = |n| penchant_core::event::Item {
            id: format!("i{n}"),
            text: "x".repeat(60_000),
            ..Default::default()
        };
        (0..n).map(item).collect::<Vec<_>>()
    };
    let huge = penchant_testkit::builders::event(
        &user(1),
        "huge",
        EventBody::Comparison(penchant_core::event::Comparison {
            chosen: items(3),
            rejected: items(3),
            rationale: String::new(),
            strength: 1.0,
        }),
    );
    let outcomes = log.append(vec![huge, statement(&user(1), "e0", "tea")]).await;
    let refusal = outcomes[0].as_ref().unwrap_err();
    assert_eq!((refusal.kind, refusal.certainty), (PortErrorKind::Invalid, Certainty::Determinate));
    assert!(outcomes[1].is_ok(), "{outcomes:?}");
    assert_eq!(log.ends().await.unwrap()[&Partition(0)], 1);
}
