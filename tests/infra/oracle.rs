//! What the memory must be: every unique event, read and folded one by one, single-threaded, in
//! log order. No lane, no batches, no store.

use std::collections::{BTreeMap, BTreeSet};

use penchant_core::event::{EventBody, Role};
use penchant_core::head::{LastReply, MAX_REPLY_CHARS};
use penchant_core::{Event, Timestamp, UserKey, UserState};
use penchant_learn::fold::{Cause, FoldConfig, apply};
use penchant_learn::lane::Readers;
use penchant_learn::reading::{Reading, Surroundings};
use penchant_ports::{Delivery, Embedder, Payload};

/// Folds all records of a log. Checkpoints, epochs and revision numbers of the heads are left out:
/// they belong to the commits, not to the memory.
pub async fn reference(
    records: &[Delivery],
    embedder: &dyn Embedder,
) -> BTreeMap<UserKey, UserState> {
    let readers = Readers::default();
    let config = FoldConfig::default();
    let mut seen = BTreeSet::new();
    let mut states: BTreeMap<UserKey, UserState> = BTreeMap::new();
    let mut replies: BTreeMap<UserKey, LastReply> = BTreeMap::new();
    for record in records {
        let Payload::Event(event) = &record.payload else { continue };
        if !seen.insert((event.user.clone(), event.id.clone())) {
            continue;
        }
        let around = around(event, &mut replies);
        let reading = read(&readers, event, &around, embedder).await;
        let cause = Cause { event, position: record.position, at: at(event, record.logged_at) };
        apply(states.entry(event.user.clone()).or_default(), &cause, &reading, &config);
    }
    states
}

fn around(event: &Event, replies: &mut BTreeMap<UserKey, LastReply>) -> Surroundings {
    match &event.body {
        EventBody::Message(message) if message.role == Role::Assistant => {
            let text = message.text.chars().take(MAX_REPLY_CHARS).collect();
            let reply = LastReply { session: event.session.clone(), text };
            replies.insert(event.user.clone(), reply);
            Surroundings::default()
        }
        EventBody::Message(message) => {
            let last = replies.get(&event.user).filter(|reply| reply.session == event.session);
            let reply_to = message.reply_to.clone().or_else(|| last.map(|r| r.text.clone()));
            Surroundings { reply_to: reply_to.unwrap_or_default() }
        }
        EventBody::Feedback(feedback) => Surroundings { reply_to: feedback.target.clone() },
        EventBody::Edit(_)
        | EventBody::Statement(_)
        | EventBody::Comparison(_)
        | EventBody::Interaction(_)
        | EventBody::Directive(_)
        | EventBody::Erase => Surroundings::default(),
    }
}

async fn read(
    readers: &Readers,
    event: &Event,
    around: &Surroundings,
    embedder: &dyn Embedder,
) -> Reading {
    let Some(reader) = readers.of(event) else { return Reading::default() };
    let vectors = embedder.embed(&reader.prepare(event, around)).await.unwrap();
    let mut reading = reader.read(event, around, &vectors, !embedder.info().lexical_fallback);
    reading.fill(&embedder.embed(&reading.descriptions()).await.unwrap());
    reading
}

fn at(event: &Event, logged_at: Timestamp) -> Timestamp {
    if event.imported {
        event.occurred_at
    } else {
        event.occurred_at.clamped(logged_at, std::time::Duration::from_secs(86_400))
    }
}
