//! How far the log is reflected in the store.
//!
//! The checkpoint is data and is committed together with what it covers; the broker's own
//! committed offset is only a hint (the argument stands in Quickwit's
//! `metastore/src/checkpoint.rs`, and in `CONTRIBUTING.md`, "Why nothing is lost or doubled").

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::position::{Partition, Position};

/// Per partition, the offset to read next: everything below it has taken effect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checkpoint(BTreeMap<Partition, u64>);

/// One partition's step forward: everything below `next_offset` has now taken effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointDelta {
    /// The partition.
    pub partition: Partition,
    /// The offset to read next.
    pub next_offset: u64,
}

/// A delta that would move a checkpoint back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("checkpoint of partition {partition} is {have}, refuses {offered} (INV-3)")]
pub struct Regression {
    /// The partition.
    pub partition: Partition,
    /// Stored.
    pub have: u64,
    /// Offered.
    pub offered: u64,
}

impl Checkpoint {
    /// The offset to read next in `partition`; 0 when nothing is reflected yet.
    #[must_use]
    pub fn next_offset(&self, partition: Partition) -> u64 {
        self.0.get(&partition).copied().unwrap_or(0)
    }

    /// Whether the record at `position` has taken effect.
    ///
    /// | next offset | record's offset | reflected |
    /// |---|---|---|
    /// | 5 | 4 | yes |
    /// | 5 | 5 | no |
    /// | 5 | 9 | no (gaps are normal: offsets are compared, never counted) |
    #[must_use]
    pub fn reflects(&self, position: Position) -> bool {
        position.offset < self.next_offset(position.partition)
    }

    /// Moves forward.
    ///
    /// # Errors
    /// [`Regression`] when the delta is behind (INV-3); an equal one is accepted and changes
    /// nothing.
    pub fn advance(&mut self, delta: CheckpointDelta) -> Result<(), Regression> {
        let have = self.next_offset(delta.partition);
        if delta.next_offset < have {
            return Err(Regression {
                partition: delta.partition,
                have,
                offered: delta.next_offset,
            });
        }
        self.0.insert(delta.partition, delta.next_offset);
        Ok(())
    }

    /// All partitions with their next offset.
    pub fn iter(&self) -> impl Iterator<Item = (Partition, u64)> + '_ {
        self.0.iter().map(|(p, o)| (*p, *o))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_never_regresses() {
        let mut checkpoint = Checkpoint::default();
        let to = |next_offset| CheckpointDelta { partition: Partition(3), next_offset };
        checkpoint.advance(to(7)).unwrap();
        checkpoint.advance(to(7)).unwrap();
        assert!(checkpoint.advance(to(6)).is_err());
        assert!(checkpoint.reflects(Position::new(3, 6)));
        assert!(!checkpoint.reflects(Position::new(3, 7)));
        assert!(!checkpoint.reflects(Position::new(2, 0)));
    }
}
