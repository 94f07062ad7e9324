//! The penchant service as a thin library.

pub mod gateway;
