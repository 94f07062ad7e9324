//! The gateway while log and store are being opened: the surfaces are up, and say what is waited
//! for.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use penchant_core::event::Directive;
use penchant_core::{
    Event, EventId, Position, Preference, PreferenceId, TenantId, UserId, UserKey,
};
use penchant_ports::{Certainty, Cursor, EmbedderInfo, ListQuery, Page};
use tokio::time::Instant;

use super::Service;
use crate::gateway::{
    DeadLetters, ExportStream, Gateway, GatewayError, History, RankAnswer, RankQuery, RecordError,
    Recorded, RetrieveAnswer, RetrieveQuery, ServiceStatus,
};

/// When it is worth asking again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Answers `Unavailable` until the service is there, and passes everything on from then on.
pub struct Opening {
    service: OnceLock<Service>,
    waits_for: Mutex<String>,
    log: &'static str,
    store: &'static str,
}

impl Opening {
    /// Nothing is open yet; `log` and `store` are their names for operators.
    #[must_use]
    pub fn new(log: &'static str, store: &'static str) -> Self {
        let waits_for = Mutex::new("starting".to_owned());
        Self { service: OnceLock::new(), waits_for, log, store }
    }

    /// What is waited for, in a sentence for operators.
    pub fn waits(&self, problem: String) {
        *self.waits_for.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// Everything is open. Only the first call counts.
    pub fn opened(&self, service: Service) {
        // There is one opener.
        self.service.set(service).ok();
    }

    fn problem(&self) -> String {
        self.waits_for.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn service(&self) -> Result<&Service, GatewayError> {
        self.service.get().ok_or_else(|| self.not_yet())
    }

    fn not_yet(&self) -> GatewayError {
        GatewayError::Unavailable { reason: self.problem(), retry_after: Some(RETRY_AFTER) }
    }
}

#[async_trait]
impl Gateway for Opening {
    async fn record(
        &self,
        tenant: &TenantId,
        events: Vec<Event>,
    ) -> Vec<Result<Position, RecordError>> {
        match self.service.get() {
            Some(service) => service.record(tenant, events).await,
            None => {
                let failed = |_| RecordError::Failed {
                    reason: self.problem(),
                    certainty: Certainty::Determinate,
                    retry_after: Some(RETRY_AFTER),
                };
                events.iter().map(failed).map(Err).collect()
            }
        }
    }

    async fn retrieve(&self, query: RetrieveQuery) -> Result<RetrieveAnswer, GatewayError> {
        self.service()?.retrieve(query).await
    }

    async fn retrieve_batch(
        &self,
        queries: Vec<RetrieveQuery>,
    ) -> Vec<Result<RetrieveAnswer, GatewayError>> {
        match self.service.get() {
            Some(service) => service.retrieve_batch(queries).await,
            None => queries.iter().map(|_| Err(self.not_yet())).collect(),
        }
    }

    async fn rank(&self, query: RankQuery) -> Result<RankAnswer, GatewayError> {
        self.service()?.rank(query).await
    }

    async fn reached(
        &self,
        position: Option<Position>,
        deadline: Option<Instant>,
    ) -> Result<(), GatewayError> {
        self.service()?.reached(position, deadline).await
    }

    async fn list(&self, query: ListQuery) -> Result<Page<Preference>, GatewayError> {
        self.service()?.list(query).await
    }

    async fn get(&self, user: &UserKey, id: &PreferenceId) -> Result<History, GatewayError> {
        self.service()?.get(user, id).await
    }

    async fn direct(
        &self,
        user: &UserKey,
        directive: Directive,
        event: Option<EventId>,
    ) -> Result<Recorded, GatewayError> {
        self.service()?.direct(user, directive, event).await
    }

    async fn export(&self, user: &UserKey) -> Result<ExportStream, GatewayError> {
        self.service()?.export(user).await
    }

    async fn erase(&self, user: &UserKey) -> Result<Recorded, GatewayError> {
        self.service()?.erase(user).await
    }

    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<Cursor>,
    ) -> Result<Page<UserId>, GatewayError> {
        self.service()?.users(tenant, limit, cursor).await
    }

    async fn dead_letters(
        &self,
        only: Option<&TenantId>,
        limit: usize,
    ) -> Result<DeadLetters, GatewayError> {
        self.service()?.dead_letters(only, limit).await
    }

    async fn status(&self) -> ServiceStatus {
        match self.service.get() {
            Some(service) => service.status().await,
            None => ServiceStatus {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                ready: false,
                problems: vec![self.problem()],
                warnings: Vec::new(),
                embedder: EmbedderInfo {
                    model: String::new(),
                    dimension: 0,
                    lexical_fallback: false,
                },
                inferrer: None,
                model_use: None,
                learner: None,
                log: self.log.to_owned(),
                store: self.store.to_owned(),
                partitions: Vec::new(),
            },
        }
    }
}
