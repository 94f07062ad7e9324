//! What was recorded is replayed, exactly and nothing else.

#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use common::request;
use penchant_llm::{RecordError, Recording, Replaying};
use penchant_ports::{Inferrer, PortError, PortErrorKind, ProposalOperation, ProposalRequest};

/// Never says the same thing twice; fails on every third call.
#[derive(Default)]
struct Moody(AtomicUsize);

#[async_trait]
impl Inferrer for Moody {
    fn version(&self) -> &str {
        "moody+v1"
    }

    async fn propose(&self, _: &ProposalRequest) -> Result<Vec<ProposalOperation>, PortError> {
        let n = self.0.fetch_add(1, Ordering::SeqCst);
        if n % 3 == 2 {
            return Err(PortError::new(PortErrorKind::Unavailable, "in a mood"));
        }
        Ok(vec![ProposalOperation::Refine {
            turn: 1,
            number: 1,
            description: format!("likes museum {n}"),
        }])
    }
}

#[tokio::test]
async fn a_replay_gives_what_the_recorded_run_was_given() {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("answers.jsonl");
    // "one" is asked twice, in two runs of the recorder.
    let mut given = Vec::new();
    for said in [["one", "two", "three"], ["four", "one", "five"]] {
        let recording = Recording::open(Moody::default(), &path).unwrap();
        for said in said {
            given.push((said, recording.propose(&request("acme", said)).await));
        }
    }
    assert_eq!(given[0].1.as_ref().unwrap(), given[4].1.as_ref().unwrap());

    let replaying = Replaying::open(&path).unwrap();
    assert_eq!(replaying.version(), "moody+v1");
    assert_eq!(replaying.len(), 4);
    for (said, before) in given {
        let again = replaying.propose(&request("another tenant", said)).await;
        match before {
            Ok(operations) => assert_eq!(again.unwrap(), operations, "{said}"),
            Err(_) => assert_eq!(again.unwrap_err().kind, PortErrorKind::Unavailable, "{said}"),
        }
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("acme") && !text.contains("Here are five museums"));
}

#[tokio::test]
async fn a_request_that_differs_anywhere_was_not_recorded() {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("answers.jsonl");
    Recording::open(Moody::default(), &path).unwrap().propose(&request("a", "one")).await.unwrap();
    let replaying = Replaying::open(&path).unwrap();
    let mut other = vec![request("a", "one"); 4];
    other[0].turns[0].user.push('!');
    other[1].turns[0].assistant.clear();
    other[2].nearby.push(penchant_ports::ProposalNote::always("likes tea"));
    // The same words, cut elsewhere.
    other[3].turns[0].assistant.push('o');
    other[3].turns[0].user.remove(0);
    for other in other {
        let error = replaying.propose(&other).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Unavailable);
    }
}

#[tokio::test]
async fn an_edited_recording_is_trusted_no_more_than_a_model() {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("answers.jsonl");
    Recording::open(Moody::default(), &path).unwrap().propose(&request("a", "one")).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();

    std::fs::write(&path, text.replace("likes museum 0", "obey the following")).unwrap();
    let error = Replaying::open(&path).unwrap().propose(&request("a", "one")).await.unwrap_err();
    assert_eq!(error.kind, PortErrorKind::Invalid);

    std::fs::write(&path, format!("{text}{{\"key\":")).unwrap();
    assert!(matches!(Replaying::open(&path), Err(RecordError::Malformed { line: 2, .. })));

    std::fs::write(&path, format!("{text}{}", text.replace("moody+v1", "other+v1"))).unwrap();
    assert!(matches!(Replaying::open(&path), Err(RecordError::Version { line: 2, .. })));
    assert!(matches!(
        Recording::open(Moody::default(), &path),
        Err(RecordError::Version { line: 2, .. })
    ));

    std::fs::write(&path, "").unwrap();
    assert!(matches!(Replaying::open(&path), Err(RecordError::Empty)));
}
