//! Reading a whole batch with two calls of the embedder.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use penchant_core::event::{EventBody, Message, Role};
use penchant_core::head::{LastReply, MAX_REPLY_CHARS};
use penchant_core::{Event, UserKey, UserState, Vector};
use penchant_ports::{Delivery, Embedder, Payload, PortError};

use crate::behaviour::BehaviourReader;
use crate::edits::EditReader;
use crate::reading::{Reader, Reading, Surroundings};
use crate::words::WordsReader;

/// The readers, by kind of event.
pub struct Readers {
    words: Arc<dyn Reader>,
    edits: Arc<dyn Reader>,
    behaviour: Arc<dyn Reader>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Readers")
    }
}

impl Default for Readers {
    fn default() -> Self {
        Self {
            words: Arc::new(WordsReader::new()),
            edits: Arc::new(EditReader::new()),
            behaviour: Arc::new(BehaviourReader::new()),
        }
    }
}

impl Readers {
    /// The reader of an event; `None` for events that carry no evidence by themselves.
    #[must_use]
    pub fn of(&self, event: &Event) -> Option<&dyn Reader> {
        match &event.body {
            EventBody::Message(Message { role: Role::Assistant, .. }) | EventBody::Erase => None,
            EventBody::Message(_) | EventBody::Statement(_) => Some(&*self.words),
            EventBody::Feedback(feedback) if !feedback.comment.trim().is_empty() => {
                Some(&*self.words)
            }
            EventBody::Edit(_) => Some(&*self.edits),
            EventBody::Feedback(_)
            | EventBody::Comparison(_)
            | EventBody::Interaction(_)
            | EventBody::Directive(_) => Some(&*self.behaviour),
        }
    }
}

/// A delivery that holds an event, with what it says.
#[derive(Debug)]
pub(super) struct Read<'a> {
    pub(super) delivery: &'a Delivery,
    pub(super) event: &'a Event,
    pub(super) around: Surroundings,
    pub(super) reading: Reading,
    /// The reading with what was proposed for the event, where that changes it.
    pub(super) amended: Option<Reading>,
}

/// Reads all events of a batch. An event that makes a reader panic counts as saying nothing: it
/// stays on the log, is reported, and does not stop its neighbours.
pub(super) async fn read_batch<'a>(
    deliveries: &'a [Delivery],
    states: &HashMap<UserKey, UserState>,
    readers: &Readers,
    embedder: &dyn Embedder,
) -> Result<Vec<Read<'a>>, PortError> {
    let mut reads = with_surroundings(deliveries, states);

    let mut texts: Vec<String> = Vec::new();
    let mut ranges = Vec::with_capacity(reads.len());
    for read in &reads {
        let start = texts.len();
        if let Some(reader) = readers.of(read.event) {
            texts.extend(guarded(read.delivery, Vec::new, || {
                reader.prepare(read.event, &read.around)
            }));
        }
        ranges.push(start..texts.len());
    }
    let vectors = embed(embedder, &texts).await?;

    let meaning = !embedder.info().lexical_fallback;
    let mut descriptions: Vec<String> = Vec::new();
    for (read, range) in reads.iter_mut().zip(ranges) {
        let Some(reader) = readers.of(read.event) else { continue };
        let own = vectors.get(range).unwrap_or_default();
        read.reading = guarded(read.delivery, Reading::default, || {
            reader.read(read.event, &read.around, own, meaning)
        });
        descriptions.extend(read.reading.descriptions());
    }
    let vectors = embed(embedder, &descriptions).await?;
    let mut rest = vectors.as_slice();
    for read in &mut reads {
        rest = read.reading.fill(rest);
    }
    Ok(reads)
}

pub(super) async fn embed(
    embedder: &dyn Embedder,
    texts: &[String],
) -> Result<Vec<Vector>, PortError> {
    if texts.is_empty() { Ok(Vec::new()) } else { embedder.embed(texts).await }
}

pub(super) fn guarded<T>(
    delivery: &Delivery,
    otherwise: impl FnOnce() -> T,
    work: impl FnOnce() -> T,
) -> T {
    // Readers hold no state between events, so nothing half-done can be seen afterwards.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!(position = %delivery.position, "a reader failed on this event; it teaches nothing");
        otherwise()
    })
}

/// Finds what each event reacts to: the turn given with it, or the session's last assistant turn,
/// from this batch or from the user's head.
fn with_surroundings<'a>(
    deliveries: &'a [Delivery],
    states: &HashMap<UserKey, UserState>,
) -> Vec<Read<'a>> {
    let mut last: HashMap<&UserKey, LastReply> = HashMap::new();
    let mut reads = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let Payload::Event(event) = &delivery.payload else { continue };
        let event: &Event = event;
        let mut around = Surroundings::default();
        if let EventBody::Message(message) = &event.body {
            match message.role {
                Role::Assistant => {
                    last.insert(
                        &event.user,
                        LastReply {
                            session: event.session.clone(),
                            // As the head would hold it: what is read must not depend on where
                            // one batch ends and the next begins.
                            text: message.text.chars().take(MAX_REPLY_CHARS).collect(),
                        },
                    );
                }
                Role::User => {
                    let known = last.get(&event.user).or_else(|| {
                        states.get(&event.user).and_then(|state| state.head.last_reply.as_ref())
                    });
                    around.reply_to = match (&message.reply_to, known) {
                        (Some(given), _) => given.clone(),
                        (None, Some(reply)) if reply.session == event.session => reply.text.clone(),
                        (None, _) => String::new(),
                    };
                }
            }
        }
        if let EventBody::Feedback(feedback) = &event.body {
            around.reply_to.clone_from(&feedback.target);
        }
        reads.push(Read { delivery, event, around, reading: Reading::default(), amended: None });
    }
    reads
}
