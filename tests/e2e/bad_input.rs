//! What comes from outside and is wrong: a clear status, the field named, and the service serves
//! on. The full table of shapes stands beside the gRPC and HTTP handlers; here it meets the real
//! log and store.

use penchant_proto::v1;
use penchant_proto::v1::event_result::Outcome;
use penchant_tests::app::App;
use tonic::Code;

fn statement(id: &str, user: &str, text: &str) -> v1::Event {
    v1::Event {
        id: id.to_owned(),
        user_id: user.to_owned(),
        body: Some(v1::event::Body::Statement(v1::Statement { text: text.to_owned() })),
        ..v1::Event::default()
    }
}

async fn outcome(app: &App, event: v1::Event) -> Outcome {
    let request = v1::RecordEventsRequest { events: vec![event] };
    let answer = app.events().await.record_events(request).await.unwrap().into_inner();
    answer.results.into_iter().next().unwrap().outcome.unwrap()
}

async fn rejected_field(app: &App, event: v1::Event) -> String {
    match outcome(app, event).await {
        Outcome::Rejected(rejected) => rejected.field,
        other => panic!("expected a rejection, got {other:?}"),
    }
}

#[tokio::test]
async fn a_bad_event_is_rejected_by_field_and_its_neighbours_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let big = "x".repeat(65 * 1024);
    assert_eq!(rejected_field(&app, statement("a", "", "hello")).await, "user_id");
    assert_eq!(rejected_field(&app, statement("a", "ada", &big)).await, "statement.text");
    assert_eq!(rejected_field(&app, statement("a", "ada", "")).await, "statement.text");
    assert_eq!(rejected_field(&app, statement("a b", "ada", "hello")).await, "id");
    let rating = v1::Event {
        user_id: "ada".to_owned(),
        body: Some(v1::event::Body::Feedback(v1::Feedback {
            rating: f32::NAN,
            ..v1::Feedback::default()
        })),
        ..v1::Event::default()
    };
    assert_eq!(rejected_field(&app, rating).await, "feedback.rating");
    let empty = v1::Event { user_id: "ada".to_owned(), ..v1::Event::default() };
    assert_eq!(rejected_field(&app, empty).await, "body");

    let request = v1::RecordEventsRequest {
        events: vec![
            statement("n1", "ada", "I like tea."),
            statement("n2", "", "nobody"),
            statement("n3", "ada", "I like milk."),
        ],
    };
    let results = app.events().await.record_events(request).await.unwrap().into_inner().results;
    let accepted: Vec<bool> =
        results.iter().map(|r| matches!(r.outcome, Some(Outcome::Accepted(_)))).collect();
    assert_eq!(accepted, [true, false, true]);
}

#[tokio::test]
async fn the_same_id_is_the_same_event_and_other_content_under_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let Outcome::Accepted(first) = outcome(&app, statement("e1", "ada", "I like tea.")).await
    else {
        panic!("accepted")
    };
    let Outcome::Accepted(again) = outcome(&app, statement("e1", "ada", "I like tea.")).await
    else {
        panic!("a resend is accepted")
    };
    assert_eq!(first.position, again.position);
    assert_eq!(rejected_field(&app, statement("e1", "ada", "I like coffee.")).await, "id");
    let Outcome::Accepted(_) = outcome(&app, statement("e1", "bob", "I like coffee.")).await else {
        panic!("ids are per user")
    };
}

#[tokio::test]
async fn an_event_time_ten_years_off_is_bounded_by_log_time() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let mut event = statement("far", "ada", "I prefer window seats.");
    event.occurred_at = Some(pbjson_types::Timestamp { seconds: 2_082_758_400, nanos: 0 });
    let Outcome::Accepted(accepted) = outcome(&app, event).await else { panic!("accepted") };
    let request = v1::RetrieveRequest {
        user_id: "ada".to_owned(),
        context: Some(v1::Context { text: "window seats".to_owned(), ..v1::Context::default() }),
        min_position: accepted.position,
        ..v1::RetrieveRequest::default()
    };
    let answer = app.preferences().await.retrieve(request).await.unwrap().into_inner();
    let at = answer.preferences[0].last_evidence.as_ref().unwrap().occurred_at.unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let ahead = at.seconds - i64::try_from(now.as_secs()).unwrap();
    assert!((0..=86_400).contains(&ahead), "{ahead} s ahead");
}

#[tokio::test]
async fn a_question_out_of_bounds_is_refused_by_field() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let mut client = app.preferences().await;
    let asked =
        || v1::RetrieveRequest { user_id: "ada".to_owned(), ..v1::RetrieveRequest::default() };
    let cases = [
        ("k", v1::RetrieveRequest { k: Some(0), ..asked() }),
        ("k", v1::RetrieveRequest { k: Some(u32::MAX), ..asked() }),
        ("max_tokens", v1::RetrieveRequest { max_tokens: Some(u32::MAX), ..asked() }),
        ("min_confidence", v1::RetrieveRequest { min_confidence: Some(f32::NAN), ..asked() }),
        ("user_id", v1::RetrieveRequest { user_id: String::new(), ..asked() }),
    ];
    for (field, request) in cases {
        let status = client.retrieve(request).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{field}");
        assert!(status.message().contains(field), "{field} in {}", status.message());
    }
    let unknown =
        v1::GetPreferenceRequest { user_id: "ada".to_owned(), preference_id: "no-such".to_owned() };
    assert_eq!(client.get_preference(unknown).await.unwrap_err().code(), Code::NotFound);
    let forged = v1::ListPreferencesRequest {
        user_id: "ada".to_owned(),
        page_token: "forged".to_owned(),
        ..v1::ListPreferencesRequest::default()
    };
    assert_eq!(client.list_preferences(forged).await.unwrap_err().code(), Code::InvalidArgument);
    // And the same connection still serves.
    client.retrieve(asked()).await.unwrap();
}

#[tokio::test]
async fn http_says_where_a_body_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let http = reqwest::Client::new();
    let post = |body: Vec<u8>| {
        http.post(format!("{}/v1/events", app.http))
            .header("content-type", "application/json")
            .body(body)
            .send()
    };
    let malformed = post(b"{\"events\": [".to_vec()).await.unwrap();
    assert_eq!(malformed.status(), 400);
    let unknown =
        post(b"{\"events\": [{\"user_id\": \"a\", \"colour\": 1}]}".to_vec()).await.unwrap();
    assert_eq!(unknown.status(), 400);
    assert!(unknown.text().await.unwrap().contains("colour"));
    let invalid = post(b"{\"events\": [{\"user_id\": \"\xff\"}]}".to_vec()).await.unwrap();
    assert_eq!(invalid.status(), 400);
    // Just over the limit, so that the answer arrives before the sender notices a closed socket.
    let large = post(vec![b' '; 4 * 1024 * 1024 + 1]).await.unwrap();
    assert_eq!(large.status(), 413);
    let well = http.get(format!("{}/readyz", app.http)).send().await.unwrap();
    assert_eq!(well.status(), 200);
}
