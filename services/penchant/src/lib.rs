//! The penchant service as a thin library.
