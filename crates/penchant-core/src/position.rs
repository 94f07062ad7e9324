//! Where an event stands on the log.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One ordered shard of the log. All events of one user are in one partition.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Partition(pub u32);

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A partition and the offset of one record within it. Offsets grow, but may have gaps.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Position {
    /// The partition.
    pub partition: Partition,
    /// The record's offset, from 0.
    pub offset: u64,
}

impl Position {
    /// Pairs a partition number and an offset.
    #[must_use]
    pub const fn new(partition: u32, offset: u64) -> Self {
        Self { partition: Partition(partition), offset }
    }

    /// The offset to read next once this record has taken effect.
    #[must_use]
    pub const fn next_offset(self) -> u64 {
        self.offset + 1
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.partition, self.offset)
    }
}

/// A text that is not `partition:offset`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a position is written partition:offset, like 0:42")]
pub struct InvalidPosition;

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, InvalidPosition> {
        let (partition, offset) = text.split_once(':').ok_or(InvalidPosition)?;
        Ok(Self::new(
            partition.parse().map_err(|_| InvalidPosition)?,
            offset.parse().map_err(|_| InvalidPosition)?,
        ))
    }
}
