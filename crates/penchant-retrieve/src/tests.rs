//! The read path over an in-memory store and hand-made vectors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::preference::Support;
use penchant_core::{
    CheckpointDelta, Claim, Context, EventId, EvidenceRef, Head, Origin, Partition, Polarity,
    Position, Preference, PreferenceId, Scope, SourceClass, Status, TenantId, Timestamp,
    UserCommit, UserId, UserKey, Vector, telling,
};
use penchant_ports::memory::MemoryStore;
use penchant_ports::{
    CommitBatch, Embedder, EmbedderInfo, ManualClock, PortError, PreferenceStore,
};

use crate::{RetrieveQuery, Retrieved, Retriever};

/// Texts with common telling words lie close.
struct Words(EmbedderInfo);

impl Words {
    fn new() -> Self {
        Self(EmbedderInfo { model: "words".to_owned(), dimension: 64, lexical_fallback: true })
    }
}

fn vector(text: &str) -> Vector {
    let mut values = vec![0.0_f32; 64];
    for word in telling::telling(text) {
        let hash = penchant_core::head::fnv1a(word.as_bytes());
        values[(hash % 64) as usize] += 1.0;
    }
    Vector::normalized(values)
}

#[async_trait]
impl Embedder for Words {
    fn info(&self) -> &EmbedderInfo {
        &self.0
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        Ok(texts.iter().map(|t| vector(t)).collect())
    }
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

fn user() -> UserKey {
    UserKey::new(TenantId::try_new("t").unwrap(), UserId::try_new("u").unwrap())
}

fn holds(id: &str, description: &str) -> Preference {
    let mut support = Support::default();
    support.add(SourceClass::Statement);
    Preference {
        id: PreferenceId::try_new(id).unwrap(),
        kind: Claim::Statement { text: description.to_owned() },
        description: description.to_owned(),
        polarity: Polarity::Prefer,
        scope: Scope::Always,
        confidence: 0.95,
        log_odds: 3.0,
        support,
        origin: Origin::Stated,
        status: Status::Active,
        pinned: false,
        valid_from: now(),
        valid_to: None,
        superseded_by: None,
        evidence: vec![EvidenceRef {
            event: EventId::try_new("e").unwrap(),
            position: Position::new(0, 0),
            occurred_at: now(),
            source: SourceClass::Statement,
            snippet: String::new(),
        }],
        version: 1,
        updated_at: now(),
        language: String::new(),
        cluster: None,
        context: Vector::default(),
        content: vector(description),
    }
}

async fn retriever(preferences: Vec<Preference>) -> Retriever {
    let store = Arc::new(MemoryStore::new());
    let epoch = store.fence(Partition(0)).await.unwrap();
    let checkpoint = CheckpointDelta { partition: Partition(0), next_offset: 1 };
    let mut head = Head { revision: 1, epoch, ..Head::default() };
    head.checkpoint.advance(checkpoint).unwrap();
    let commit = UserCommit {
        user: user(),
        base_revision: 0,
        head,
        preferences,
        revisions: Vec::new(),
        erase: false,
    };
    store.commit(CommitBatch { epoch, checkpoint, users: vec![commit] }).await.unwrap();
    Retriever::new(store, Arc::new(Words::new()), Arc::new(ManualClock::new(now())))
}

fn query(text: &str) -> RetrieveQuery {
    let context = Context { text: text.to_owned(), ..Context::default() };
    RetrieveQuery::new(user(), context)
}

fn lines(answer: &Retrieved) -> Vec<&str> {
    answer.served.iter().map(|s| s.neighbour.preference.description.as_str()).collect()
}

#[tokio::test]
async fn what_the_question_is_about_comes_first_and_the_irrelevant_not_at_all() {
    let them = vec![
        holds("a", "likes hiking in the alps"),
        holds("b", "prefers rye bread for breakfast"),
        holds("c", "collects stamps from Peru"),
    ];
    let answer = retriever(them).await.retrieve(&query("bread for my breakfast")).await.unwrap();
    assert_eq!(lines(&answer), ["prefers rye bread for breakfast"]);
    assert!(answer.rendered.text.contains("rye bread"));
    assert_eq!(answer.revision, 1);
}

#[tokio::test]
async fn how_to_answer_is_served_whatever_the_question_is_about() {
    let them = vec![holds("a", "wants short answers"), holds("b", "collects stamps from Peru")];
    let answer = retriever(them).await.retrieve(&query("why is the sky blue")).await.unwrap();
    assert_eq!(lines(&answer), ["wants short answers"]);
}

#[tokio::test]
async fn contradictions_never_stand_side_by_side_and_a_wish_for_now_wins() {
    let mut brief = holds("b", "wants short summaries");
    brief.scope = Scope::ThisTime { label: "today".to_owned(), until: None };
    brief.valid_to = Some(now().plus(Duration::from_secs(60)));
    let them = vec![holds("a", "wants long summaries"), brief];
    let retriever = retriever(them).await;
    let answer = retriever.retrieve(&query("summaries of this article")).await.unwrap();
    assert_eq!(lines(&answer), ["wants short summaries"]);
    assert_eq!(answer.conflicts[0].reason, "a temporary wish is in force");
    let later = RetrieveQuery {
        now: Some(now().plus(Duration::from_secs(120))),
        ..query("summaries of this article")
    };
    let answer = retriever.retrieve(&later).await.unwrap();
    assert_eq!(lines(&answer), ["wants long summaries"]);
}

#[tokio::test]
async fn only_what_is_current_is_served() {
    let mut closed = holds("a", "likes rye bread");
    closed.status = Status::Superseded;
    let mut held_back = holds("b", "likes white bread");
    held_back.status = Status::Quarantined;
    let answer = retriever(vec![closed, held_back]).await.retrieve(&query("bread")).await.unwrap();
    assert!(answer.served.is_empty() && answer.rendered.text.is_empty());
}

#[tokio::test]
async fn at_most_k_are_served_and_the_answer_says_that_there_are_more() {
    let them =
        (0..9).map(|n| holds(&format!("p{n}"), &format!("likes bread with topping{n}"))).collect();
    let asked = RetrieveQuery { k: 3, ..query("bread") };
    let answer = retriever(them).await.retrieve(&asked).await.unwrap();
    assert_eq!(answer.served.len(), 3);
    assert!(answer.truncated);
}

#[tokio::test]
async fn doubtful_preferences_can_be_left_out() {
    let mut doubtful = holds("a", "likes rye bread");
    doubtful.log_odds = 0.3;
    let asked = RetrieveQuery { min_confidence: 0.8, ..query("bread") };
    let answer = retriever(vec![doubtful]).await.retrieve(&asked).await.unwrap();
    assert!(answer.served.is_empty());
}

#[tokio::test]
async fn an_unknown_user_gets_an_empty_answer() {
    let mut asked = query("bread");
    asked.user.user = UserId::try_new("someone-else").unwrap();
    let answer =
        retriever(vec![holds("a", "likes rye bread")]).await.retrieve(&asked).await.unwrap();
    assert!(answer.served.is_empty());
    assert_eq!(answer.revision, 0);
}

#[tokio::test]
async fn a_batch_answers_each_question_as_if_it_were_asked_alone() {
    let them = vec![holds("a", "likes hiking in the alps"), holds("b", "prefers rye bread")];
    let retriever = retriever(them).await;
    let questions = [query("bread"), query("hiking")];
    let batch = retriever.batch(&questions).await.unwrap();
    for (question, answer) in questions.iter().zip(&batch) {
        assert_eq!(&retriever.retrieve(question).await.unwrap(), answer);
    }
    assert_ne!(lines(&batch[0]), lines(&batch[1]));
}

#[tokio::test]
async fn for_an_occasion_its_own_wish_beats_the_general_one() {
    let mut bound = holds("b", "wants a formal tone in mails");
    bound.scope = Scope::Context { label: "customers".to_owned() };
    let them = vec![holds("a", "wants a casual tone in mails"), bound];
    let retriever = retriever(them).await;
    let mut asked = query("mails to the customers");
    asked.context.task = "mails".to_owned();
    let answer = retriever.retrieve(&asked).await.unwrap();
    assert_eq!(lines(&answer), ["wants a formal tone in mails"]);
}
