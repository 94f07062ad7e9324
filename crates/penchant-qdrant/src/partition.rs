//! Partitions: who may write, and how far the log is reflected.
//!
//! Both stand in one point, because both are decided by one conditional write: a fence makes every
//! later step of the fenced writer's checkpoint come to nothing.

use penchant_core::{Checkpoint, CheckpointDelta, Partition};
use penchant_ports::generations::first_epoch;
use penchant_ports::{Epoch, PortError};
use qdrant_client::qdrant::{Condition as Match, Filter, RetrievedPoint};
use uuid::Uuid;

use crate::collection::{Collection, Condition, Wanted};
use crate::error::{corrupt, fenced, unavailable};
use crate::owner::{field, kind, partition_id};
use crate::payload::{PointBuilder, number, uuid};

/// How often a step is tried against others who step at the same time.
const CONTENTION: usize = 32;

/// A partition as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) epoch: Epoch,
    pub(crate) next_offset: u64,
    /// Of the write that made it so.
    pub(crate) write_id: Uuid,
}

fn row(point: &RetrievedPoint) -> Result<Row, PortError> {
    Ok(Row {
        epoch: number(&point.payload, field::EPOCH)?,
        next_offset: number(&point.payload, field::NEXT)?,
        write_id: uuid(&point.payload, field::WRITE_ID)?,
    })
}

/// The partition's row; `None` when nobody has written there.
pub(crate) async fn read(
    collection: &Collection,
    partition: Partition,
) -> Result<Option<Row>, PortError> {
    let ids = [partition_id(partition.0)];
    let found = collection.get("read a partition", ids, Wanted::Payload, 1).await?;
    found.first().map(row).transpose()
}

/// Writes the row if it still is `before`; answers what is there afterwards.
async fn replace(
    collection: &Collection,
    partition: Partition,
    before: Option<Row>,
    (epoch, next_offset): (Epoch, u64),
) -> Result<(Row, bool), PortError> {
    let write_id = Uuid::new_v4();
    let point = PointBuilder::new(partition_id(partition.0), kind::PARTITION)
        .number(field::PARTITION, u64::from(partition.0))
        .number(field::EPOCH, epoch)
        .number(field::NEXT, next_offset)
        .text(field::WRITE_ID, write_id.to_string())
        .build("a partition")?;
    let condition = match before {
        None => Condition::Absent,
        Some(before) => Condition::Matching(Filter::must([Match::matches(
            field::WRITE_ID,
            before.write_id.to_string(),
        )])),
    };
    // Its answer does not say whether the condition matched; a lost answer says nothing at all.
    let written = collection.upsert("write a partition", vec![point], &condition, 1).await;
    let now = match read(collection, partition).await {
        Ok(now) => now,
        Err(error) => return Err(written.err().unwrap_or(error).indeterminate()),
    };
    match (now, written) {
        (Some(now), _) if now.write_id == write_id => Ok((now, true)),
        (_, Err(error)) => Err(error),
        (Some(now), Ok(())) => Ok((now, false)),
        (None, Ok(())) => Err(corrupt(format!("partition {partition} was written and is gone"))),
    }
}

/// Where a partition's epochs begin: anywhere, so that a writer to a discarded collection of the
/// same name holds none of this one's.
fn begin() -> Epoch {
    Epoch::from(Uuid::new_v4().as_u128() as u32)
}

/// Takes the partition over: the next epoch is the caller's, and all earlier ones are refused.
pub(crate) async fn fence(
    collection: &Collection,
    generation: u64,
    partition: Partition,
) -> Result<Epoch, PortError> {
    let mut before = read(collection, partition).await?;
    for _ in 0..CONTENTION {
        let held = before.map_or_else(|| first_epoch(generation) + begin(), |row| row.epoch);
        let next = before.map_or(0, |row| row.next_offset);
        let (now, mine) = replace(collection, partition, before, (held + 1, next)).await?;
        if mine {
            return Ok(now.epoch);
        }
        before = Some(now);
    }
    Err(unavailable(format!("others keep taking partition {partition} over")))
}

/// Fails unless the partition was last taken over with this very epoch. A higher one was never
/// given out here: it is of a collection of the same name that has been discarded since.
pub(crate) fn must_own(
    row: Option<Row>,
    partition: Partition,
    epoch: Epoch,
) -> Result<(), PortError> {
    match row {
        Some(row) if row.epoch == epoch => Ok(()),
        Some(row) => Err(fenced(format!(
            "partition {partition} belongs to epoch {}, refuses {epoch}",
            row.epoch
        ))),
        None => Err(fenced(format!("nobody has taken partition {partition} over, not {epoch}"))),
    }
}

/// Moves the checkpoint on, never back, while the epoch is the caller's.
pub(crate) async fn advance(
    collection: &Collection,
    epoch: Epoch,
    step: CheckpointDelta,
    mut before: Option<Row>,
) -> Result<(), PortError> {
    let CheckpointDelta { partition, next_offset } = step;
    for _ in 0..CONTENTION {
        must_own(before, partition, epoch)?;
        // Another commit of this very epoch may be further already.
        let reached =
            before.is_some_and(|row| row.epoch == epoch && row.next_offset >= next_offset);
        if reached {
            return Ok(());
        }
        let next = before.map_or(0, |row| row.next_offset).max(next_offset);
        let (now, mine) = replace(collection, partition, before, (epoch, next)).await?;
        if mine {
            return Ok(());
        }
        before = Some(now);
    }
    Err(unavailable(format!("others keep writing partition {partition}")).indeterminate())
}

/// All partitions' offsets.
pub(crate) async fn checkpoint(collection: &Collection) -> Result<Checkpoint, PortError> {
    let filter = Filter::must([Match::matches(field::KIND, kind::PARTITION.to_owned())]);
    let mut checkpoint = Checkpoint::default();
    for point in collection.all("read the checkpoint", filter, Wanted::Payload).await? {
        let next_offset = row(&point)?.next_offset;
        let partition = u32::try_from(number(&point.payload, field::PARTITION)?)
            .map(Partition)
            .map_err(|_| corrupt("a partition's number is too large"))?;
        if next_offset > 0 {
            checkpoint
                .advance(CheckpointDelta { partition, next_offset })
                .map_err(|e| corrupt(e.to_string()))?;
        }
    }
    Ok(checkpoint)
}
