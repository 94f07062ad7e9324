//! Erased stays erased, in every process and among the dead letters.

use penchant_ports::{EventLog as _, Payload};
use penchant_testkit::builders::user_of;

use crate::support::{App, append, config, connect, lane_of, statements, take, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_known_to_other_processes_and_to_those_that_start_later() {
    let config = config("ledger", 2);
    let (one, other) = (connect(&config).await, connect(&config).await);
    let ada = user_of("acme", "ada");
    let positions = append(&one, statements(&ada, 0, 3)).await;
    one.erase(&ada, positions[1]).await.unwrap();
    let of = |deliveries: Vec<penchant_ports::Delivery>| {
        deliveries.iter().map(|d| d.payload == Payload::Erased).collect::<Vec<_>>()
    };
    let read = async |log: &penchant_kafka::KafkaLog| {
        of(log.read(positions[0].partition, positions[0].offset, 3).await.unwrap())
    };
    assert_eq!(read(&one).await, [true, true, false]);
    until("the other process knows", async || read(&other).await == [true, true, false]).await;
    let later = connect(&config).await;
    assert_eq!(read(&later).await, [true, true, false], "a rebuild begins with all erasures known");
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_of_an_erased_user_are_gone() {
    let config = config("ledger-dead", 1);
    let log = connect(&config).await;
    let app = App::new(&config, "murmur2_random");
    let poison = app.send(Some(b"acme\0ada"), Some(b"\xff"), Some("application/json"), None).await;
    let kept = app.send(Some(b"acme\0bob"), Some(b"\xff"), Some("application/json"), None).await;
    let mut consumer = log.consume(penchant_core::Checkpoint::default()).await.unwrap();
    let mut lane = lane_of(&mut *consumer, poison.partition, &mut Vec::new()).await;
    take(&mut lane, 2).await;
    let letters = log.dead_letters();
    let before = letters.list(10).await.unwrap().letters;
    assert_eq!(before.len(), 2);
    log.erase(&user_of("acme", "ada"), poison).await.unwrap();
    let after = letters.list(10).await.unwrap().letters;
    assert_eq!(after.iter().map(|l| l.origin).collect::<Vec<_>>(), [kept]);
    assert!(letters.show(before[0].position).await.is_err(), "still shown by its position");
}
