//! The write path: deliveries of the log become evidence, evidence becomes revisions, and one
//! commit per batch makes them last.
//!
//! 1. [`reading`]: what one event says, without looking at the user's memory. [`words`] reads
//!    messages, statements and comments; [`edits`] reads drafts and their revisions;
//!    [`behaviour`] reads interactions and comparisons. [`heads`] are the trained judges of words.
//!    [`stage_llm`] lets a language model, where there is one, say more about some of the words.
//! 2. [`fold`]: what a reading does to one user's state. Pure, bounded, deterministic.
//! 3. [`lane`]: batches of one partition through 1 and 2 into one commit.
//!
//! *Absent on purpose:* products (Kafka, SQLite, Qdrant), protobuf, gRPC.

pub mod behaviour;
pub mod contexts;
pub mod edits;
pub mod fold;
pub mod heads;
pub mod lane;
pub mod reading;
pub mod stage_llm;
pub mod words;
