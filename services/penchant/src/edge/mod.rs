//! What gRPC and HTTP share: who is asking ([`Tenancy`]), how much at once ([`Admission`]), how
//! connections are served and drained ([`transport`]), and the calls themselves ([`Calls`]), from
//! wire message to wire message.
//!
//! *Absent on purpose:* status codes. Each surface translates `GatewayError` in one file of its
//! own.

pub mod admission;
mod body;
pub mod calls;
pub(crate) mod deadline;
pub mod tenancy;
pub mod transport;

use std::sync::Arc;
use std::time::Duration;

use penchant_ports::Clock;

pub use admission::Admission;
pub(crate) use body::{Deadline, Held, Served};
pub use calls::{Calls, RetrieveDefaults};
pub use tenancy::Tenancy;

/// Largest message or body taken in, in bytes: tonic's own default, stated here because clients
/// must know it.
pub const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

/// How both surfaces serve.
#[derive(Clone)]
pub struct EdgeOptions {
    /// Which credential belongs to which tenant.
    pub tenancy: Arc<Tenancy>,
    /// How many calls at once; share one between surfaces to bound them together.
    pub admission: Admission,
    /// The time of events that come without one.
    pub clock: Arc<dyn Clock>,
    /// What a retrieval that does not say asks for.
    pub defaults: RetrieveDefaults,
    /// Longest that a unary call may take when its caller sets no deadline.
    pub timeout: Duration,
    /// How long calls in flight may go on once a stop was asked.
    pub grace: Duration,
}

impl EdgeOptions {
    /// No credentials, 512 calls at once, 30 s per call, 10 s to drain.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            tenancy: Arc::new(Tenancy::open()),
            admission: Admission::new(512),
            clock,
            defaults: RetrieveDefaults::default(),
            timeout: Duration::from_secs(30),
            grace: Duration::from_secs(10),
        }
    }
}
