//! What the memory must be: every unique event, read and folded one by one, single-threaded, in
//! log order. No lane, no batches, no store.

use std::collections::{BTreeMap, BTreeSet};

use penchant_core::event::{EventBody, Role};
use penchant_core::{Event, Head, Preference, Timestamp, UserKey, UserState};
use penchant_learn::fold::{Cause, FoldConfig, apply};
use penchant_learn::lane::Readers;
use penchant_learn::reading::Surroundings;
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
    for record in records {
        let Payload::Event(event) = &record.payload else { continue };
        if !seen.insert((event.user.clone(), event.id.clone())) {
            continue;
        }
        let state = states.entry(event.user.clone()).or_default();
        let around = around(event, state);
        let reading = readers.read(event, &around, embedder).await.unwrap();
        let cause = Cause { event, position: record.position, at: at(event, record.logged_at) };
        apply(state, &cause, &reading, &config);
    }
    states
}

fn around(event: &Event, state: &UserState) -> Surroundings {
    match &event.body {
        EventBody::Message(message) if message.role == Role::User => {
            let last = state.head.last_reply.as_ref().filter(|r| r.session == event.session);
            let reply_to = message.reply_to.clone().or_else(|| last.map(|r| r.text.clone()));
            Surroundings { reply_to: reply_to.unwrap_or_default() }
        }
        EventBody::Feedback(feedback) => Surroundings { reply_to: feedback.target.clone() },
        EventBody::Message(_)
        | EventBody::Edit(_)
        | EventBody::Statement(_)
        | EventBody::Comparison(_)
        | EventBody::Interaction(_)
        | EventBody::Directive(_)
        | EventBody::Erase => Surroundings::default(),
    }
}

fn at(event: &Event, logged_at: Timestamp) -> Timestamp {
    if event.imported {
        event.occurred_at
    } else {
        event.occurred_at.clamped(logged_at, std::time::Duration::from_secs(86_400))
    }
}

/// Compares the preferences of a user, whole, vectors included, in whatever order they come.
///
/// # Panics
/// When they differ; the message names the first one that does, side by side.
pub fn assert_same(user: &UserKey, stored: &[Preference], wanted: &[Preference]) {
    let by_id = |list: &[Preference]| -> BTreeMap<String, Preference> {
        list.iter().map(|p| (p.id.to_string(), p.clone())).collect()
    };
    let (stored, wanted) = (by_id(stored), by_id(wanted));
    let ids: BTreeSet<&String> = stored.keys().chain(wanted.keys()).collect();
    for id in ids {
        let (stored, wanted) = (stored.get(id), wanted.get(id));
        assert!(
            stored == wanted,
            "{user} {id} is not what the reference fold makes of the log\n stored: {}\n wanted: {}",
            brief(stored),
            brief(wanted),
        );
    }
}

/// Compares a user's head, but for revision, epoch and checkpoint: they belong to the commits, not
/// to the memory.
///
/// # Panics
/// When they differ.
pub fn assert_same_head(user: &UserKey, stored: &Head, wanted: &Head) {
    let wanted = Head {
        revision: stored.revision,
        epoch: stored.epoch,
        checkpoint: stored.checkpoint.clone(),
        ..wanted.clone()
    };
    assert!(*stored == wanted, "the head of {user}\n stored: {stored:?}\n wanted: {wanted:?}");
}

/// One preference without its vectors, for people.
fn brief(preference: Option<&Preference>) -> String {
    preference.map_or("nothing".to_owned(), |preference| {
        let bare = Preference {
            context: penchant_core::Vector::default(),
            content: penchant_core::Vector::default(),
            ..preference.clone()
        };
        format!("{bare:?}")
    })
}
