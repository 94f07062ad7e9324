//! A gateway that does what the user's name says, and remembers what it was asked.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt as _;
use futures::stream;
use penchant::gateway::{
    DeadLetter, DeadLetters, ExportPart, ExportStream, Gateway, GatewayError, History,
    PartitionStatus, RankAnswer, RankQuery, RankReason, Ranked, RecordError, Recorded,
    RetrieveAnswer, RetrieveQuery, ServiceStatus,
};
use penchant_core::aggregate::{Conflict, Neighbour, Served};
use penchant_core::event::{Directive, Statement};
use penchant_core::preference::Support;
use penchant_core::validate::InvalidField;
use penchant_core::{
    Checkpoint, CheckpointDelta, Claim, Context, Event, EventBody, EventId, EvidenceRef, FacetId,
    FacetValue, Origin, Partition, Polarity, Position, Preference, PreferenceId, Revision,
    RevisionKind, Scope, SourceClass, Status, TenantId, Timestamp, UserId, UserKey, Vector,
};
use penchant_ports::{Certainty, Cursor, EmbedderInfo, ListQuery, Page};

#[derive(Default)]
pub(crate) struct Double {
    /// One line per call.
    pub(crate) asked: Mutex<Vec<String>>,
    pub(crate) events: Mutex<Vec<Event>>,
    pub(crate) retrievals: Mutex<Vec<RetrieveQuery>>,
    pub(crate) directives: Mutex<Vec<(Directive, Option<EventId>)>>,
    pub(crate) ready: AtomicBool,
    /// What every preference says; empty: the usual.
    pub(crate) description: Mutex<String>,
    /// Told when a call of user `slow` has begun.
    pub(crate) begun: tokio::sync::Notify,
    /// What lets the calls of user `slow` go on.
    pub(crate) go: tokio::sync::Notify,
}

impl Double {
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// As described.
    fn described(&self, preference: &mut Preference) {
        let words = self.description.lock().unwrap();
        if !words.is_empty() {
            preference.description.clone_from(&words);
            preference.evidence.iter_mut().for_each(|piece| piece.snippet.clone_from(&words));
        }
    }

    fn note(&self, line: String) {
        self.asked.lock().unwrap().push(line);
    }

    /// What the user's name asks for.
    async fn act(&self, call: &str, user: &UserKey) -> Result<(), GatewayError> {
        self.note(format!("{call} {user}"));
        match user.user.as_str() {
            "down" => Err(unavailable()),
            "behind" => Err(GatewayError::Behind {
                asked: Position::new(2, 45),
                reached: 42,
                retry_after: Some(Duration::from_millis(1_500)),
            }),
            "busy" => {
                Err(GatewayError::Exhausted { reason: "over quota".to_owned(), retry_after: None })
            }
            "stale" => Err(GatewayError::Stale("version 7, not 3".to_owned())),
            "twice" => Err(GatewayError::AlreadyExists("duplicate id".to_owned())),
            "broken" => Err(GatewayError::Internal("the secret cause".into())),
            "panic" => panic!("scripted"),
            "slow" => {
                self.begun.notify_one();
                self.go.notified().await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn unavailable() -> GatewayError {
    GatewayError::Unavailable {
        reason: "the store cannot be reached".to_owned(),
        retry_after: Some(Duration::from_secs(3)),
    }
}

pub(crate) fn checkpoint() -> Checkpoint {
    let mut checkpoint = Checkpoint::default();
    checkpoint.advance(CheckpointDelta { partition: Partition(2), next_offset: 42 }).unwrap();
    checkpoint
}

fn evidence() -> EvidenceRef {
    EvidenceRef {
        event: EventId::try_new("e-1").unwrap(),
        position: Position::new(2, 41),
        occurred_at: Timestamp::from_millis(1_000),
        source: SourceClass::Statement,
        snippet: "please use bullets".to_owned(),
    }
}

pub(crate) fn preference(id: &str) -> Preference {
    let mut support = Support::default();
    support.add(SourceClass::Statement);
    Preference {
        id: PreferenceId::try_new(id).unwrap(),
        kind: Claim::Facet {
            facet: FacetId::new("bullets"),
            value: FacetValue::Class("yes".to_owned()),
        },
        description: "prefers bullet points".to_owned(),
        polarity: Polarity::Prefer,
        scope: Scope::Context { label: "work mails".to_owned() },
        confidence: 0.75,
        log_odds: 1.1,
        support,
        origin: Origin::Stated,
        status: Status::Active,
        pinned: false,
        valid_from: Timestamp::from_millis(1_000),
        valid_to: None,
        superseded_by: None,
        sets_aside: None,
        evidence: vec![evidence()],
        version: 3,
        updated_at: Timestamp::from_millis(2_000),
        language: String::new(),
        cluster: None,
        context: Vector::default(),
        content: Vector::default(),
    }
}

fn history(id: &str) -> History {
    let preference = preference(id);
    let revision = Revision::of(
        &preference,
        RevisionKind::Add,
        preference.updated_at,
        Position::new(2, 41),
        "the user said so".to_owned(),
        Some(evidence()),
    );
    History { preference, revisions: vec![revision] }
}

fn recorded(id: &str) -> Recorded {
    Recorded { event: EventId::try_new(id).unwrap(), position: Position::new(2, 43) }
}

fn page<T>(items: Vec<T>, cursor: Option<&Cursor>) -> Result<Page<T>, GatewayError> {
    match cursor {
        Some(cursor) if cursor.0 != "second" => {
            Err(GatewayError::Invalid(InvalidField::new("page_token", "is no token of this list")))
        }
        Some(_) => Ok(Page { items, next: None, total: 2 }),
        None => Ok(Page { items, next: Some(Cursor("second".to_owned())), total: 2 }),
    }
}

#[async_trait]
impl Gateway for Double {
    async fn record(
        &self,
        tenant: &TenantId,
        events: Vec<Event>,
    ) -> Vec<Result<Position, RecordError>> {
        self.note(format!("record {tenant} {}", events.len()));
        let outcomes = events.iter().map(|event| {
            let failed = |certainty| RecordError::Failed {
                reason: "the log cannot be reached".to_owned(),
                certainty,
                retry_after: Some(Duration::from_secs(2)),
            };
            match event.id.as_str() {
                "dup" => Err(RecordError::Rejected(InvalidField::new("id", "duplicate id dup"))),
                "down" => Err(failed(Certainty::Determinate)),
                "unsure" => Err(failed(Certainty::Indeterminate)),
                _ => Ok(Position::new(2, 41)),
            }
        });
        let outcomes = outcomes.collect();
        self.events.lock().unwrap().extend(events);
        outcomes
    }

    async fn retrieve(&self, query: RetrieveQuery) -> Result<RetrieveAnswer, GatewayError> {
        self.retrievals.lock().unwrap().push(query.clone());
        self.act("retrieve", &query.user).await?;
        Ok(RetrieveAnswer {
            summary: "- prefers bullet points".to_owned(),
            summary_tokens: 6,
            served: vec![Served {
                neighbour: Neighbour {
                    preference: preference("p-1"),
                    context_similarity: 0.5,
                    content_similarity: 0.25,
                    lexical: 0.0,
                },
                score: 1.5,
                confidence: 0.5,
            }],
            conflicts: vec![Conflict {
                kept: PreferenceId::try_new("p-1").unwrap(),
                dropped: PreferenceId::try_new("p-2").unwrap(),
                dropped_description: "prefers prose".to_owned(),
                reason: "weaker in this context".to_owned(),
            }],
            checkpoint: checkpoint(),
            ..RetrieveAnswer::default()
        })
    }

    async fn rank(&self, query: RankQuery) -> Result<RankAnswer, GatewayError> {
        self.act("rank", &query.user).await?;
        let last = query.candidates.len() - 1;
        Ok(RankAnswer {
            ranked: vec![Ranked {
                index: last,
                score: 2.0,
                reasons: vec![RankReason {
                    preference: PreferenceId::try_new("p-1").unwrap(),
                    description: "prefers bullet points".to_owned(),
                    contribution: 2.0,
                }],
            }],
            checkpoint: checkpoint(),
            explanation: None,
        })
    }

    async fn reached(
        &self,
        position: Option<Position>,
        _: Option<tokio::time::Instant>,
    ) -> Result<(), GatewayError> {
        self.note(format!("reached {position:?}"));
        Ok(())
    }

    async fn dead_letters(
        &self,
        only: Option<&TenantId>,
        limit: usize,
    ) -> Result<DeadLetters, GatewayError> {
        self.note(format!("dead letters {only:?} {limit}"));
        let letter = DeadLetter {
            position: Position::new(0, 7),
            at: Timestamp::from_millis(1_000),
            reason: "malformed".to_owned(),
            detail: "no <b>JSON</b>".to_owned(),
            bytes: Some(12),
        };
        Ok(DeadLetters { items: vec![letter], truncated: true })
    }

    async fn list(&self, query: ListQuery) -> Result<Page<Preference>, GatewayError> {
        self.act(&format!("list {:?} {}", query.statuses, query.limit), &query.user).await?;
        let mut listed = preference("p-1");
        self.described(&mut listed);
        page(vec![listed], query.cursor.as_ref())
    }

    async fn get(&self, user: &UserKey, id: &PreferenceId) -> Result<History, GatewayError> {
        self.act("get", user).await?;
        if id.as_str() == "none" {
            return Err(GatewayError::NotFound { what: "preference", id: id.to_string() });
        }
        let mut found = history(id.as_str());
        self.described(&mut found.preference);
        Ok(found)
    }

    async fn direct(
        &self,
        user: &UserKey,
        directive: Directive,
        event: Option<EventId>,
    ) -> Result<Recorded, GatewayError> {
        self.directives.lock().unwrap().push((directive, event));
        self.act("direct", user).await?;
        Ok(recorded("d-1"))
    }

    async fn export(&self, user: &UserKey) -> Result<ExportStream, GatewayError> {
        self.act("export", user).await?;
        let first = ExportPart::Preference(Box::new(history("p-1")));
        let event = Event {
            id: EventId::try_new("e-1").unwrap(),
            user: user.clone(),
            session: None,
            occurred_at: Timestamp::from_millis(1_000),
            imported: false,
            context: Context::default(),
            body: EventBody::Statement(Statement { text: "please use bullets".to_owned() }),
        };
        let logged = ExportPart::Event {
            position: Position::new(2, 41),
            logged_at: Timestamp::from_millis(1_500),
            event: Box::new(event),
        };
        let end = ExportPart::End { preferences: 1, events: 1, checkpoint: checkpoint() };
        Ok(match user.user.as_str() {
            "half" => stream::iter([Ok(first), Err(unavailable())]).boxed(),
            "endless" => stream::iter([Ok(first)]).chain(stream::pending()).boxed(),
            _ => stream::iter([Ok(first), Ok(logged), Ok(end)]).boxed(),
        })
    }

    async fn erase(&self, user: &UserKey) -> Result<Recorded, GatewayError> {
        self.act("erase", user).await?;
        Ok(recorded("x-1"))
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<Cursor>,
    ) -> Result<Page<UserId>, GatewayError> {
        self.note(format!("users {tenant} {limit}"));
        page(vec![UserId::try_new("ada").unwrap()], cursor.as_ref())
    }

    async fn status(&self) -> ServiceStatus {
        let ready = self.ready.load(Ordering::SeqCst);
        ServiceStatus {
            version: "0.1.0".to_owned(),
            ready,
            problems: if ready { Vec::new() } else { vec!["catching up".to_owned()] },
            warnings: vec!["the lexical embedder is in use".to_owned()],
            embedder: EmbedderInfo {
                model: "lexical-v1".to_owned(),
                dimension: 384,
                lexical_fallback: true,
            },
            inferrer: None,
            model_use: None,
            learner: None,
            log: "embedded".to_owned(),
            store: "embedded".to_owned(),
            partitions: vec![PartitionStatus {
                partition: Partition(2),
                next_offset: 42,
                end_offset: 45,
            }],
        }
    }
}
