//! The plain consumer that learning is measured against.

use penchant_ports::EventLog as _;
use penchant_testkit::builders::user;

use crate::support::{App, append, config, connect, soon, statements};

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_consumer_sees_every_record_once_and_tells_events_from_the_rest() {
    let config = config("drain", 4);
    let log = connect(&config).await;
    for n in 0..10 {
        append(&log, statements(&user(n), 0, 5)).await;
    }
    let app = App::new(&config, "murmur2_random");
    soon("a record", app.send(Some(b"acme\0ada"), Some(b"{garbage"), None, None)).await;
    let all: u64 = log.ends().await.unwrap().values().sum();
    // More consumers than partitions: some have nothing to do.
    for consumers in [1, 2, 9] {
        let drained = soon("draining", log.drain(consumers)).await.unwrap();
        assert_eq!((drained.records, drained.events), (51, 50), "{consumers} consumers");
        assert_eq!(drained.records, all);
        assert!(drained.bytes > 50 * 10, "{drained:?}");
    }
}
