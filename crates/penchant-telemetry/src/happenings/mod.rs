//! One struct per thing that happens; `emit` logs it and counts it.
//!
//! Levels: ERROR a promise was broken; WARN someone should look; INFO the service's life; DEBUG
//! what happens per event or request.

mod embed;
mod gateway;
mod learn;
mod llm;
mod log;
mod retrieve;
mod service;
mod store;

pub use embed::{EmbedderFellBack, TextsEmbedded, WishesDescribed};
pub use gateway::{EventRejected, EventsRecorded, RequestServed};
pub use learn::{
    BatchCommitted, BatchTimed, DuplicateSkipped, InvariantViolated, LearnerRestarted,
    MessagesRead, Quarantined, RevisionMade, UserErased,
};
pub use llm::{
    CircuitChanged, CircuitState, EventsProposedFor, LlmCalled, LlmOutcome, LlmRefusal, LlmRefused,
    ModelUse, ProposalRejected,
};
pub use log::{DeadLettered, LagObserved, LaneClosed, LaneOpened};
pub use retrieve::RetrieveServed;
pub use service::{ServiceStarted, ServiceStopped};
pub use store::StoreRetried;
