//! Asks a running penchant what matters to a user, over gRPC with the generated client.
//!
//! `cargo run --package penchant --example ask`, with `make run` running.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use penchant_proto::v1::{self, preference_service_client::PreferenceServiceClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let at = std::env::args().nth(1).unwrap_or_else(|| "http://127.0.0.1:7600".to_owned());
    let mut client = PreferenceServiceClient::connect(at).await?;
    let request = v1::RetrieveRequest {
        user_id: "ada".into(),
        context: Some(v1::Context { text: "a cake for Sunday".into(), ..Default::default() }),
        ..Default::default()
    };
    let answer = client.retrieve(request).await?.into_inner();
    println!("{}", answer.summary);
    Ok(())
}
