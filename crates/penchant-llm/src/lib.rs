//! An [`Inferrer`](penchant_ports::Inferrer) over any OpenAI-compatible API.
//!
//! - [`OpenAiInferrer`]: one `POST {base_url}/chat/completions` per proposal, and at most one
//!   more to let the model mend an answer that broke the rules. Guarded by a budget per tenant
//!   ([`budget`]) and a circuit breaker ([`breaker`]); every failure is a
//!   [`PortError`](penchant_ports::PortError) after which learning goes on without the model.
//! - [`prompt`]: the words the model is given, in files under a version that is recorded with
//!   each proposal.
//! - [`answer`]: what is accepted from the model. Anything else is refused, never guessed at.
//! - [`Recording`] and [`Replaying`]: the same answers again without a model.
//!
//! *Absent on purpose:* positions, stores, and whether a user's event is worth a call.

pub mod answer;
pub mod breaker;
pub mod budget;
pub mod config;
pub mod description;
pub mod endpoint;
mod http;
mod monotonic;
mod openai;
pub mod prompt;
mod record;
pub mod schema;
mod wire;

pub use config::{ApiKey, BreakerConfig, InvalidConfig, LlmConfig, ResponseFormat};
pub use openai::{OpenAiInferrer, SetUpError};
pub use record::{RecordError, Recording, Replaying, key};
