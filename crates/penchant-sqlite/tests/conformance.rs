//! The embedded log and store keep every obligation, also across a restart.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use common::{open_log, open_store};
use penchant_ports::EventLog;
use penchant_testkit::{Store, Subject, conformance};

fn log() -> Subject<dyn EventLog> {
    let folder = tempfile::tempdir().unwrap();
    let first: Arc<dyn EventLog> = Arc::new(open_log(folder.path()).unwrap());
    Subject::durable(first, move || {
        let again = Arc::new(open_log(folder.path()).unwrap());
        async move { again as Arc<dyn EventLog> }
    })
}

fn store() -> Subject<dyn Store> {
    let folder = tempfile::tempdir().unwrap();
    let first: Arc<dyn Store> = Arc::new(open_store(folder.path()).unwrap());
    Subject::durable(first, move || {
        let again = Arc::new(open_store(folder.path()).unwrap());
        async move { again as Arc<dyn Store> }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_log_keeps_its_obligations() {
    conformance::event_log(async || log()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_embedded_store_keeps_its_obligations() {
    conformance::preference_store(async || store()).await;
}
