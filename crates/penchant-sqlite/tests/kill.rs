//! Whatever was answered survives a kill; whatever was half done is not there.
//!
//! The parent starts this very binary again as a child that writes and says what was answered,
//! kills it in the middle of its work, and looks at what is left.

#![allow(clippy::unwrap_used)]

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use common::{append, open_log, open_store};
use penchant_core::{Checkpoint, Partition, Position};
use penchant_ports::{EventLog as _, Payload, PreferenceReader as _, PreferenceStore as _};
use penchant_testkit::builders::{batch, commit, preference, statement, user};

const FOLDER: &str = "PENCHANT_TEST_KILL_FOLDER";
const USERS: usize = 5;

fn start(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writes_until_it_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The child's part; without its folder named it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let (log, store) = (open_log(&folder).unwrap(), open_store(&folder).unwrap());
    let epoch = store.fence(Partition(0)).await.unwrap();
    let mut next = store.checkpoint().await.unwrap().next_offset(Partition(0));
    loop {
        let end = log.ends().await.unwrap()[&Partition(0)];
        let words = "tea ".repeat(1 + usize::try_from(end).unwrap() % 400);
        let events = (0..USERS).map(|n| statement(&user(n), &format!("e{end}"), &words)).collect();
        let last = *append(&log, events).await.last().unwrap();
        let keys: Vec<_> = (0..USERS).map(user).collect();
        let states = store.load(&keys).await.unwrap();
        let commits = keys.iter().zip(states).map(|(key, state)| {
            // One new preference each, named after the revision that brings it.
            let new = preference(&format!("p{}", state.head.revision + 1));
            commit(key, &state.head, epoch, Position::new(0, last.offset), vec![new])
        });
        next = next.max(last.next_offset());
        store.commit(batch(epoch, next, commits.collect())).await.unwrap();
        println!("answered {next}");
        std::io::stdout().flush().unwrap();
    }
}

async fn look(folder: &Path, answered: u64) {
    let (log, store) = (open_log(folder).unwrap(), open_store(folder).unwrap());
    let end = log.ends().await.unwrap()[&Partition(0)];
    assert!(end >= answered, "the log lost {} records", answered - end);
    let mut found = 0;
    while found < end {
        let records = log.read(Partition(0), found, 500).await.unwrap();
        assert!(records.iter().all(|r| matches!(r.payload, Payload::Event(_))));
        assert_eq!(records[0].position.offset, found, "a gap");
        found += records.len() as u64;
    }
    let checkpoint: Checkpoint = store.checkpoint().await.unwrap();
    let reflected = checkpoint.next_offset(Partition(0));
    assert!((answered..=end).contains(&reflected), "{answered} {reflected} {end}");
    let page = store.users(&user(0).tenant, 100, None).await.unwrap();
    assert_eq!(page.items.len(), USERS);
    for n in 0..USERS {
        let state = store.load(&[user(n)]).await.unwrap().remove(0);
        // Head, preferences and checkpoint are of one commit, for every user of the batch.
        assert_eq!(state.head.checkpoint, checkpoint, "user {n}");
        assert_eq!(state.preferences.len() as u64, state.head.revision, "user {n}");
    }
}

#[tokio::test]
async fn what_was_answered_survives_a_kill_and_a_running_process_keeps_others_out() {
    let folder = tempfile::tempdir().unwrap();
    for round in 1..=3 {
        let mut child = start(folder.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut answered = 0;
        let mut batches = 0;
        while batches < 10 * round {
            let line = lines.next().expect("the child writes until it is killed").unwrap();
            // The harness may print its own words on the same line.
            if let Some((_, next)) = line.split_once("answered ") {
                answered = next.parse().unwrap();
                batches += 1;
            }
        }
        let refusal = open_log(folder.path()).unwrap_err();
        assert!(refusal.message.contains(&format!("process {}", child.id())), "{refusal}");
        child.kill().unwrap();
        child.wait().unwrap();
        look(folder.path(), answered).await;
    }
}
