//! `EventLog`: following.

use std::collections::{BTreeMap, BTreeSet};

use penchant_core::{Checkpoint, CheckpointDelta, Event, Partition, Position};
use penchant_ports::log::LANE_CAPACITY;
use penchant_ports::{Delivery, Lane, LogConsumer, Payload};

use super::log::{Log, append, statements};
use crate::builders::user;
use crate::subject::Subject;
use crate::suite::{Broken, Check, Suite, ensure, ensure_eq};

pub(super) async fn checks(
    s: &mut Suite,
    fresh: &impl AsyncFn() -> Subject<dyn penchant_ports::EventLog>,
) {
    s.check("consume delivers every record, per partition in order", all(fresh().await)).await;
    s.check("consume delivers what is appended later", later(fresh().await)).await;
    s.check("consume starts no later than the checkpoint", from(fresh().await)).await;
    s.check("a full lane loses nothing", slow(fresh().await)).await;
    s.check("deliveries equal what read answers", same_as_read(fresh().await)).await;
    s.check("close ends the lanes after what they hold", closes(fresh().await)).await;
    s.check("another consumer starts over from its checkpoint", again(fresh().await)).await;
    s.check("reporting progress never fails", progress(fresh().await)).await;
}

/// Receives until all of `wanted` have come, from as many lanes as that takes.
async fn receive(
    consumer: &mut dyn LogConsumer,
    wanted: &[Position],
) -> Result<(Vec<Lane>, BTreeMap<Partition, Vec<Delivery>>), Broken> {
    let mut missing: BTreeSet<Position> = wanted.iter().copied().collect();
    let (mut lanes, mut got): (Vec<Lane>, BTreeMap<_, Vec<Delivery>>) = Default::default();
    while !missing.is_empty() {
        let waiting = missing.iter().any(|p| lanes.iter().all(|l| l.partition != p.partition));
        if waiting {
            let lane = consumer.next_lane().await?;
            lanes.push(lane.ok_or_else(|| Broken("the log closed its lanes".to_owned()))?);
        }
        for lane in &mut lanes {
            while missing.iter().any(|p| p.partition == lane.partition) {
                let Some(record) = lane.deliveries.recv().await else {
                    return Err(Broken(format!("lane {} closed early", lane.partition)));
                };
                ensure_eq!(record.position.partition, lane.partition, "partition of a delivery");
                missing.remove(&record.position);
                got.entry(lane.partition).or_default().push(record);
            }
        }
    }
    for records in got.values() {
        let offsets: Vec<u64> = records.iter().map(|r| r.position.offset).collect();
        ensure!(offsets.is_sorted(), "offsets out of order: {offsets:?}");
    }
    Ok((lanes, got))
}

/// Statements of four users, so that several partitions are used where there are several.
fn mixed(from: usize, count: usize) -> Vec<Event> {
    let mut events: Vec<Event> = (0..4).flat_map(|n| statements(&user(n), from, count)).collect();
    events.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.user.cmp(&b.user)));
    events
}

async fn all(log: Log) -> Check {
    let positions = append(&log, &mixed(0, 10)).await?;
    let mut consumer = log.port().consume(Checkpoint::default()).await?;
    let (lanes, got) = receive(&mut *consumer, &positions).await?;
    for lane in &lanes {
        ensure!(!lane.fence.cancelled(), "the fence of lane {} is down", lane.partition);
    }
    let events: usize =
        got.values().flatten().filter(|r| matches!(r.payload, Payload::Event(_))).count();
    ensure!(events >= positions.len(), "{events} of {} events came", positions.len());
    Ok(())
}

async fn later(log: Log) -> Check {
    let first = append(&log, &mixed(0, 1)).await?;
    let mut consumer = log.port().consume(Checkpoint::default()).await?;
    let (mut lanes, _) = receive(&mut *consumer, &first).await?;
    let more = append(&log, &mixed(1, 3)).await?;
    let mut missing: BTreeSet<Position> = more.into_iter().collect();
    for lane in &mut lanes {
        while missing.iter().any(|p| p.partition == lane.partition) {
            let record = lane.deliveries.recv().await;
            let record = record.ok_or_else(|| Broken("a lane closed early".to_owned()))?;
            missing.remove(&record.position);
        }
    }
    ensure!(missing.is_empty(), "never came: {missing:?}");
    Ok(())
}

fn checkpoint_after(position: Position) -> Result<Checkpoint, Broken> {
    let mut checkpoint = Checkpoint::default();
    let delta =
        CheckpointDelta { partition: position.partition, next_offset: position.next_offset() };
    checkpoint.advance(delta).map_err(|e| Broken(e.to_string()))?;
    Ok(checkpoint)
}

async fn from(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 10)).await?;
    let from = checkpoint_after(positions[3])?;
    let mut consumer = log.port().consume(from).await?;
    receive(&mut *consumer, &positions[4..]).await?;
    Ok(())
}

async fn slow(log: Log) -> Check {
    let count = LANE_CAPACITY + LANE_CAPACITY / 2;
    let mut positions = append(&log, &statements(&user(1), 0, 1)).await?;
    let mut consumer = log.port().consume(Checkpoint::default()).await?;
    let lane = consumer.next_lane().await?;
    ensure!(lane.is_some(), "no lane");
    // Nobody reads the lane meanwhile.
    for chunk in statements(&user(1), 1, count).chunks(500) {
        positions.extend(append(&log, chunk).await?);
    }
    let mut lane = lane;
    while lane.as_ref().is_some_and(|l| l.partition != positions[0].partition) {
        lane = consumer.next_lane().await?;
    }
    let mut lane = lane.ok_or_else(|| Broken("no lane of the partition".to_owned()))?;
    let mut missing: BTreeSet<Position> = positions.into_iter().collect();
    while !missing.is_empty() {
        let record = lane.deliveries.recv().await;
        let record = record.ok_or_else(|| Broken(format!("{} never came", missing.len())))?;
        missing.remove(&record.position);
    }
    Ok(())
}

async fn same_as_read(log: Log) -> Check {
    let positions = append(&log, &mixed(0, 3)).await?;
    let mut consumer = log.port().consume(Checkpoint::default()).await?;
    let (_lanes, got) = receive(&mut *consumer, &positions).await?;
    for record in got.into_values().flatten() {
        let at = record.position;
        let read = log.port().read(at.partition, at.offset, 1).await?;
        ensure_eq!(read.first(), Some(&record), "the record at {at}");
    }
    Ok(())
}

async fn closes(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 5)).await?;
    let mut consumer = log.port().consume(Checkpoint::default()).await?;
    let (mut lanes, _) = receive(&mut *consumer, &positions).await?;
    consumer.close().await;
    for lane in &mut lanes {
        while lane.deliveries.recv().await.is_some() {}
    }
    while let Some(mut lane) = consumer.next_lane().await? {
        while lane.deliveries.recv().await.is_some() {}
    }
    let after = append(&log, &statements(&user(1), 5, 1)).await?;
    ensure_eq!(after.len(), 1, "appends after a consumer closed");
    Ok(())
}

async fn again(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 6)).await?;
    let mut first = log.port().consume(Checkpoint::default()).await?;
    let (lanes, _) = receive(&mut *first, &positions).await?;
    first.close().await;
    drop((lanes, first));
    let mut second = log.port().consume(checkpoint_after(positions[1])?).await?;
    receive(&mut *second, &positions[2..]).await?;
    Ok(())
}

async fn progress(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 5)).await?;
    let mut consumer = log.port().consume(Checkpoint::default()).await?;
    let (lanes, _) = receive(&mut *consumer, &positions).await?;
    for lane in lanes.iter().filter(|lane| lane.partition == positions[0].partition) {
        for position in &positions {
            let reported = lane.progress.send(position.next_offset());
            ensure!(reported.is_ok(), "nobody takes progress reports");
        }
    }
    Ok(())
}
