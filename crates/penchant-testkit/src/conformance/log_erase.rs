//! `EventLog`: erasing (INV-9).

use penchant_core::{Checkpoint, Event, EventBody, Position};
use penchant_ports::{EventLog, Payload};

use super::log::{Log, append, event_at, statements};
use crate::builders::{erase, statement, user, user_of};
use crate::subject::Subject;
use crate::suite::{Broken, Check, Suite, ensure, ensure_eq};

pub(super) async fn checks(s: &mut Suite, fresh: &impl AsyncFn() -> Subject<dyn EventLog>) {
    s.check("erased records stay as positions without content", content(fresh().await)).await;
    s.check("erasing touches no other user and nothing later", bounds(fresh().await)).await;
    s.check("erasing is idempotent", idempotent(fresh().await)).await;
    s.check("erased records are consumed as erased", consumed(fresh().await)).await;
    s.check("erased stays erased across a restart", durable(fresh().await)).await;
    s.check("a resend of an erased event brings nothing back", resend(fresh().await)).await;
    s.check("the erasure itself stays, without context", marker(fresh().await)).await;
}

async fn erased(log: &Log, position: Position) -> Result<bool, Broken> {
    Ok(event_at(&**log.port(), position).await? == Payload::Erased)
}

async fn content(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 3)).await?;
    let ends = log.port().ends().await?;
    log.port().erase(&user(1), positions[2]).await?;
    for position in &positions {
        ensure!(erased(&log, *position).await?, "content is left at {position}");
    }
    ensure_eq!(log.port().ends().await?, ends, "ends after erasing");
    Ok(())
}

async fn bounds(log: Log) -> Check {
    let same_name = user_of("other", "user-0001");
    let mine = append(&log, &statements(&user(1), 0, 3)).await?;
    let theirs = append(&log, &statements(&user(2), 0, 3)).await?;
    let namesake = append(&log, &statements(&same_name, 0, 3)).await?;
    log.port().erase(&user(1), mine[1]).await?;
    for kept in [&mine[2..], &theirs[..], &namesake[..]].concat() {
        ensure!(!erased(&log, kept).await?, "{kept} was erased too");
    }
    ensure!(erased(&log, mine[0]).await? && erased(&log, mine[1]).await?, "not erased");
    Ok(())
}

async fn idempotent(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 2)).await?;
    for _ in 0..3 {
        log.port().erase(&user(1), positions[1]).await?;
    }
    // An earlier bound afterwards takes nothing back, an unknown user is no error.
    log.port().erase(&user(1), positions[0]).await?;
    log.port().erase(&user(77), positions[1]).await?;
    ensure!(erased(&log, positions[1]).await?, "the erasure was taken back");
    Ok(())
}

async fn consumed(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 3)).await?;
    log.port().erase(&user(1), positions[1]).await?;
    let mut consumer = log.port().consume(Checkpoint::default()).await?;
    let mut left = positions.len();
    while left > 0 {
        let lane = consumer.next_lane().await?;
        let mut lane = lane.ok_or_else(|| Broken("no lane of the partition".to_owned()))?;
        if lane.partition != positions[0].partition {
            continue;
        }
        while left > 0 {
            let record = lane.deliveries.recv().await;
            let record = record.ok_or_else(|| Broken("the lane closed early".to_owned()))?;
            let expected = record.position <= positions[1];
            let is = record.payload == Payload::Erased;
            ensure_eq!(is, expected, "whether {} is delivered as erased", record.position);
            left -= usize::from(positions.contains(&record.position));
        }
    }
    Ok(())
}

async fn durable(mut log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 3)).await?;
    log.port().erase(&user(1), positions[2]).await?;
    if log.restart().await {
        for position in positions {
            ensure!(erased(&log, position).await?, "content is back at {position}");
        }
    }
    Ok(())
}

async fn resend(log: Log) -> Check {
    let event = statement(&user(1), "e0", "I prefer tea");
    let first = append(&log, std::slice::from_ref(&event)).await?[0];
    log.port().erase(&user(1), first).await?;
    let again = append(&log, &[event]).await?[0];
    ensure!(erased(&log, first).await?, "content is back at {first}");
    // A log that cannot tell stores a new record; the fold knows it as late.
    if again == first {
        ensure!(erased(&log, again).await?, "content is back at {again}");
    }
    Ok(())
}

async fn marker(log: Log) -> Check {
    let wish = Event { imported: true, ..erase(&user(1), "forget-me") };
    let positions =
        append(&log, &[statement(&user(1), "e0", "I prefer tea"), wish.clone()]).await?;
    log.port().erase(&user(1), positions[1]).await?;
    ensure!(erased(&log, positions[0]).await?, "content is left at {}", positions[0]);
    match event_at(&**log.port(), positions[1]).await? {
        Payload::Event(kept) => {
            ensure!(kept.body == EventBody::Erase, "the erasure became {:?}", kept.body);
            ensure_eq!(kept.occurred_at, wish.occurred_at, "time of the erasure");
            ensure_eq!(kept.user, wish.user, "user of the erasure");
            ensure!(kept.context.is_empty() && kept.session.is_none(), "its context is left");
        }
        other => return Err(Broken(format!("a rebuild would not erase: {other:?}"))),
    }
    Ok(())
}
