//! The embedders keep every obligation of the port.
#![allow(clippy::panic)]

use std::path::PathBuf;
use std::sync::Arc;

use penchant_embed::{Choice, DEFAULT_CACHE_BYTES, Lexical, MiniLm, model, open};
use penchant_ports::Embedder;
use penchant_testkit::{Subject, conformance};

fn model_dir() -> PathBuf {
    std::env::var_os("PENCHANT_MODEL_DIR").map_or_else(model::default_dir, PathBuf::from)
}

#[tokio::test]
async fn the_lexical_one() {
    let fresh = async || Subject::volatile(Arc::new(Lexical::default()) as Arc<dyn Embedder>);
    conformance::embedder(fresh).await;
}

#[tokio::test]
async fn the_sentence_model() {
    let fresh = async || {
        let model = MiniLm::load(&model_dir()).unwrap_or_else(|e| panic!("{e}"));
        Subject::volatile(Arc::new(model) as Arc<dyn Embedder>)
    };
    conformance::embedder(fresh).await;
}

#[tokio::test]
async fn the_sentence_model_as_it_is_opened() {
    let fresh = async || {
        let opened = open(&Choice::MiniLm, &model_dir(), DEFAULT_CACHE_BYTES);
        Subject::volatile(opened.unwrap_or_else(|e| panic!("{e}")).embedder)
    };
    conformance::embedder(fresh).await;
}
