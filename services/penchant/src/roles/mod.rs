//! One file per role: how it is put together from the parts and the configuration.

pub mod console;
pub mod gateway;
pub mod learner;
