use std::sync::Arc;

use penchant_ports::EventLog;
use penchant_testkit::{Subject, conformance};

use crate::support::{config, connect};

#[tokio::test(flavor = "multi_thread")]
async fn kafka_keeps_every_obligation_of_an_event_log() {
    conformance::event_log(async || {
        let config = config("conformance", 3);
        let log: Arc<dyn EventLog> = Arc::new(connect(&config).await);
        Subject::durable(log, move || {
            let config = config.clone();
            async move { Arc::new(connect(&config).await) as Arc<dyn EventLog> }
        })
    })
    .await;
}
