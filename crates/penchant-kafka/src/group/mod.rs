//! Consuming as a member of the group.
//!
//! Three parties, so that none waits for another:
//!
//! ```text
//! poll thread ──records──► stage (one task per lane) ──deliveries──► learner
//!  (librdkafka's callbacks)   decodes, puts dead letters aside         │
//!      ▲                                                               │
//!      └──────────────── next offset after each durable commit ◄───────┘
//! ```
//!
//! The poll thread is never blocked by a lane, a decode or a produce. It pauses a partition whose
//! lane is full and resumes it when half of that is gone. Rebalances run on it: on revocation it
//! cancels the lane's fence, stores what the learner reported as durable, and only then answers
//! the group (INV-4). Offsets committed to the group are a hint; the store's checkpoint decides
//! (see [`crate::offsets`]).

mod assigned;
mod context;
mod member;
mod poll;
mod stage;

pub(crate) use member::join;
