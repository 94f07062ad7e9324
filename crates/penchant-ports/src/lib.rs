//! The narrow traits between the domain and the products it runs on.
//!
//! Each trait's documentation states its obligations; `penchant-testkit` holds one conformance
//! suite per trait, and every adapter (and the in-memory version here) passes it.
//!
//! *Absent on purpose:* clients of any product, decisions of the domain, logging.

pub mod admission;
pub mod blob;
pub mod clock;
pub mod cursor;
pub mod embedder;
pub mod ends;
pub mod error;
pub mod generations;
pub mod inferrer;
pub mod log;
pub mod memory;
pub mod nearest;
pub mod store;

pub use clock::{Clock, ManualClock, SystemClock};
pub use embedder::{Embedder, EmbedderInfo, Look, Marked, Note, Wish};
pub use ends::{Ending, Ends};
pub use error::{Certainty, PortError, PortErrorKind};
pub use generations::{Building, Generation, Generations};
pub use inferrer::{
    Circuit, Inferrer, InferrerTally, ProposalNote, ProposalOperation, ProposalRequest,
};
pub use log::{Delivery, EventLog, Fence, Lane, LogConsumer, Payload, Undecodable};
pub use store::{
    CommitBatch, Cursor, Epoch, ListQuery, NearestQuery, Neighbourhood, Page, PreferenceReader,
    PreferenceStore,
};
