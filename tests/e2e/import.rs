//! `penchant import`: no line is lost, rejected ones say why, and a second import doubles nothing.

use penchant_tests::app::App;

#[test]
fn accepted_and_rejected_lines_add_up_and_importing_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("lines.jsonl");
    let mut bytes = Vec::new();
    for n in 0..40 {
        let line = format!(
            "{{\"user_id\": \"u{}\", \"statement\": {{\"text\": \"I prefer colour {n}.\"}}}}\n",
            n % 4
        );
        bytes.extend_from_slice(line.as_bytes());
    }
    bytes.extend_from_slice(b"{\"user_id\": \"\", \"statement\": {\"text\": \"nobody\"}}\n");
    bytes.extend_from_slice(b"{\"user_id\": \"u1\", \"statment\": {\"text\": \"misspelt\"}}\n");
    bytes.extend_from_slice(b"not json at all\n");
    bytes.extend_from_slice(b"{\"user_id\": \"u1\", \"statement\": {\"text\": \"\xff\xfe\"}}\n");
    std::fs::write(&file, bytes).unwrap();
    let app = App::start(&data);
    let said = app.said(&["import", file.to_str().unwrap()]);
    assert!(said.contains("44 lines: 40 accepted (40 events), 4 rejected"), "{said}");
    let rejected = std::fs::read_to_string(folder.path().join("lines.rejected.jsonl")).unwrap();
    assert_eq!(rejected.lines().count(), 4, "{rejected}");
    for reason in ["user_id", "statment", "UTF-8"] {
        assert!(rejected.contains(reason), "{reason} in {rejected}");
    }
    let before = app.said(&["export", "--user", "u1"]);
    app.said(&["import", file.to_str().unwrap()]);
    let after = app.said(&["export", "--user", "u1"]);
    let events = |export: &str| export.lines().filter(|line| line.contains("logged_at")).count();
    assert_eq!(events(&before), 10);
    assert_eq!(events(&after), 10, "the same lines are the same events");
}

#[test]
fn conversations_become_the_turns_of_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chats.jsonl");
    let line = r#"{"user_id": "u1", "messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}, {"role": "user", "content": "I prefer short answers."}]}"#;
    std::fs::write(&file, format!("{line}\n")).unwrap();
    let app = App::start(&folder.path().join("data"));
    let said = app.said(&["import", "--format", "chat", file.to_str().unwrap()]);
    assert!(said.contains("1 lines: 1 accepted (3 events), 0 rejected"), "{said}");
}
