//! The right to be forgotten, and to see what is kept.

use penchant_tests::app::App;

const CANARY: &str = "zanzibarine";

fn position(said: &str) -> String {
    said.trim().rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn an_erased_user_leaves_no_trace_and_does_not_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let words = format!("I prefer {CANARY} wallpaper.");
    let said = app.said(&["record", "--user", "ada", "--id", "a1", "--statement", &words]);
    app.said(&["retrieve", "--user", "ada", "--min-position", &position(&said)]);
    let export = app.said(&["export", "--user", "ada"]);
    assert!(export.contains(CANARY) && export.contains("\"end\""), "{export}");

    let refused = app.command(&["erase", "--user", "ada"]);
    assert!(!refused.status.success(), "erasing asks for --yes");
    let said = app.said(&["erase", "--user", "ada", "--yes"]);
    app.said(&["retrieve", "--user", "ada", "--min-position", &position(&said)]);
    let export = app.said(&["export", "--user", "ada"]);
    assert!(!export.contains(CANARY), "{export}");
    // A late event that happened before the erasure, with a new id.
    let late = format!(
        r#"{{"user_id": "ada", "id": "late", "imported": true, "occurred_at": "2020-01-01T00:00:00Z", "statement": {{"text": "I prefer {CANARY} wallpaper."}}}}"#
    );
    let said = app.said(&["record", "--json", &late]);
    let answer = app.said(&[
        "retrieve",
        "--user",
        "ada",
        "--context",
        CANARY,
        "--min-position",
        &position(&said),
    ]);
    assert!(!answer.contains(CANARY), "{answer}");
    assert_eq!(app.stop(), Some(0));

    // Restarted, too; and a user who comes back starts anew.
    let app = App::start(folder.path());
    let said = app.said(&["record", "--user", "ada", "--statement", "I prefer plain walls."]);
    let answer = app.said(&[
        "retrieve",
        "--user",
        "ada",
        "--context",
        "walls",
        "--min-position",
        &position(&said),
    ]);
    assert!(answer.contains("plain walls") && !answer.contains(CANARY), "{answer}");
}

#[test]
fn no_file_of_the_data_folder_holds_what_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let words = format!("I prefer {CANARY} wallpaper.");
    let said = app.said(&["record", "--user", "ada", "--statement", &words]);
    app.said(&["retrieve", "--user", "ada", "--min-position", &position(&said)]);
    let said = app.said(&["erase", "--user", "ada", "--yes"]);
    app.said(&["retrieve", "--user", "ada", "--min-position", &position(&said)]);
    assert_eq!(app.stop(), Some(0));
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
        assert!(!found, "{} still holds it", path.display());
    }
}
