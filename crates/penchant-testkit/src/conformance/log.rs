//! `EventLog`: appending and reading.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use penchant_core::{Context, Event, EventBody, Partition, Position, UserKey};
use penchant_ports::{Certainty, Delivery, EventLog, Payload, PortErrorKind};

use super::{log_consume, log_erase};
use crate::builders::{statement, user, user_of};
use crate::subject::Subject;
use crate::suite::{Broken, Check, Suite, ensure, ensure_eq};

pub(super) type Log = Subject<dyn EventLog>;

/// Asserts every obligation of [`EventLog`]. `fresh` opens an empty log.
///
/// # Panics
/// Naming all obligations that do not hold.
pub async fn event_log(fresh: impl AsyncFn() -> Subject<dyn EventLog>) {
    let mut suite = Suite::new("EventLog");
    let s = &mut suite;
    s.check("append answers one position per event, in order", positions(fresh().await)).await;
    s.check("all events of one user go to one partition", one_partition(fresh().await)).await;
    s.check("what was appended is read back equal", read_back(fresh().await)).await;
    s.check("what was appended survives a restart", durable(fresh().await)).await;
    s.check("concurrent appends keep each user's order", concurrent(fresh().await)).await;
    s.check("the same event again takes no harm", resend(fresh().await)).await;
    s.check("the same id with other content is never a silent success", conflict(fresh().await))
        .await;
    s.check("the same event id of another user is another event", ids_per_user(fresh().await))
        .await;
    s.check(
        "an event that is not valid is refused, its neighbours are not",
        invalid(fresh().await),
    )
    .await;
    s.check("appending nothing answers nothing", nothing(fresh().await)).await;
    s.check("read is bounded, starts where told, ends empty, has no effect", reads(fresh().await))
        .await;
    s.check("ends are the offsets of the next records", ends(fresh().await)).await;
    s.check("check passes while the log is up", up(fresh().await)).await;
    log_consume::checks(s, &fresh).await;
    log_erase::checks(s, &fresh).await;
    suite.finish();
}

/// Numbered statements of one user.
pub(super) fn statements(user: &UserKey, from: usize, count: usize) -> Vec<Event> {
    (from..from + count)
        .map(|n| statement(user, &format!("e{n}"), &format!("I prefer number {n}")))
        .collect()
}

/// Appends all, which must succeed.
pub(super) async fn append(log: &Log, events: &[Event]) -> Result<Vec<Position>, Broken> {
    let outcomes = log.port().append(events.to_vec()).await;
    ensure_eq!(outcomes.len(), events.len(), "outcomes per event");
    Ok(outcomes.into_iter().collect::<Result<Vec<_>, _>>()?)
}

/// Everything in the log, per partition in order.
pub(super) async fn everything(
    log: &dyn EventLog,
) -> Result<BTreeMap<Partition, Vec<Delivery>>, Broken> {
    let mut all = BTreeMap::new();
    for (partition, end) in log.ends().await? {
        let records: &mut Vec<Delivery> = all.entry(partition).or_default();
        let mut next = 0;
        while next < end {
            let some = log.read(partition, next, 100).await?;
            let Some(last) = some.last() else { break };
            ensure!(last.position.offset >= next, "read went back to {}", last.position);
            next = last.position.next_offset();
            records.extend(some);
        }
    }
    Ok(all)
}

/// The event at `position`.
pub(super) async fn event_at(log: &dyn EventLog, position: Position) -> Result<Payload, Broken> {
    let records = log.read(position.partition, position.offset, 1).await?;
    match records.into_iter().next() {
        Some(record) if record.position == position => Ok(record.payload),
        other => Err(Broken(format!("at {position} stands {other:?}"))),
    }
}

fn ascending(positions: &[Position]) -> bool {
    positions.windows(2).all(|pair| pair[0].offset < pair[1].offset)
}

async fn positions(log: Log) -> Check {
    let first = append(&log, &statements(&user(1), 0, 3)).await?;
    let second = append(&log, &statements(&user(1), 3, 2)).await?;
    let all = [first, second].concat();
    ensure!(ascending(&all), "later events got no higher offsets: {all:?}");
    for (n, position) in all.iter().enumerate() {
        match event_at(&**log.port(), *position).await? {
            Payload::Event(event) => {
                ensure_eq!(event.id.as_str(), format!("e{n}"), "at {position}")
            }
            other => return Err(Broken(format!("at {position} stands {other:?}"))),
        }
    }
    Ok(())
}

async fn one_partition(log: Log) -> Check {
    for n in 0..8 {
        let user = user(n);
        let partition = log.port().partition_of(&user);
        for position in append(&log, &statements(&user, 0, 3)).await? {
            ensure_eq!(position.partition, partition, "partition of an event of {user}");
        }
        ensure_eq!(log.port().partition_of(&user), partition, "partition of {user} asked again");
    }
    Ok(())
}

fn rich(user: &UserKey) -> Event {
    let mut rich = statement(user, "rich", "Zoë's “tea”; DROP TABLE events; -- 👩‍🚀\nnew line\t\\");
    rich.imported = true;
    rich.context = Context {
        text: "<notes> & 'more'".to_owned(),
        task: "email".to_owned(),
        attributes: BTreeMap::from([("channel".to_owned(), "slack".to_owned())]),
    };
    rich
}

async fn read_back(log: Log) -> Check {
    let event = rich(&user(1));
    let position = append(&log, std::slice::from_ref(&event)).await?[0];
    match event_at(&**log.port(), position).await? {
        Payload::Event(stored) => ensure_eq!(*stored, event, "the stored event"),
        other => return Err(Broken(format!("the event became {other:?}"))),
    }
    Ok(())
}

async fn durable(mut log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 3)).await?;
    let (before, ends) = (everything(&**log.port()).await?, log.port().ends().await?);
    if !log.restart().await {
        return Ok(());
    }
    ensure_eq!(everything(&**log.port()).await?, before, "records after a restart");
    ensure_eq!(log.port().ends().await?, ends, "ends after a restart");
    let later = append(&log, &statements(&user(1), 3, 1)).await?;
    ensure!(ascending(&[positions, later].concat()), "offsets began anew after a restart");
    Ok(())
}

async fn concurrent(log: Log) -> Check {
    let callers: Vec<_> = (0..16)
        .map(|n| {
            let port = Arc::clone(log.port());
            tokio::spawn(async move {
                let mut positions = Vec::new();
                for event in statements(&user(n), 0, 8) {
                    positions.extend(port.append(vec![event]).await);
                }
                positions.into_iter().collect::<Result<Vec<_>, _>>()
            })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for caller in callers {
        let positions = caller.await.map_err(|e| Broken(e.to_string()))??;
        ensure!(ascending(&positions), "one caller's events are out of order: {positions:?}");
        seen.extend(positions);
    }
    ensure_eq!(seen.len(), 16 * 8, "distinct positions");
    let stored: usize = everything(&**log.port()).await?.values().map(Vec::len).sum();
    ensure_eq!(stored, 16 * 8, "records");
    Ok(())
}

async fn resend(log: Log) -> Check {
    let event = statement(&user(1), "e0", "I prefer tea");
    let first = append(&log, std::slice::from_ref(&event)).await?[0];
    let within =
        append(&log, &[statement(&user(1), "e1", "I prefer trains"), event.clone()]).await?;
    let again = append(&log, std::slice::from_ref(&event)).await?[0];
    if again != first {
        // A log that cannot tell: each resend is a record of its own, and equal.
        ensure!(within[1] != first, "the log tells a resend sometimes only");
        return Ok(());
    }
    ensure_eq!(within[1], first, "position of a resend in a batch");
    let stored: usize = everything(&**log.port()).await?.values().map(Vec::len).sum();
    ensure_eq!(stored, 2, "records after resends");
    Ok(())
}

async fn conflict(log: Log) -> Check {
    let first = append(&log, &[statement(&user(1), "e0", "I prefer tea")]).await?[0];
    let other = statement(&user(1), "e0", "I prefer coffee");
    match log.port().append(vec![other.clone()]).await.remove(0) {
        Ok(position) => {
            // Allowed for a log that cannot tell, which has then stored it.
            ensure!(position != first, "other content was answered with the first position");
        }
        Err(error) => {
            ensure_eq!(error.kind, PortErrorKind::Invalid, "kind of the refusal");
            ensure_eq!(error.certainty, Certainty::Determinate, "certainty of the refusal");
            ensure!(error.message.starts_with("duplicate id"), "the message is {error}");
            match event_at(&**log.port(), first).await? {
                Payload::Event(stored) => ensure!(stored.body != other.body, "it was overwritten"),
                stored => return Err(Broken(format!("it became {stored:?}"))),
            }
        }
    }
    Ok(())
}

async fn ids_per_user(log: Log) -> Check {
    let users = [user(1), user(2), user_of("other", "user-0001"), user_of("acm", "euser-0001")];
    let events: Vec<Event> =
        users.iter().map(|user| statement(user, "e0", &format!("I am {user}"))).collect();
    let positions = append(&log, &events).await?;
    let distinct: BTreeSet<_> = positions.iter().collect();
    ensure_eq!(distinct.len(), users.len(), "records of equal ids of different users");
    for (event, position) in events.iter().zip(&positions) {
        let stored = event_at(&**log.port(), *position).await?;
        ensure_eq!(stored, Payload::Event(Box::new(event.clone())), "at {position}");
    }
    Ok(())
}

async fn invalid(log: Log) -> Check {
    let events = vec![
        statement(&user(1), "e0", "I prefer tea"),
        statement(&user(1), "e1", "  "),
        statement(&user(1), "e2", "I prefer trains"),
    ];
    let outcomes = log.port().append(events).await;
    ensure!(outcomes.len() == 3 && outcomes[0].is_ok() && outcomes[2].is_ok(), "{outcomes:?}");
    ensure!(
        matches!(&outcomes[1], Err(e) if e.kind == PortErrorKind::Invalid),
        "an empty statement was answered {:?}",
        outcomes[1]
    );
    for record in everything(&**log.port()).await?.into_values().flatten() {
        let Payload::Event(event) = &record.payload else {
            return Err(Broken(format!("a refused event was stored: {record:?}")));
        };
        let EventBody::Statement(words) = &event.body else { continue };
        ensure!(!words.text.trim().is_empty(), "a refused event was stored");
    }
    Ok(())
}

async fn nothing(log: Log) -> Check {
    ensure!(log.port().append(Vec::new()).await.is_empty(), "an outcome for no event");
    Ok(())
}

async fn reads(log: Log) -> Check {
    let positions = append(&log, &statements(&user(1), 0, 5)).await?;
    let partition = positions[0].partition;
    let at = |records: &[Delivery]| records.iter().map(|r| r.position).collect::<Vec<_>>();
    let some = log.port().read(partition, positions[1].offset, 2).await?;
    ensure_eq!(at(&some), positions[1..3].to_vec(), "two records from the second on");
    let again = log.port().read(partition, positions[1].offset, 2).await?;
    ensure_eq!(again, some, "the same range read again");
    let end = log.port().ends().await?.get(&partition).copied().unwrap_or(0);
    ensure!(log.port().read(partition, end, 10).await?.is_empty(), "records past the end");
    ensure!(log.port().read(partition, u64::MAX / 2, 10).await?.is_empty(), "records far past");
    Ok(())
}

async fn ends(log: Log) -> Check {
    for (partition, end) in log.port().ends().await? {
        ensure!(log.port().read(partition, 0, 1).await?.is_empty(), "the log is not fresh");
        ensure_eq!(end, 0, "end of the empty partition {partition}");
    }
    let last = append(&log, &statements(&user(1), 0, 4)).await?[3];
    let end = log.port().ends().await?.get(&last.partition).copied();
    ensure_eq!(end, Some(last.next_offset()), "end after the last record");
    Ok(())
}

async fn up(log: Log) -> Check {
    Ok(log.port().check().await?)
}
