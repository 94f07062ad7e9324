//! Appending: many callers, one transaction, one wait for the disk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use penchant_core::{Event, EventBody, Position};
use penchant_ports::{Clock, PortError, PortErrorKind};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use tokio::sync::{oneshot, watch};

use super::record::{Key, digest, event_key, user_key};
use super::{PARTITION, end};
use crate::error::{Doing as _, commit_failed, invalid, signed, unsigned};
use crate::writer::Writer;

/// Most events in one transaction; keeps the wait of the first caller short.
const GROUP: usize = 4_096;

type Outcome = Result<Position, PortError>;

/// An event made ready outside the writing thread.
struct Prepared {
    id: String,
    user_key: Key,
    event_key: Key,
    digest: Key,
    erasure: bool,
    payload: Vec<u8>,
}

struct Request {
    events: Vec<Result<Prepared, PortError>>,
    answer: oneshot::Sender<Vec<Outcome>>,
}

/// What callers and the writing thread share.
pub(super) struct Appender {
    waiting: Mutex<VecDeque<Request>>,
    clock: Arc<dyn Clock>,
    /// The end of the log; tails wait for it to move.
    end: watch::Sender<u64>,
}

impl Appender {
    pub(super) fn new(clock: Arc<dyn Clock>, end: u64) -> Self {
        Self { waiting: Mutex::default(), clock, end: watch::Sender::new(end) }
    }

    /// Tells when the log grew, and when it is closed.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.end.subscribe()
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, VecDeque<Request>> {
        // Only push and pop happen under the lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The requests that waited while the disk was busy, up to [`GROUP`] events.
    fn group(&self) -> Vec<Request> {
        let mut waiting = self.waiting();
        let mut group: Vec<Request> = Vec::new();
        let mut events = 0;
        while let Some(next) = waiting.front() {
            events += next.events.len();
            if events > GROUP && !group.is_empty() {
                break;
            }
            group.extend(waiting.pop_front());
        }
        group
    }

    /// Runs on the writing thread, once per request; the first run serves all that wait.
    fn write(&self, connection: &mut Connection) {
        let group = self.group();
        if group.is_empty() {
            return;
        }
        let (mut batches, mut answers) = (Vec::new(), Vec::new());
        for request in group {
            batches.push(request.events);
            answers.push(request.answer);
        }
        let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
        match insert_all(connection, batches, &*self.clock) {
            Ok((outcomes, end)) => {
                self.end.send_replace(end);
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    drop(answer.send(outcome));
                }
            }
            Err(error) => {
                for (answer, size) in answers.into_iter().zip(sizes) {
                    drop(answer.send((0..size).map(|_| Err(copy(&error))).collect()));
                }
            }
        }
    }
}

/// One failure for each event that shared the transaction.
fn copy(error: &PortError) -> PortError {
    PortError {
        kind: error.kind,
        certainty: error.certainty,
        retry_after: error.retry_after,
        message: error.message.clone(),
        source: None,
    }
}

fn prepare(event: &Event) -> Result<Prepared, PortError> {
    penchant_core::validate::event(event).map_err(|e| invalid(e.to_string()))?;
    let unwritable = |e: serde_json::Error| invalid(format!("the event cannot be written: {e}"));
    Ok(Prepared {
        id: event.id.to_string(),
        user_key: user_key(&event.user),
        event_key: event_key(event),
        digest: digest(event).map_err(unwritable)?,
        erasure: event.body == EventBody::Erase,
        payload: serde_json::to_vec(event).map_err(unwritable)?,
    })
}

/// Appends durably; see [`penchant_ports::EventLog::append`].
pub(super) async fn append(
    writer: &Writer,
    appender: &Arc<Appender>,
    events: Vec<Event>,
) -> Vec<Outcome> {
    if events.is_empty() {
        return Vec::new();
    }
    let count = events.len();
    let (answer, answered) = oneshot::channel();
    let events = events.iter().map(prepare).collect();
    appender.waiting().push_back(Request { events, answer });
    let shared = Arc::clone(appender);
    if let Err(error) = writer.enqueue(move |connection| shared.write(connection)) {
        return (0..count).map(|_| Err(copy(&error))).collect();
    }
    answered.await.unwrap_or_else(|_| {
        let lost = PortError::new(PortErrorKind::Unavailable, "the log closed while appending");
        let lost = lost.indeterminate();
        (0..count).map(|_| Err(copy(&lost))).collect()
    })
}

type Inserted = (Vec<Vec<Outcome>>, u64);

fn insert_all(
    connection: &mut Connection,
    batches: Vec<Vec<Result<Prepared, PortError>>>,
    clock: &dyn Clock,
) -> Result<Inserted, PortError> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .doing("begin appending")?;
    let mut next = end(&transaction)?;
    let now = clock.now().as_millis();
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        let mut positions = Vec::with_capacity(batch.len());
        for event in batch {
            positions.push(match event {
                Ok(event) => insert(&transaction, &event, now, &mut next)?,
                Err(refused) => Err(refused),
            });
        }
        outcomes.push(positions);
    }
    transaction.commit().map_err(commit_failed)?;
    Ok((outcomes, next))
}

/// The outer result fails the whole transaction, the inner one only this event.
fn insert(
    transaction: &Transaction<'_>,
    event: &Prepared,
    now: i64,
    next: &mut u64,
) -> Result<Outcome, PortError> {
    let inserted = transaction
        .prepare_cached(
            "INSERT INTO events (\"offset\", logged_at, user_key, event_key, digest, erasure, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (event_key) DO NOTHING",
        )
        .doing("append")?
        .execute(params![
            signed(*next),
            now,
            event.user_key,
            event.event_key,
            event.digest,
            event.erasure,
            event.payload
        ])
        .doing("append")?;
    if inserted == 1 {
        let position = Position { partition: PARTITION, offset: *next };
        *next += 1;
        return Ok(Ok(position));
    }
    let (offset, stored): (i64, Option<Vec<u8>>) = transaction
        .prepare_cached("SELECT \"offset\", digest FROM events WHERE event_key = ?1")
        .doing("find an event")?
        .query_row([event.event_key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .doing("find an event")?
        .ok_or_else(|| invalid("the event was neither new nor known"))?;
    let first = Position { partition: PARTITION, offset: unsigned(offset) };
    // An erased event is believed to be the same: it must not come back (INV-9).
    if stored.is_none_or(|stored| stored == event.digest) {
        return Ok(Ok(first));
    }
    let id = &event.id;
    Ok(Err(invalid(format!("duplicate id {id}: other content stands at {first}"))))
}
