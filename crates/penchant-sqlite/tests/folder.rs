//! Who may open a data folder, and what is refused with which words.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::{append, open_log, open_store};
use penchant_core::Partition;
use penchant_ports::{EmbedderInfo, EventLog as _, PortErrorKind, PreferenceStore as _};
use penchant_sqlite::{LOG_FILE, STORE_FILE, SqliteStore};
use penchant_testkit::builders::{
    DIMENSION, batch, commit, embedder_info, preference, statement, user,
};
use rusqlite::Connection;

#[tokio::test]
async fn a_second_handle_is_refused_by_the_name_of_the_folder_until_the_first_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (log, store) = (open_log(folder.path()).unwrap(), open_store(folder.path()).unwrap());
    for refusal in [open_log(folder.path()).unwrap_err(), open_store(folder.path()).unwrap_err()] {
        assert_eq!(refusal.kind, PortErrorKind::Unavailable);
        let name = folder.path().display().to_string();
        assert!(refusal.message.contains(&name), "{refusal}");
        assert!(refusal.message.contains(&std::process::id().to_string()), "{refusal}");
    }
    // A consumer that is still around does not keep the folder.
    let consumer = log.consume(Default::default()).await.unwrap();
    drop((log, store));
    open_log(folder.path()).unwrap();
    open_store(folder.path()).unwrap();
    drop(consumer);
}

fn rewrite(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    drop((open_log(folder.path()).unwrap(), open_store(folder.path()).unwrap()));
    for file in [LOG_FILE, STORE_FILE] {
        rewrite(&folder.path().join(file), "PRAGMA user_version = 9;");
    }
    for refusal in [open_log(folder.path()).unwrap_err(), open_store(folder.path()).unwrap_err()] {
        assert_eq!(refusal.kind, PortErrorKind::Invalid);
        assert!(refusal.message.contains("newer penchant"), "{refusal}");
        assert!(refusal.message.contains("version 9"), "{refusal}");
    }
    for file in [LOG_FILE, STORE_FILE] {
        let path = folder.path().join(file);
        let version: i64 = Connection::open(&path)
            .unwrap()
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(version, 9);
    }
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    rewrite(&folder.path().join(LOG_FILE), "CREATE TABLE recipes (name TEXT);");
    std::fs::write(folder.path().join(STORE_FILE), "no database at all ".repeat(100)).unwrap();
    let log = open_log(folder.path()).unwrap_err();
    assert!(log.message.contains("is not penchant's"), "{log}");
    let store = open_store(folder.path()).unwrap_err();
    assert_eq!(store.kind, PortErrorKind::Corrupt, "{store}");
}

#[tokio::test]
async fn a_log_is_not_taken_for_a_store() {
    let folder = tempfile::tempdir().unwrap();
    drop(open_log(folder.path()).unwrap());
    std::fs::rename(folder.path().join(LOG_FILE), folder.path().join(STORE_FILE)).unwrap();
    let refusal = open_store(folder.path()).unwrap_err();
    assert!(refusal.message.contains("is not penchant's"), "{refusal}");
}

#[tokio::test]
async fn vectors_of_another_model_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let other = EmbedderInfo { model: "other-v2".to_owned(), ..embedder_info() };
    // Nothing is stored yet, so the model may change.
    drop(open_store(folder.path()).unwrap());
    drop(SqliteStore::open(folder.path(), &other).unwrap());
    let store = open_store(folder.path()).unwrap();
    let epoch = store.fence(Partition(0)).await.unwrap();
    let position = penchant_core::Position::new(0, 0);
    let one = commit(&user(1), &Default::default(), epoch, position, vec![preference("p1")]);
    store.commit(batch(epoch, 1, vec![one])).await.unwrap();
    drop(store);
    let wider = EmbedderInfo { dimension: DIMENSION * 2, ..embedder_info() };
    for changed in [other, wider] {
        let refusal = SqliteStore::open(folder.path(), &changed).unwrap_err();
        assert_eq!(refusal.kind, PortErrorKind::Invalid);
        for words in [&embedder_info().model, &changed.model, "replay", STORE_FILE] {
            assert!(refusal.message.contains(words), "{refusal}");
        }
    }
    assert_eq!(open_store(folder.path()).unwrap().load(&[user(1)]).await.unwrap().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_made_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a/b");
    let log = open_log(&folder).unwrap();
    append(&log, vec![statement(&user(1), "e1", "I prefer tea")]).await;
    let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}
