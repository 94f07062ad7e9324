//! gRPC and HTTP against a scripted gateway: real servers on port 0, real connections, and every
//! bad input that a client can send.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod console;
mod deployment;
mod double;
mod raw;
mod server;

mod grpc_arguments;
mod grpc_calls;
mod grpc_limits;
mod grpc_operations;
mod http_bodies;
mod http_calls;
mod http_gate;
