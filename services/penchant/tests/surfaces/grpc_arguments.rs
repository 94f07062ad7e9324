//! Arguments that are out of range are refused by name, before the gateway is asked.

use penchant_proto::{v1, wkt};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::double::Double;
use crate::server::{Clients, grpc, options};

fn retrieve(change: impl FnOnce(&mut v1::RetrieveRequest)) -> v1::RetrieveRequest {
    let mut request = v1::RetrieveRequest { user_id: "ada".to_owned(), ..Default::default() };
    change(&mut request);
    request
}

/// The call was refused for this field, in words and in `google.rpc.BadRequest`.
fn names(status: &Status, field: &str) {
    assert_eq!(status.code(), Code::InvalidArgument, "{field}: {status:?}");
    assert!(status.message().starts_with(&format!("{field}: ")), "{field}: {status:?}");
    let details = status.get_details_bad_request().expect("details");
    assert_eq!(details.field_violations[0].field, field);
}

async fn still_serves(clients: &mut Clients) {
    clients.preferences.retrieve(retrieve(|_| {})).await.unwrap();
}

fn untouched(double: &Double) {
    assert_eq!(double.asked(), Vec::<String>::new(), "the gateway was asked");
}

#[tokio::test]
async fn retrieve_refuses_what_is_out_of_range() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let at = |seconds, nanos| Some(wkt::Timestamp { seconds, nanos });
    let big = "x".repeat(33_000);
    let cases: Vec<(&str, v1::RetrieveRequest)> = vec![
        ("k", retrieve(|r| r.k = Some(0))),
        ("k", retrieve(|r| r.k = Some(101))),
        ("k", retrieve(|r| r.k = Some(u32::MAX))),
        ("max_tokens", retrieve(|r| r.max_tokens = Some(0))),
        ("max_tokens", retrieve(|r| r.max_tokens = Some(8_193))),
        // What -1 becomes on the wire.
        ("max_tokens", retrieve(|r| r.max_tokens = Some(u32::MAX))),
        ("min_confidence", retrieve(|r| r.min_confidence = Some(f32::NAN))),
        ("min_confidence", retrieve(|r| r.min_confidence = Some(f32::INFINITY))),
        ("min_confidence", retrieve(|r| r.min_confidence = Some(-0.1))),
        ("min_confidence", retrieve(|r| r.min_confidence = Some(1.1))),
        ("user_id", retrieve(|r| r.user_id = String::new())),
        ("user_id", retrieve(|r| r.user_id = "a\u{200b}da".to_owned())),
        ("user_id", retrieve(|r| r.user_id = "x".repeat(129))),
        ("session_id", retrieve(|r| r.session_id = "\u{202e}".to_owned())),
        ("as_of", retrieve(|r| r.as_of = at(i64::MAX, 0))),
        ("as_of", retrieve(|r| r.as_of = at(0, -1))),
        ("facets", retrieve(|r| r.facets = vec!["bullets".to_owned(); 65])),
        ("facets[1]", retrieve(|r| r.facets = vec!["bullets".to_owned(), String::new()])),
        (
            "context.text",
            retrieve(|r| r.context = Some(v1::Context { text: big, ..Default::default() })),
        ),
    ];
    for (field, request) in cases {
        let status = clients.preferences.retrieve(request).await.unwrap_err();
        names(&status, field);
    }
    untouched(&server.double);
    still_serves(&mut clients).await;
}

#[tokio::test]
async fn zero_is_refused_where_absent_means_the_default() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    clients.preferences.retrieve(retrieve(|_| {})).await.unwrap();
    clients
        .preferences
        .retrieve(retrieve(|r| {
            (r.k, r.max_tokens, r.min_confidence) = (Some(100), Some(8_192), Some(0.0));
        }))
        .await
        .unwrap();
    let asked = server.double.retrievals.lock().unwrap().clone();
    let limits: Vec<_> = asked.iter().map(|q| (q.k, q.max_tokens, q.min_confidence)).collect();
    assert_eq!(limits, [(8, 512, None), (100, 8_192, Some(0.0))]);
}

#[tokio::test]
async fn a_batch_fails_whole_before_any_work_when_one_request_is_out_of_range() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let batch = |requests| v1::BatchRetrieveRequest { requests };
    for (field, request) in [
        ("requests", batch(Vec::new())),
        ("requests", batch(vec![retrieve(|_| {}); 101])),
        ("requests[1].k", batch(vec![retrieve(|_| {}), retrieve(|r| r.k = Some(0))])),
    ] {
        let status = clients.preferences.batch_retrieve(request).await.unwrap_err();
        names(&status, field);
    }
    untouched(&server.double);
    still_serves(&mut clients).await;
}

#[tokio::test]
async fn rank_refuses_what_is_out_of_range() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let draft = v1::Item { text: "a draft".to_owned(), ..Default::default() };
    let rank = |candidates| v1::RankCandidatesRequest {
        user_id: "ada".to_owned(),
        candidates,
        ..Default::default()
    };
    for (field, request) in [
        ("candidates", rank(Vec::new())),
        ("candidates", rank(vec![draft.clone(); 101])),
        ("candidates[1]", rank(vec![draft.clone(), v1::Item::default()])),
    ] {
        let status = clients.preferences.rank_candidates(request).await.unwrap_err();
        names(&status, field);
    }
    untouched(&server.double);
    still_serves(&mut clients).await;
}

#[tokio::test]
async fn lists_refuse_unknown_statuses_sizes_and_tokens() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let list = |statuses, page_size, page_token: &str| v1::ListPreferencesRequest {
        user_id: "ada".to_owned(),
        statuses,
        page_size,
        page_token: page_token.to_owned(),
    };
    for (field, request) in [
        ("statuses[1]", list(vec![1, 99], None, "")),
        ("statuses[0]", list(vec![0], None, "")),
        ("page_size", list(Vec::new(), Some(0), "")),
        ("page_size", list(Vec::new(), Some(201), "")),
        ("page_token", list(Vec::new(), None, "two words")),
        ("page_token", list(Vec::new(), None, &"x".repeat(2_000))),
    ] {
        let status = clients.preferences.list_preferences(request).await.unwrap_err();
        names(&status, field);
    }
    untouched(&server.double);
    // A token that could be one is the store's to judge.
    let forged = clients.preferences.list_preferences(list(Vec::new(), None, "forged")).await;
    names(&forged.unwrap_err(), "page_token");
    let users = v1::ListUsersRequest { page_size: Some(0), ..Default::default() };
    names(&clients.admin.list_users(users).await.unwrap_err(), "page_size");
    still_serves(&mut clients).await;
}

#[tokio::test]
async fn directives_refuse_unknown_actions_and_words_that_are_no_description() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let direct = |action: i32, description: &str| v1::DirectPreferenceRequest {
        user_id: "ada".to_owned(),
        preference_id: "p-1".to_owned(),
        action,
        description: description.to_owned(),
        ..Default::default()
    };
    let edit = i32::from(v1::DirectiveAction::Edit);
    let pin = i32::from(v1::DirectiveAction::Pin);
    let missing = v1::DirectPreferenceRequest { preference_id: String::new(), ..direct(pin, "") };
    for (field, request) in [
        ("action", direct(0, "")),
        ("action", direct(77, "")),
        ("description", direct(pin, "words")),
        ("description", direct(edit, "")),
        ("description", direct(edit, "two\nlines")),
        ("description", direct(edit, "hidden \u{e0041} tag")),
        ("description", direct(edit, &"x".repeat(281))),
        ("preference_id", missing),
        ("event_id", v1::DirectPreferenceRequest { event_id: "a b".to_owned(), ..direct(pin, "") }),
    ] {
        let status = clients.preferences.direct_preference(request).await.unwrap_err();
        names(&status, field);
    }
    untouched(&server.double);
    still_serves(&mut clients).await;
}

#[tokio::test]
async fn every_call_about_a_user_needs_one() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let preferences = &mut clients.preferences;
    let list = v1::ListPreferencesRequest::default();
    names(&preferences.list_preferences(list).await.unwrap_err(), "user_id");
    let get = v1::GetPreferenceRequest::default();
    names(&preferences.get_preference(get).await.unwrap_err(), "user_id");
    let direct = v1::DirectPreferenceRequest::default();
    names(&preferences.direct_preference(direct).await.unwrap_err(), "user_id");
    let rank = v1::RankCandidatesRequest::default();
    names(&preferences.rank_candidates(rank).await.unwrap_err(), "user_id");
    let export = v1::ExportUserRequest::default();
    names(&preferences.export_user(export).await.unwrap_err(), "user_id");
    let erase = v1::EraseUserRequest::default();
    names(&preferences.erase_user(erase).await.unwrap_err(), "user_id");
    untouched(&server.double);
}

#[tokio::test]
async fn a_batch_of_events_must_have_one_to_a_thousand() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    for events in [Vec::new(), vec![v1::Event::default(); 1_001]] {
        let request = Request::new(v1::RecordEventsRequest { events });
        names(&clients.events.record_events(request).await.unwrap_err(), "events");
    }
    untouched(&server.double);
}
