//! Embedded event log and preference store in SQLite: two files in one data folder.
//!
//! [`SqliteLog`] is one partition; [`SqliteStore`] searches exactly. Each has one writer thread
//! with the only writing connection, and a few reading connections. Concurrent appends share one
//! transaction, and so one wait for the disk. A lock on the data folder keeps a second process
//! out; everything that was answered survives a kill.
//!
//! *Absent on purpose:* what to learn, how to rank, behaviour that the conformance suites of
//! `penchant-testkit` do not cover.

mod database;
mod error;
mod folder;
mod log;
mod reader;
mod store;
mod writer;

pub use log::{DeadLetter, LOG_FILE, SqliteLog};
pub use store::{STORE_FILE, SqliteStore};
