//! Credentials, health, reflection, and stopping.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use penchant::edge::{EdgeOptions, Tenancy};
use penchant_core::TenantId;
use penchant_proto::v1;
use tokio::net::TcpStream;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

use crate::server::{grpc, options};

/// SHA-256 of "secret".
pub(crate) const SECRET: &str = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

pub(crate) fn with_tokens() -> EdgeOptions {
    let acme = TenantId::try_new("acme").unwrap();
    EdgeOptions { tenancy: Arc::new(Tenancy::tokens([(SECRET, acme)]).unwrap()), ..options() }
}

fn ask(user: &str) -> v1::RetrieveRequest {
    v1::RetrieveRequest { user_id: user.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn without_a_valid_token_no_handler_is_reached() {
    let server = grpc(with_tokens()).await;
    let mut clients = server.clients().await;
    let mut texts = Vec::new();
    for token in [None, Some("Bearer wrong"), Some("Basic secret"), Some("Bearer ")] {
        let mut request = Request::new(ask("ada"));
        if let Some(token) = token {
            request.metadata_mut().insert("authorization", token.parse().unwrap());
        }
        let status = clients.preferences.retrieve(request).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated);
        texts.push(status.message().to_owned());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "one text, whatever is wrong: {texts:?}");
    let status = clients.admin.get_status(v1::GetStatusRequest {}).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(server.double.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn the_tenant_comes_from_the_token() {
    let server = grpc(with_tokens()).await;
    let mut clients = server.clients().await;
    for (name, value) in [("authorization", "Bearer secret"), ("x-api-key", "secret")] {
        let mut request = Request::new(ask("ada"));
        request.metadata_mut().insert(name, MetadataValue::from_static(value));
        clients.preferences.retrieve(request).await.unwrap();
    }
    assert_eq!(server.double.asked(), ["retrieve acme/ada", "retrieve acme/ada"]);
}

#[tokio::test]
async fn health_says_serving_only_while_the_service_is_ready() {
    let server = grpc(with_tokens()).await;
    let clients = server.clients().await;
    let mut health = HealthClient::new(clients.channel);
    let check = HealthCheckRequest { service: "penchant.v1.PreferenceService".to_owned() };
    let mut told = health.watch(check).await.unwrap().into_inner();
    let mut next = async || told.message().await.unwrap().unwrap().status();
    assert_eq!(next().await, ServingStatus::NotServing);
    server.double.ready.store(true, Ordering::SeqCst);
    assert_eq!(next().await, ServingStatus::Serving);
    server.shutdown.cancel();
    assert_eq!(next().await, ServingStatus::NotServing);
}

#[tokio::test]
async fn reflection_tells_the_services_without_credentials() {
    let server = grpc(with_tokens()).await;
    let clients = server.clients().await;
    let ask = tonic_reflection::pb::v1::ServerReflectionRequest {
        message_request: Some(MessageRequest::ListServices(String::new())),
        ..Default::default()
    };
    let mut answers = ServerReflectionClient::new(clients.channel)
        .server_reflection_info(futures::stream::iter([ask]))
        .await
        .unwrap()
        .into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else { panic!("{answer:?}") };
    let names: Vec<String> = list.service.into_iter().map(|service| service.name).collect();
    for service in ["EventService", "PreferenceService", "AdminService"] {
        assert!(names.contains(&format!("penchant.v1.{service}")), "{names:?}");
    }
}

#[tokio::test]
async fn status_and_users_are_told() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let status = clients.admin.get_status(v1::GetStatusRequest {}).await.unwrap().into_inner();
    assert_eq!((status.ready, status.lag, status.lexical_fallback), (false, 3, true));
    let users = clients.admin.list_users(v1::ListUsersRequest::default()).await.unwrap();
    assert_eq!(users.into_inner().user_ids, ["ada"]);
    assert_eq!(server.double.asked(), ["users default 50"]);
}

#[tokio::test]
async fn a_stop_lets_calls_in_flight_finish_and_takes_no_new_connections() {
    let mut server = grpc(EdgeOptions { grace: Duration::from_secs(30), ..options() }).await;
    let clients = server.clients().await;
    let mut waiting = clients.preferences.clone();
    let slow = tokio::spawn(async move { waiting.retrieve(ask("slow")).await });
    server.double.begun.notified().await;

    server.shutdown.cancel();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!slow.is_finished());
    server.double.go.notify_one();
    slow.await.unwrap().unwrap();
    (&mut server.serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn what_does_not_finish_within_the_grace_period_is_cut_off() {
    let mut server = grpc(options()).await;
    let clients = server.clients().await;
    let mut waiting = clients.preferences.clone();
    let slow = tokio::spawn(async move { waiting.retrieve(ask("slow")).await });
    server.double.begun.notified().await;
    server.shutdown.cancel();
    (&mut server.serving).await.unwrap().unwrap();
    assert!(slow.await.unwrap().is_err());
}
