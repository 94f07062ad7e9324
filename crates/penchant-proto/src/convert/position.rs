//! `Position`.

use penchant_core::Position;

use crate::v1;

/// From the wire; every pair of numbers is a position.
#[must_use]
pub fn decode(wire: v1::Position) -> Position {
    Position::new(wire.partition, wire.offset)
}

impl From<Position> for v1::Position {
    fn from(position: Position) -> Self {
        Self { partition: position.partition.0, offset: position.offset }
    }
}
