//! What calls do, and how errors behind the gateway are told.

use std::time::Duration;

use futures::StreamExt as _;
use penchant::grpc::status::retry_after;
use penchant_core::event::DirectiveAction;
use penchant_core::{Position, Timestamp};
use penchant_proto::v1;
use penchant_proto::v1::event::Body;
use penchant_proto::v1::event_result::Outcome;
use penchant_proto::v1::export_user_response::Part;
use tonic::Code;

use crate::server::{NOW, grpc, options};

pub(crate) fn statement(id: &str, user: &str) -> v1::Event {
    v1::Event {
        id: id.to_owned(),
        user_id: user.to_owned(),
        body: Some(Body::Statement(v1::Statement { text: "please use bullets".to_owned() })),
        ..Default::default()
    }
}

fn ask(user: &str) -> v1::RetrieveRequest {
    v1::RetrieveRequest { user_id: user.to_owned(), ..Default::default() }
}

/// `accepted e1 2:41`, `rejected statement.text`, `failed e1 true`.
fn told(result: &v1::EventResult) -> String {
    match result.outcome.as_ref().unwrap() {
        Outcome::Accepted(one) => {
            let position = one.position.unwrap();
            format!("accepted {} {}:{}", one.event_id, position.partition, position.offset)
        }
        Outcome::Rejected(one) => format!("rejected {}", one.field),
        Outcome::Failed(one) => format!("failed {} {}", one.event_id, one.may_have_happened),
    }
}

#[tokio::test]
async fn each_event_of_a_batch_stands_for_itself_in_order() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let blank = v1::Event {
        body: Some(Body::Statement(v1::Statement::default())),
        ..statement("e2", "ada")
    };
    let unrated = Body::Feedback(v1::Feedback { rating: f32::NAN, ..Default::default() });
    let events = vec![
        statement("e1", "ada"),
        blank,
        statement("dup", "ada"),
        statement("e3", ""),
        statement("unsure", "ada"),
        v1::Event { body: Some(unrated), ..statement("e5", "ada") },
        statement("e6", "bob"),
    ];
    let answer = clients.events.record_events(v1::RecordEventsRequest { events }).await.unwrap();
    let results: Vec<String> = answer.into_inner().results.iter().map(told).collect();
    assert_eq!(
        results,
        [
            "accepted e1 2:41",
            "rejected statement.text",
            "rejected id",
            "rejected user_id",
            "failed unsure true",
            "rejected feedback.rating",
            "accepted e6 2:41",
        ]
    );
    let recorded = server.double.events.lock().unwrap();
    let ids: Vec<&str> = recorded.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["e1", "dup", "unsure", "e6"], "only sound events reach the log");
}

#[tokio::test]
async fn an_event_without_id_and_time_gets_both() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let events = vec![statement("", "ada"), statement("", "ada")];
    let answer = clients.events.record_events(v1::RecordEventsRequest { events }).await.unwrap();
    let recorded = server.double.events.lock().unwrap().clone();
    assert_ne!(recorded[0].id, recorded[1].id);
    assert_eq!(recorded[0].occurred_at, Timestamp::from_millis(NOW));
    assert_eq!(recorded[0].user.tenant.as_str(), "default");
    let Some(Outcome::Accepted(accepted)) = &answer.get_ref().results[0].outcome else {
        panic!("{answer:?}")
    };
    assert_eq!(accepted.event_id, recorded[0].id.as_str(), "the client is told the id");
}

#[tokio::test]
async fn unavailable_means_that_nothing_was_recorded() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let batch = |events| v1::RecordEventsRequest { events };
    let nothing = batch(vec![statement("down", "ada"), statement("e1", "")]);
    let status = clients.events.record_events(nothing).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(retry_after(&status), Some(Duration::from_secs(2)));
    // As soon as something may have been recorded, the answer is per event.
    for other in ["e1", "unsure"] {
        let some = batch(vec![statement("down", "ada"), statement(other, "ada")]);
        let answer = clients.events.record_events(some).await.unwrap().into_inner();
        assert_eq!(told(&answer.results[0]), "failed down false");
    }
}

#[tokio::test]
async fn a_stream_of_events_is_answered_in_order() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let ids: Vec<String> = (0..600).map(|n| format!("e{n}")).collect();
    let sent: Vec<_> = ids
        .iter()
        .map(|id| v1::StreamEventsRequest { event: Some(statement(id, "ada")) })
        .chain([v1::StreamEventsRequest { event: None }])
        .collect();
    let answers = clients.events.stream_events(futures::stream::iter(sent)).await.unwrap();
    let told: Vec<String> =
        answers.into_inner().map(|answer| told(&answer.unwrap().result.unwrap())).collect().await;
    let mut expected: Vec<String> = ids.iter().map(|id| format!("accepted {id} 2:41")).collect();
    expected.push("rejected user_id".to_owned());
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_retrieval_carries_everything_over() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let context = v1::Context { task: "email".to_owned(), ..Default::default() };
    let request = v1::RetrieveRequest {
        context: Some(context),
        facets: vec!["bullets".to_owned()],
        as_of: Some(penchant_proto::wkt::Timestamp { seconds: 5, nanos: 0 }),
        min_position: Some(v1::Position { partition: 2, offset: 41 }),
        session_id: "s-1".to_owned(),
        explain: true,
        ..ask("ada")
    };
    let answer = clients.preferences.retrieve(request).await.unwrap().into_inner();
    let asked = server.double.retrievals.lock().unwrap()[0].clone();
    assert_eq!(asked.context.task, "email");
    assert_eq!(asked.as_of, Some(Timestamp::from_millis(5_000)));
    assert_eq!(asked.min_position, Some(Position::new(2, 41)));
    assert_eq!(asked.session.unwrap().as_str(), "s-1");
    assert!(asked.explain);

    assert_eq!(answer.summary, "- prefers bullet points");
    assert_eq!(answer.positions, [v1::Position { partition: 2, offset: 41 }]);
    let served = &answer.preferences[0];
    assert_eq!((served.confidence, served.score, served.version), (0.5, 1.5, 3));
    assert_eq!(served.polarity(), v1::Polarity::Prefer);
    assert_eq!(served.scope.as_ref().unwrap().label, "work mails");
    assert_eq!(served.last_evidence.as_ref().unwrap().event_id, "e-1");
    assert_eq!(answer.conflicts[0].dropped_id, "p-2");
}

#[tokio::test]
async fn candidates_come_back_ranked_with_their_ids() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let item = |id: &str| v1::Item { id: id.to_owned(), ..Default::default() };
    let request = v1::RankCandidatesRequest {
        user_id: "ada".to_owned(),
        candidates: vec![item("a"), item("b")],
        ..Default::default()
    };
    let answer = clients.preferences.rank_candidates(request).await.unwrap().into_inner();
    assert_eq!((answer.ranked[0].index, answer.ranked[0].id.as_str()), (1, "b"));
    assert_eq!(answer.ranked[0].reasons[0].preference_id, "p-1");
}

#[tokio::test]
async fn preferences_are_listed_shown_and_decided_about() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let user_id = || "ada".to_owned();
    let list = v1::ListPreferencesRequest {
        user_id: user_id(),
        statuses: vec![v1::Status::Active.into()],
        ..Default::default()
    };
    let first = clients.preferences.list_preferences(list.clone()).await.unwrap().into_inner();
    assert_eq!((first.next_page_token.as_str(), first.total_size), ("second", 2));
    let next = v1::ListPreferencesRequest { page_token: first.next_page_token, ..list };
    let last = clients.preferences.list_preferences(next).await.unwrap().into_inner();
    assert_eq!(last.next_page_token, "");
    assert_eq!(server.double.asked()[0], "list [Active] 50 default/ada");

    let get = v1::GetPreferenceRequest { user_id: user_id(), preference_id: "p-9".to_owned() };
    let shown = clients.preferences.get_preference(get).await.unwrap().into_inner();
    assert_eq!(shown.preference.unwrap().id, "p-9");
    assert_eq!(shown.revisions[0].kind(), v1::RevisionKind::Add);

    let direct = v1::DirectPreferenceRequest {
        user_id: user_id(),
        preference_id: "p-9".to_owned(),
        action: v1::DirectiveAction::Edit.into(),
        description: "prefers short mails".to_owned(),
        expected_version: 3,
        event_id: "mine".to_owned(),
    };
    let decided = clients.preferences.direct_preference(direct).await.unwrap().into_inner();
    assert_eq!(decided.position, Some(v1::Position { partition: 2, offset: 43 }));
    let (directive, event) = server.double.directives.lock().unwrap()[0].clone();
    assert_eq!(directive.action, DirectiveAction::Edit("prefers short mails".to_owned()));
    assert_eq!((directive.expected_version, event.unwrap().as_str()), (3, "mine"));
}

#[tokio::test]
async fn an_export_ends_with_its_end_or_with_an_error() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let export = |user: &str| v1::ExportUserRequest { user_id: user.to_owned() };
    let whole = clients.preferences.export_user(export("ada")).await.unwrap().into_inner();
    let parts: Vec<Part> = whole.map(|part| part.unwrap().part.unwrap()).collect().await;
    let [Part::Preference(_), Part::Event(event), Part::End(end)] = parts.as_slice() else {
        panic!("{parts:?}")
    };
    assert_eq!(event.event.as_ref().unwrap().id, "e-1");
    assert_eq!((end.preferences, end.events), (1, 1));

    let mut half = clients.preferences.export_user(export("half")).await.unwrap().into_inner();
    assert!(half.message().await.unwrap().is_some());
    assert_eq!(half.message().await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn each_error_has_its_code_and_internal_ones_keep_their_cause() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let seconds = Duration::from_millis;
    for (user, code, retry, says) in [
        ("down", Code::Unavailable, Some(seconds(3_000)), "the store cannot be reached"),
        ("behind", Code::Unavailable, Some(seconds(1_500)), "position"),
        ("busy", Code::ResourceExhausted, None, "over quota"),
        ("stale", Code::Aborted, None, "version 7"),
        ("twice", Code::AlreadyExists, None, "duplicate id"),
        ("broken", Code::Internal, None, "internal error"),
        ("panic", Code::Internal, None, "internal error"),
    ] {
        let status = clients.preferences.retrieve(ask(user)).await.unwrap_err();
        assert_eq!((status.code(), retry_after(&status)), (code, retry), "{user}: {status:?}");
        assert!(status.message().contains(says), "{user}: {status:?}");
        assert!(!status.message().contains("secret"), "{user}: {status:?}");
    }
    let get =
        v1::GetPreferenceRequest { user_id: "ada".to_owned(), preference_id: "none".to_owned() };
    let status = clients.preferences.get_preference(get).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::NotFound, "preference \"none\" not found")
    );
    clients.preferences.retrieve(ask("ada")).await.unwrap();
}

#[tokio::test]
async fn an_error_of_one_retrieval_leaves_the_rest_of_its_batch() {
    use v1::batch_retrieve_result::Outcome;
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let requests = vec![ask("ada"), ask("down"), ask("bob")];
    let answer =
        clients.preferences.batch_retrieve(v1::BatchRetrieveRequest { requests }).await.unwrap();
    let results = answer.into_inner().results;
    assert!(matches!(results[0].outcome, Some(Outcome::Response(_))));
    let Some(Outcome::Error(error)) = &results[1].outcome else { panic!("{results:?}") };
    assert_eq!(error.code, "UNAVAILABLE");
    assert!(matches!(results[2].outcome, Some(Outcome::Response(_))));
}

#[tokio::test]
async fn what_is_not_offered_says_so_in_a_sentence() {
    let server = grpc(options()).await;
    let mut clients = server.clients().await;
    let questions = v1::SuggestQuestionsRequest { user_id: "ada".to_owned(), ..Default::default() };
    let status = clients.preferences.suggest_questions(questions).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().starts_with("SuggestQuestions is not offered yet"));
    let watch = v1::WatchPreferencesRequest { user_id: "ada".to_owned() };
    let status = clients.preferences.watch_preferences(watch).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().starts_with("WatchPreferences is not offered yet"));
}
