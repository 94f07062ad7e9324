//! What no well-behaved client sends, too much at once, and deadlines. After each, the same
//! connection serves on.

use std::time::Duration;

use bytes::Bytes;
use penchant::edge::{Admission, EdgeOptions};
use penchant_proto::v1;
use tonic::Code;
use tonic::codec::CompressionEncoding;

use crate::grpc_calls::statement;
use crate::raw::{Connection, Ended, flagged, frame};
use crate::server::{grpc, options};

const RETRIEVE: &str = "/penchant.v1.PreferenceService/Retrieve";
const EXPORT: &str = "/penchant.v1.PreferenceService/ExportUser";

fn ask(user: &str) -> v1::RetrieveRequest {
    v1::RetrieveRequest { user_id: user.to_owned(), ..Default::default() }
}

fn is(ended: &Ended, code: Code) {
    assert_eq!(ended.status, i32::from(code).to_string(), "{ended:?}");
}

#[tokio::test]
async fn what_is_no_message_is_refused_and_the_connection_serves_on() {
    let server = grpc(options()).await;
    let mut connection = Connection::open(server.address).await;
    let mut send = async |headers: &[(&'static str, &str)], body: Bytes| {
        connection.send(RETRIEVE, headers, body).await
    };
    // A length-delimited field that is cut short; a user id that is not UTF-8.
    is(&send(&[], frame(b"\x0a\x7f")).await, Code::Internal);
    is(&send(&[], frame(b"\x0a\x02\xff\xfe")).await, Code::Internal);
    let unknown = send(&[("grpc-encoding", "brotli")], flagged(1, b"x")).await;
    is(&unknown, Code::Unimplemented);
    let unsaid = send(&[], flagged(1, b"x")).await;
    is(&unsaid, Code::Internal);
    is(&send(&[("grpc-timeout", "soon")], frame(b"")).await, Code::InvalidArgument);

    let nowhere = connection.call("/penchant.v1.PreferenceService/Guess", &[], &ask("ada")).await;
    is(&nowhere, Code::Unimplemented);
    let nothing = connection.call("/other.Service/Call", &[], &ask("ada")).await;
    is(&nothing, Code::Unimplemented);
    assert_eq!(server.double.asked(), Vec::<String>::new());
    is(&connection.call(RETRIEVE, &[], &ask("ada")).await, Code::Ok);
}

#[tokio::test]
async fn oversize_messages_and_compression_bombs_are_refused() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let large = v1::Event { session_id: "x".repeat(5 << 20), ..statement("e1", "ada") };
    let batch = v1::RecordEventsRequest { events: vec![large] };
    let status = clients.events.record_events(batch.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    let mut zipped = clients.events.clone().send_compressed(CompressionEncoding::Gzip);
    let status = zipped.record_events(batch).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert_eq!(server.double.asked(), Vec::<String>::new());

    let small = v1::RecordEventsRequest { events: vec![statement("e1", "ada")] };
    zipped.record_events(small).await.unwrap();
    clients.preferences.retrieve(ask("ada")).await.unwrap();
}

#[tokio::test]
async fn a_deadline_that_has_passed_costs_no_work() {
    let server = grpc(options()).await;
    let mut connection = Connection::open(server.address).await;
    let ended = connection.call(RETRIEVE, &[("grpc-timeout", "0n")], &ask("ada")).await;
    is(&ended, Code::DeadlineExceeded);
    assert_eq!(server.double.asked(), Vec::<String>::new());
    is(&connection.call(RETRIEVE, &[], &ask("ada")).await, Code::Ok);
}

#[tokio::test]
async fn a_deadline_that_passes_is_answered_as_such_and_frees_its_place() {
    let server = grpc(EdgeOptions { admission: Admission::new(1), ..options() }).await;
    let mut connection = Connection::open(server.address).await;
    let ended = connection.call(RETRIEVE, &[("grpc-timeout", "20m")], &ask("slow")).await;
    is(&ended, Code::DeadlineExceeded);
    is(&connection.call(RETRIEVE, &[("grpc-timeout", "5S")], &ask("ada")).await, Code::Ok);
}

#[tokio::test]
async fn a_deadline_holds_for_a_stream_to_its_end() {
    let server = grpc(EdgeOptions { admission: Admission::new(1), ..options() }).await;
    let mut connection = Connection::open(server.address).await;
    let export = v1::ExportUserRequest { user_id: "endless".to_owned() };
    let ended = connection.call(EXPORT, &[("grpc-timeout", "50m")], &export).await;
    is(&ended, Code::DeadlineExceeded);
    assert!(!ended.body.is_empty(), "the part before the deadline arrived");
    is(&connection.call(RETRIEVE, &[], &ask("ada")).await, Code::Ok);
}

#[tokio::test]
async fn a_unary_call_without_a_deadline_gets_the_servers() {
    let server = grpc(EdgeOptions { timeout: Duration::from_millis(20), ..options() }).await;
    let mut connection = Connection::open(server.address).await;
    is(&connection.call(RETRIEVE, &[], &ask("slow")).await, Code::DeadlineExceeded);
}

#[tokio::test]
async fn too_much_at_once_is_shed_and_a_place_is_free_when_its_call_ends_or_its_caller_leaves() {
    let server = grpc(EdgeOptions { admission: Admission::new(1), ..options() }).await;
    let mut clients = server.clients().await;
    let mut waiting = clients.preferences.clone();
    let slow = tokio::spawn(async move { waiting.retrieve(ask("slow")).await });
    server.double.begun.notified().await;

    let status = clients.preferences.retrieve(ask("ada")).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(penchant::grpc::status::retry_after(&status).is_some());
    assert_eq!(server.double.asked(), ["retrieve default/slow"], "shed without work");

    server.double.go.notify_one();
    slow.await.unwrap().unwrap();
    clients.preferences.retrieve(ask("ada")).await.unwrap();

    let mut leaving = clients.preferences.clone();
    let slow = tokio::spawn(async move { leaving.retrieve(ask("slow")).await });
    server.double.begun.notified().await;
    slow.abort();
    // The cancellation travels; until it has arrived the place is taken.
    while let Err(status) = clients.preferences.retrieve(ask("ada")).await {
        assert_eq!(status.code(), Code::ResourceExhausted);
        tokio::task::yield_now().await;
    }
}
