//! Every obligation of the traits, across reconnections.

use std::sync::Arc;

use penchant_testkit::{Rebuildable, Store, Subject, conformance};

use crate::server::Qdrant;
use crate::support::{config, connect};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_its_obligations() {
    conformance::preference_store(async || {
        let config = config(Qdrant::shared());
        let first: Arc<dyn Store> = connect(&config).await;
        Subject::durable(first, move || {
            let config = config.clone();
            async move { connect(&config).await as Arc<dyn Store> }
        })
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_generations_keep_their_obligations() {
    conformance::generations(async || {
        let config = config(Qdrant::shared());
        let first: Arc<dyn Rebuildable> = connect(&config).await;
        Subject::durable(first, move || {
            let config = config.clone();
            async move { connect(&config).await as Arc<dyn Rebuildable> }
        })
    })
    .await;
}
