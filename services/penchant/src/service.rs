//! The gateway over a log, a store and a retriever: what the surfaces call.

use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt as _;
use penchant_core::event::{Directive, EventBody};
use penchant_core::invariants::Invariant;
use penchant_core::validate::InvalidField;
use penchant_core::{
    Context, Event, EventId, Position, Preference, PreferenceId, TenantId, UserId, UserKey,
};
use penchant_learn::lane::Learner;
use penchant_ports::{Circuit, Cursor, ListQuery, Page, PortError};
use penchant_retrieve::{Populations, Retriever};
use penchant_telemetry::InvariantViolated;
use tokio::time::Instant;

use crate::gateway::{
    DeadLetter, DeadLetters, Explanation, ExportStream, Gateway, GatewayError, History, ModelUse,
    PartitionStatus, RankAnswer, RankQuery, Ranked, RecordError, Recorded, RetrieveAnswer,
    RetrieveQuery, ServiceStatus,
};
use crate::parts::Parts;
use crate::parts::dead_letters::Letter;

mod export;
mod opening;
mod reach;

pub use opening::Opening;
use reach::Reach;

/// Behind this many records an operator is told.
const LAG_WARNING: u64 = 10_000;

/// Implements [`Gateway`] over the ports.
pub struct Service {
    parts: Parts,
    retriever: Retriever,
    /// The learner in this process, if it has that role: it knows progress without being asked.
    learner: Option<Learner>,
    reach: Reach,
}

impl Service {
    /// Over opened parts; `learner` when this process runs one.
    #[must_use]
    pub fn new(parts: Parts, learner: Option<Learner>) -> Self {
        let retriever = Retriever::new(
            Arc::clone(&parts.reader),
            Arc::clone(&parts.embedder),
            Arc::clone(&parts.clock),
        )
        .fading(parts.rates);
        let reach = Reach::new(Arc::clone(&parts.log), Arc::clone(&parts.store), learner.clone());
        Self { parts, retriever, learner, reach }
    }

    /// What the users of each tenant hold together, to be counted anew from time to time.
    #[must_use]
    pub fn populations(&self) -> Arc<Populations> {
        Arc::clone(&self.retriever.populations)
    }

    async fn append_one(&self, event: Event) -> Result<Recorded, GatewayError> {
        let id = event.id.clone();
        let mut outcomes = self.parts.log.append(vec![event]).await;
        match outcomes.pop() {
            Some(Ok(position)) => Ok(Recorded { event: id, position }),
            Some(Err(error)) if error.message.starts_with("duplicate id") => {
                Err(GatewayError::AlreadyExists(error.message))
            }
            Some(Err(error)) => Err(GatewayError::from_port(error, "event")),
            None => Err(GatewayError::Internal("the log gave no outcome".into())),
        }
    }

    fn own_event(
        &self,
        user: &UserKey,
        id: Option<EventId>,
        body: EventBody,
    ) -> Result<Event, GatewayError> {
        let id = match id {
            Some(id) => id,
            None => EventId::try_new(uuid::Uuid::now_v7().to_string())
                .map_err(|error| GatewayError::Internal(Box::new(error)))?,
        };
        Ok(Event {
            id,
            user: user.clone(),
            session: None,
            occurred_at: self.parts.clock.now(),
            imported: false,
            context: Context::default(),
            body,
        })
    }

    fn explanation(&self, considered: usize) -> Explanation {
        Explanation {
            embedder: self.parts.embedder.info().clone(),
            warnings: self.parts.warnings.clone(),
            considered,
        }
    }
}

#[async_trait]
impl Gateway for Service {
    async fn record(
        &self,
        tenant: &TenantId,
        events: Vec<Event>,
    ) -> Vec<Result<Position, RecordError>> {
        // INV-6: surfaces guarantee it; a slip there must not become another tenant's memory.
        if events.iter().any(|event| event.user.tenant != *tenant) {
            let seen = "an event of another tenant than the credential's";
            InvariantViolated { invariant: Invariant::NoCrossing, seen }.emit();
            let foreign = || InvalidField::new("user_id", "belongs to another tenant");
            return events.iter().map(|_| Err(RecordError::Rejected(foreign()))).collect();
        }
        let outcomes = self.parts.log.append(events).await;
        outcomes.into_iter().map(|outcome| outcome.map_err(RecordError::from)).collect()
    }

    async fn retrieve(&self, query: RetrieveQuery) -> Result<RetrieveAnswer, GatewayError> {
        self.reached(query.min_position, query.deadline).await?;
        let explain = query.explain;
        let started = std::time::Instant::now();
        let found = self
            .retriever
            .retrieve(&asked(query))
            .await
            .map_err(|error| GatewayError::from_port(error, "context"))?;
        penchant_telemetry::RetrieveServed {
            seconds: started.elapsed().as_secs_f64(),
            preferences: found.served.len() as u64,
        }
        .emit();
        Ok(RetrieveAnswer {
            summary: found.rendered.text,
            summary_tokens: found.rendered.tokens,
            truncated: found.truncated || found.rendered.truncated,
            explanation: explain.then(|| self.explanation(found.considered)),
            served: found.served,
            conflicts: found.conflicts,
            questions: Vec::new(),
            checkpoint: found.checkpoint,
        })
    }

    async fn rank(&self, query: RankQuery) -> Result<RankAnswer, GatewayError> {
        self.reached(query.min_position, query.deadline).await?;
        let drafts: Vec<String> = query.candidates.iter().map(candidate_text).collect();
        let asked = penchant_retrieve::RetrieveQuery {
            session: query.session,
            ..penchant_retrieve::RetrieveQuery::new(query.user, query.context)
        };
        let (ranked, found) = self
            .retriever
            .rank(&asked, &drafts)
            .await
            .map_err(|error| GatewayError::from_port(error, "candidates"))?;
        let ranked = ranked
            .into_iter()
            .map(|one| Ranked { index: one.index, score: one.score, reasons: Vec::new() })
            .collect();
        Ok(RankAnswer {
            ranked,
            checkpoint: found.checkpoint,
            explanation: query.explain.then(|| self.explanation(found.considered)),
        })
    }

    async fn reached(
        &self,
        position: Option<Position>,
        deadline: Option<Instant>,
    ) -> Result<(), GatewayError> {
        match position {
            Some(position) => self.reach.reach(position, deadline).await,
            None => Ok(()),
        }
    }

    async fn list(&self, query: ListQuery) -> Result<Page<Preference>, GatewayError> {
        self.parts
            .reader
            .list(&query)
            .await
            .map_err(|error| GatewayError::from_port(error, "page_token"))
    }

    async fn get(&self, user: &UserKey, id: &PreferenceId) -> Result<History, GatewayError> {
        match self.parts.reader.get(user, id).await {
            Ok((preference, revisions)) => Ok(History { preference, revisions }),
            Err(error) if error.kind == penchant_ports::PortErrorKind::NotFound => {
                Err(GatewayError::NotFound { what: "preference", id: id.to_string() })
            }
            Err(error) => Err(GatewayError::from_port(error, "preference_id")),
        }
    }

    async fn direct(
        &self,
        user: &UserKey,
        directive: Directive,
        event: Option<EventId>,
    ) -> Result<Recorded, GatewayError> {
        let known = self.get(user, &directive.preference).await?;
        let version = known.preference.version;
        if directive.expected_version != 0 && directive.expected_version != version {
            return Err(GatewayError::Stale(format!(
                "preference {} is at version {version}, not {}",
                directive.preference, directive.expected_version
            )));
        }
        let event = self.own_event(user, event, EventBody::Directive(directive))?;
        self.append_one(event).await
    }

    async fn export(&self, user: &UserKey) -> Result<ExportStream, GatewayError> {
        Ok(export::stream(self.parts.clone(), user.clone()).boxed())
    }

    async fn erase(&self, user: &UserKey) -> Result<Recorded, GatewayError> {
        let event = self.own_event(user, None, EventBody::Erase)?;
        self.append_one(event).await
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<Cursor>,
    ) -> Result<Page<UserId>, GatewayError> {
        self.parts
            .reader
            .users(tenant, limit, cursor.as_ref())
            .await
            .map_err(|error| GatewayError::from_port(error, "page_token"))
    }

    async fn dead_letters(
        &self,
        only: Option<&TenantId>,
        limit: usize,
    ) -> Result<DeadLetters, GatewayError> {
        let Some(aside) = &self.parts.dead_letters else { return Ok(DeadLetters::default()) };
        let (letters, total) =
            aside.list(limit).await.map_err(|error| match error.downcast::<PortError>() {
                Ok(error) => GatewayError::from_port(error, "dead_letters"),
                Err(error) => GatewayError::Internal(error.into()),
            })?;
        let truncated = total > letters.len() as u64;
        let of = |letter: &Letter, tenant: &TenantId| {
            let key = letter.key.as_deref().unwrap_or_default();
            key.split(|byte| *byte == 0).next() == Some(tenant.as_str().as_bytes())
        };
        let items = letters.into_iter().filter(|letter| only.is_none_or(|only| of(letter, only)));
        let items = items.map(|letter| DeadLetter {
            position: letter.position,
            at: letter.at,
            reason: letter.reason,
            detail: letter.detail,
            bytes: letter.truncated_from.or(letter.payload.map(|payload| payload.len() as u64)),
        });
        Ok(DeadLetters { items: items.collect(), truncated })
    }

    async fn status(&self) -> ServiceStatus {
        let mut problems = Vec::new();
        let mut warnings = self.parts.warnings.clone();
        let (log, store) = tokio::join!(self.parts.log.check(), self.parts.reader.check());
        problems.extend(log.err().map(|error| format!("log: {error}")));
        problems.extend(store.err().map(|error| format!("store: {error}")));
        if let Some(trouble) = self.learner.as_ref().and_then(|learner| learner.status().trouble) {
            problems.push(format!("learner: {trouble}"));
        }
        let (ends, checkpoint) = tokio::join!(self.parts.log.ends(), self.parts.store.checkpoint());
        let partitions: Vec<PartitionStatus> = match (ends, checkpoint) {
            (Ok(ends), Ok(checkpoint)) => ends
                .into_iter()
                .map(|(partition, end_offset)| PartitionStatus {
                    partition,
                    next_offset: checkpoint.next_offset(partition),
                    end_offset,
                })
                .collect(),
            // Said above by the checks; here there is simply nothing to count.
            (Err(_), _) | (_, Err(_)) => Vec::new(),
        };
        let model_use = self.learner.as_ref().and_then(|learner| {
            let status = learner.status();
            let per_100 = status.calls_per_100_messages().unwrap_or_default();
            Some(ModelUse { tally: status.inferrer?, messages: status.messages, per_100 })
        });
        if model_use.is_some_and(|used| used.tally.circuit != Circuit::Closed) {
            warnings.push("the language model fails; learning goes on without it".to_owned());
        }
        let mut status = ServiceStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ready: problems.is_empty(),
            problems,
            warnings: Vec::new(),
            embedder: self.parts.embedder.info().clone(),
            inferrer: self.parts.model.as_ref().map(|model| model.name.clone()),
            model_use,
            learner: self.learner.as_ref().map(Learner::status),
            log: self.parts.log_name.to_owned(),
            store: self.parts.store_name.to_owned(),
            partitions,
        };
        if status.lag() > LAG_WARNING {
            warnings.push(format!("the learner is {} records behind", status.lag()));
        }
        status.warnings = warnings;
        status
    }
}

fn asked(query: RetrieveQuery) -> penchant_retrieve::RetrieveQuery {
    penchant_retrieve::RetrieveQuery {
        user: query.user,
        context: query.context,
        k: query.k as usize,
        max_tokens: query.max_tokens,
        min_confidence: query.min_confidence.unwrap_or(0.0),
        facets: query.facets.iter().map(|facet| facet.as_str().to_owned()).collect(),
        as_of: query.as_of,
        now: None,
        explain: true,
        session: query.session,
    }
}

/// What of a candidate is compared: its text, and its attributes as words.
fn candidate_text(item: &penchant_core::event::Item) -> String {
    let mut text = item.text.clone();
    for (name, value) in &item.attributes {
        text.push_str(&format!("\n{name}: {value}"));
    }
    text
}
