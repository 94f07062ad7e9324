//! The pure domain of penchant.
//!
//! What a user did ([`event`]), what it says about the user ([`evidence`]), what is believed
//! because of it ([`preference`], [`revision`]), where on the log it came from ([`position`],
//! [`checkpoint`]), and how it is answered ([`aggregate`], [`render`]).
//!
//! *Absent on purpose:* async, I/O, clock, randomness, protobuf, logging. Time and identifiers
//! are arguments, so every function here gives the same answer on every replay (INV-1).
//!
//! Units: instants are [`time::Timestamp`] (milliseconds UTC), similarities are cosines in
//! `[-1, 1]`, confidences are probabilities in `[0, 1]`, strengths are natural log-odds.

pub mod aggregate;
pub mod alternatives;
pub mod checkpoint;
pub mod context;
pub mod contradiction;
pub mod cues;
pub mod event;
pub mod evidence;
pub mod facet;
mod grid;
pub mod head;
pub mod ids;
pub mod index;
pub mod invariants;
pub mod limits;
pub mod position;
pub mod posterior;
pub mod preference;
pub mod render;
pub mod revision;
pub mod sanitize;
pub mod shared;
pub mod situation;
pub mod style;
pub mod telling;
pub mod time;
pub mod validate;
pub mod vector;

pub use checkpoint::{Checkpoint, CheckpointDelta};
pub use context::Context;
pub use event::{Event, EventBody};
pub use evidence::{Claim, Evidence, EvidenceRef, Polarity, Scope, SourceClass};
pub use facet::{FacetId, FacetValue};
pub use head::{Head, UserCommit, UserState};
pub use ids::{EventId, PreferenceId, SessionId, TenantId, UserId, UserKey};
pub use position::{Partition, Position};
pub use preference::{Origin, Preference, PreferenceKind, Status};
pub use revision::{Revision, RevisionKind};
pub use shared::Shared;
pub use time::Timestamp;
pub use vector::Vector;
