//! The wire format `penchant.v1`: generated code, checked in, behind hand-written conversions.
//!
//! - [`v1`]: messages, clients and servers, each with its proto3 JSON mapping (`serde`): field
//!   names as in the `.proto` files, unknown fields and unknown enum names refused by name.
//! - [`convert`]: from and to the domain of `penchant-core`, one file per message. Shape only:
//!   what is missing, malformed or unknown is answered with the field's path; limits and meaning
//!   are `penchant_core::validate`'s.
//!
//! `src/gen/` is written by `cargo xtask gen`; `tests/drift.rs` fails when it is not what `proto/`
//! says.
//!
//! *Absent on purpose:* handlers, transport, validation beyond shape.

pub mod convert;

/// Generated messages, clients and servers of `penchant.v1`.
#[allow(
    missing_docs,
    unreachable_pub,
    rustdoc::all,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]
pub mod v1 {
    include!("gen/penchant.v1.rs");
    include!("gen/penchant.v1.serde.rs");
}

/// `google.protobuf` types that `penchant.v1` uses.
pub use pbjson_types as wkt;

/// The encoded `FileDescriptorSet` of `penchant.v1` and what it imports, for server reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!("gen/penchant.v1.bin");
