//! What the surfaces (gRPC, HTTP, console, command line) ask of the running service.
//!
//! Handlers turn wire messages into these calls and nothing else; everything that decides stands
//! behind [`Gateway`]. All types here are the domain's, so that a surface can be changed, added or
//! left out without touching the service, and tests can script a double.
//!
//! *Absent on purpose:* protobuf, HTTP, credentials. The tenant arrives already established from
//! the credential (INV-6).

mod answers;
mod error;
mod queries;

use async_trait::async_trait;
use futures::stream::BoxStream;
use penchant_core::event::Directive;
use penchant_core::{
    Event, EventId, Position, Preference, PreferenceId, TenantId, UserId, UserKey,
};
use penchant_ports::{Cursor, ListQuery, Page};
use tokio::time::Instant;

pub use answers::{
    DeadLetter, DeadLetters, Explanation, ExportPart, History, ModelUse, PartitionStatus, Question,
    RankAnswer, RankReason, Ranked, Recorded, RetrieveAnswer, ServiceStatus,
};
pub use error::{GatewayError, RecordError};
pub use queries::{DEFAULT_K, DEFAULT_MAX_TOKENS, RankQuery, RetrieveQuery};

/// A user's export, part by part; ends with [`ExportPart::End`] when it is complete.
pub type ExportStream = BoxStream<'static, Result<ExportPart, GatewayError>>;

/// The running service, as seen from its surfaces.
///
/// # What callers guarantee
/// - Shape: every query is within the limits of `penchant_core::limits`, ids are well formed, and
///   the tenant in each [`UserKey`] is the credential's.
/// - Events have passed `penchant_core::validate::event`, and carry an id and an event time.
/// - A call may be dropped at any await point: the client left, or its deadline passed.
///
/// # What the implementation guarantees
/// - Writes answer only once the log holds them durably (INV-1). They take effect a little later;
///   a read that must see them says so with `min_position`.
/// - An unknown user, and an erased one, is answered like a user without preferences, never as an
///   error: existence is not told.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Appends events to the log; one outcome per event, in order. All events are of `tenant`.
    async fn record(
        &self,
        tenant: &TenantId,
        events: Vec<Event>,
    ) -> Vec<Result<Position, RecordError>>;

    /// What matters in a context.
    ///
    /// # Errors
    /// [`GatewayError`]; `Behind` when `min_position` was not reached in time.
    async fn retrieve(&self, query: RetrieveQuery) -> Result<RetrieveAnswer, GatewayError>;

    /// Several retrievals at once; one outcome per query, in order. Worth overriding where the
    /// contexts can share one call of the embedder.
    async fn retrieve_batch(
        &self,
        queries: Vec<RetrieveQuery>,
    ) -> Vec<Result<RetrieveAnswer, GatewayError>> {
        let mut answers = Vec::with_capacity(queries.len());
        for query in queries {
            answers.push(self.retrieve(query).await);
        }
        answers
    }

    /// Scores candidates by how well they fit what the user prefers in a context.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn rank(&self, query: RankQuery) -> Result<RankAnswer, GatewayError>;

    /// Waits until the record at `position` has taken effect; at once without one.
    ///
    /// # Errors
    /// [`GatewayError`]; `Behind` when that was not before `deadline`, or within the service's own
    /// patience.
    async fn reached(
        &self,
        position: Option<Position>,
        deadline: Option<Instant>,
    ) -> Result<(), GatewayError>;

    /// Lists a user's preferences.
    ///
    /// # Errors
    /// [`GatewayError`]; `Invalid` naming `page_token` for a cursor that is not this list's.
    async fn list(&self, query: ListQuery) -> Result<Page<Preference>, GatewayError>;

    /// One preference with its whole history.
    ///
    /// # Errors
    /// [`GatewayError`]; `NotFound` when this user has no such preference.
    async fn get(&self, user: &UserKey, id: &PreferenceId) -> Result<History, GatewayError>;

    /// Records a person's decision about a preference, as an event. `event` is the client's id of
    /// the decision, for safe retries; without it the service makes one.
    ///
    /// # Errors
    /// [`GatewayError`]; `NotFound` when this user has no such preference, `Stale` when
    /// `expected_version` is given (not 0) and is no longer the preference's.
    async fn direct(
        &self,
        user: &UserKey,
        directive: Directive,
        event: Option<EventId>,
    ) -> Result<Recorded, GatewayError>;

    /// Everything that is kept about a user.
    ///
    /// # Errors
    /// [`GatewayError`], at once or in the stream; after an error in the stream nothing follows.
    async fn export(&self, user: &UserKey) -> Result<ExportStream, GatewayError>;

    /// Forgets a user for good (INV-9): records the erasure. Erasing an unknown or an already
    /// erased user succeeds.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn erase(&self, user: &UserKey) -> Result<Recorded, GatewayError>;

    /// The users of a tenant that something is kept about, by id.
    ///
    /// # Errors
    /// [`GatewayError`]; `Invalid` naming `page_token` for a cursor that is not this list's.
    async fn users(
        &self,
        tenant: &TenantId,
        limit: usize,
        cursor: Option<Cursor>,
    ) -> Result<Page<UserId>, GatewayError>;

    /// What could not become an event, as far as its key says that it is `only`'s; `None`: all.
    /// Records whose key cannot be read belong to nobody.
    ///
    /// # Errors
    /// [`GatewayError`].
    async fn dead_letters(
        &self,
        only: Option<&TenantId>,
        limit: usize,
    ) -> Result<DeadLetters, GatewayError>;

    /// How the service is. Cheap: probes and dashboards ask every few seconds. Never fails; what
    /// cannot be found out is among `problems`.
    async fn status(&self) -> ServiceStatus;
}
