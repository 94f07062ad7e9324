//! The log on a real broker.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../../tests/infra/kafka.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the black-box tests")]
mod broker;
mod conformance;
mod dead_letters;
mod drain;
mod erasure;
mod group;
mod records;
mod refusals;
mod restart;
mod support;
