//! The event log on Apache Kafka; the only crate that names rdkafka.
//!
//! - [`KafkaLog`]: `EventLog` on one topic. Values are `penchant.v1.Event` as protobuf or as proto3
//!   JSON (header `content-type`; sniffed when absent), keys are `tenant NUL user`, so that any app
//!   can produce events by itself.
//! - [`DeadLetters`]: what could not become an event, with its reason; to list and to send again.
//! - [`KafkaLog::drain`]: a plain consumer, the yardstick of learning's speed.
//! - [`KafkaConfig`]: which cluster and topics. What correctness rests on is not configurable.
//!
//! Why nothing is lost or doubled: a record counts as read only when the learner has reported its
//! effect as durable; a lane starts at the store's checkpoint, never later; a revoked partition's
//! fence is cancelled before the group is answered; what cannot be read is on the dead-letter
//! topic before its offset moves; and whatever comes twice is told apart by offset and event id.
//!
//! *Absent on purpose:* inference, the store, Kafka transactions (they would cover only Kafka).

mod codec;
mod config;
mod dead_letters;
mod drain;
mod error;
mod group;
mod inner;
mod judge;
mod keeper;
mod key;
mod ledger;
mod log;
mod logging;
mod murmur2;
mod offsets;
mod producer;
mod properties;
mod reader;
mod record;
mod topics;

pub use config::{KafkaConfig, MAX_RECORD_BYTES};
pub use dead_letters::{DeadLetter, DeadLetters, Listing, Redrive, Redriven};
pub use drain::Drained;
pub use log::KafkaLog;
