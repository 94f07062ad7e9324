//! `Statement`.

use penchant_core::event::Statement;

use crate::v1;

pub(super) fn decode(wire: v1::Statement) -> Statement {
    Statement { text: wire.text }
}

impl From<&Statement> for v1::Statement {
    fn from(statement: &Statement) -> Self {
        Self { text: statement.text.clone() }
    }
}
