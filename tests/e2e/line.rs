//! Record, retrieve, direct, restart: through the command line, gRPC and HTTP.

use penchant_proto::v1;
use penchant_tests::app::App;

#[test]
fn what_was_recorded_is_retrieved_with_its_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let said = app.said(&[
        "record",
        "--user",
        "ada",
        "--id",
        "first",
        "--statement",
        "I prefer aisle seats on flights.",
    ]);
    let position = said.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(said.starts_with("accepted first at 0:"), "{said}");
    let answer = app.said(&[
        "retrieve",
        "--user",
        "ada",
        "--context",
        "book a flight with good seats",
        "--explain",
        "--min-position",
        &position,
    ]);
    assert!(answer.contains("aisle seats"), "{answer}");
    assert!(answer.contains("from first at 0:"), "the evidence event: {answer}");
    assert!(answer.contains("content 0."), "the similarity: {answer}");
    assert!(answer.contains("warning: running with the lexical embedder"), "{answer}");
    let nobody = app.said(&["retrieve", "--user", "bob", "--context", "book a flight"]);
    assert!(nobody.contains("nothing is known"), "{nobody}");
}

#[test]
fn a_change_of_mind_supersedes_and_keeps_its_history() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    app.said(&["record", "--user", "ada", "--statement", "I prefer long answers."]);
    let said = app.said(&["record", "--user", "ada", "--statement", "I prefer short answers."]);
    let position = said.trim().rsplit(' ').next().unwrap().to_owned();
    let answer = app.said(&[
        "retrieve",
        "--user",
        "ada",
        "--context",
        "explain tides",
        "--min-position",
        &position,
    ]);
    assert!(answer.contains("short answers") && !answer.contains("long answers"), "{answer}");
    let all = app.said(&["preferences", "list", "--user", "ada", "--all"]);
    assert!(all.contains("long answers") && all.contains("superseded"), "{all}");
    let old = all.lines().find(|line| line.contains("long answers")).unwrap();
    let id = old.split_whitespace().next().unwrap();
    let story = app.said(&["preferences", "show", "--user", "ada", id]);
    assert!(story.contains("supersede"), "{story}");
}

#[test]
fn a_person_may_edit_retract_and_restore_and_a_restart_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let settled = |app: &App, said: &str| {
        let position = said.trim().rsplit(' ').next().unwrap().to_owned();
        app.said(&[
            "retrieve",
            "--user",
            "ada",
            "--context",
            "tea or coffee",
            "--min-position",
            &position,
        ])
    };
    let said = app.said(&["record", "--user", "ada", "--statement", "I prefer green tea."]);
    settled(&app, &said);
    let listed = app.said(&["preferences", "list", "--user", "ada"]);
    let id = listed.split_whitespace().next().unwrap().to_owned();
    let said = app.said(&["preferences", "edit", "--user", "ada", &id, "prefers jasmine tea"]);
    let answer = settled(&app, &said);
    assert!(answer.contains("jasmine tea") && !answer.contains("green tea"), "{answer}");
    let said = app.said(&["preferences", "retract", "--user", "ada", &id]);
    assert!(!settled(&app, &said).contains("jasmine"), "a retracted preference is not served");
    assert_eq!(app.stop(), Some(0));

    let app = App::start(folder.path());
    let said = app.said(&["preferences", "restore", "--user", "ada", &id]);
    let answer = settled(&app, &said);
    assert!(answer.contains("jasmine tea"), "{answer}");
    let foreign = app.command(&["preferences", "show", "--user", "eve", &id]);
    assert!(!foreign.status.success(), "another user's preference id is not found");
    assert!(String::from_utf8_lossy(&foreign.stderr).contains("NotFound"));
}

#[tokio::test]
async fn http_and_grpc_are_the_same_line() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let http = reqwest::Client::new();
    let recorded: serde_json::Value = http
        .post(format!("{}/v1/events", app.http))
        .json(&serde_json::json!({"events": [
            {"user_id": "ada", "id": "h1", "statement": {"text": "I prefer metric units."}}]}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let position = recorded["results"][0]["accepted"]["position"].clone();
    let request = v1::RetrieveRequest {
        user_id: "ada".to_owned(),
        context: Some(v1::Context {
            text: "how far in metric units".to_owned(),
            ..v1::Context::default()
        }),
        min_position: Some(serde_json::from_value(position).unwrap()),
        ..v1::RetrieveRequest::default()
    };
    let by_grpc = app.preferences().await.retrieve(request.clone()).await.unwrap().into_inner();
    assert!(by_grpc.summary.contains("metric units"), "{}", by_grpc.summary);
    let by_http: v1::RetrieveResponse = http
        .post(format!("{}/v1/retrieve", app.http))
        .json(&request)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(by_http.summary, by_grpc.summary);
    for path in ["/livez", "/readyz", "/metrics"] {
        let answer = http.get(format!("{}{path}", app.http)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        match path {
            "/readyz" => assert!(text.contains("lexical"), "{text}"),
            "/metrics" => assert!(text.contains("penchant_"), "{text}"),
            _ => {}
        }
    }
}

#[test]
fn two_processes_do_not_share_a_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let second = std::process::Command::new(penchant_tests::app::binary())
        .args(["run", "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--embedder", "lexical"])
        .arg("--data")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains(&folder.path().display().to_string()), "names the folder: {said}");
    drop(app);
}
