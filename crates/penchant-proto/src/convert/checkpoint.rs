//! A checkpoint: inside "the offset to read next", on the wire "the newest record reflected", so
//! that a client compares it with the positions it was given.

use penchant_core::{Checkpoint, Position};

use crate::v1;

/// To the wire; partitions of which nothing is reflected yet are left out.
#[must_use]
pub fn encode(checkpoint: &Checkpoint) -> Vec<v1::Position> {
    checkpoint
        .iter()
        .filter_map(|(partition, next)| {
            let offset = next.checked_sub(1)?;
            Some(Position { partition, offset }.into())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use penchant_core::{CheckpointDelta, Partition};

    use super::*;

    #[test]
    fn positions_are_the_newest_reflected_records() {
        let mut checkpoint = Checkpoint::default();
        for (partition, next_offset) in [(0, 0), (1, 43)] {
            let partition = Partition(partition);
            checkpoint.advance(CheckpointDelta { partition, next_offset }).unwrap();
        }
        let positions = encode(&checkpoint);
        assert_eq!(positions, [v1::Position { partition: 1, offset: 42 }]);
        assert!(checkpoint.reflects(crate::convert::position::decode(positions[0])));
    }
}
