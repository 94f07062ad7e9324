//! The store on a server: the given one, docker's, or the scripts' (see `tests/infra/README.md`).
//! Tests of faults always take the scripts', which can be told what goes wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conformance;
mod connecting;
mod faults;
#[path = "../../../../tests/infra/qdrant.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the black-box tests")]
mod server;
mod support;
