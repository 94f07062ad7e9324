//! `Context`.

use penchant_core::Context;

use crate::v1;

/// From the wire; absent means that nothing is said about the situation.
#[must_use]
pub fn decode(wire: Option<v1::Context>) -> Context {
    let v1::Context { text, task, attributes } = wire.unwrap_or_default();
    Context { text, task, attributes }
}

/// To the wire; absent when nothing is said.
#[must_use]
pub fn encode(context: &Context) -> Option<v1::Context> {
    let Context { text, task, attributes } = context.clone();
    let wire = v1::Context { text, task, attributes };
    (wire != v1::Context::default()).then_some(wire)
}
