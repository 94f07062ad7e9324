//! Reading a whole batch with two calls of the embedder.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use penchant_core::event::{EventBody, Message, Role};
use penchant_core::head::{Erased, LastReply};
use penchant_core::{Event, EventId, Head, UserKey, UserState, Vector};
use penchant_ports::{Delivery, Embedder, Marked, Note, Payload, PortError, Wish};

use crate::behaviour::BehaviourReader;
use crate::edits::EditReader;
use crate::fold::Cause;
use crate::fold::erasure::{covered, erased_by};
use crate::reading::{Reader, Reading, Surroundings, laid_out};
use crate::words::WordsReader;

use super::batch::event_time;

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

    /// Reads one event by itself. A lane reads whole batches instead, with the same result.
    ///
    /// # Errors
    /// When the embedder fails.
    pub async fn read(
        &self,
        event: &Event,
        around: &Surroundings,
        embedder: &dyn Embedder,
    ) -> Result<Reading, PortError> {
        let Some(reader) = self.of(event) else { return Ok(Reading::default()) };
        let vectors = laid_out(embedder.look(&reader.prepare(event, around)).await?);
        let mut reading = reader.read(event, around, &vectors);
        let wishes: Vec<Wish> = reading.wishes().cloned().collect();
        reading.note(&describe(embedder, &wishes).await?);
        reading.fill(&embed(embedder, &reading.descriptions()).await?);
        Ok(reading)
    }
}

/// A delivery that holds an event, with what it says.
#[derive(Debug)]
pub(super) struct Read<'a> {
    pub(super) delivery: &'a Delivery,
    pub(super) event: &'a Event,
    pub(super) around: Surroundings,
    /// The fold will pass over it: it has had its effect, or belongs to what was erased.
    pub(super) passed_over: bool,
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

    let mut texts: Vec<Marked> = Vec::new();
    let mut wanted = 0;
    let mut ranges = Vec::with_capacity(reads.len());
    for read in &reads {
        let start = wanted;
        if let Some(reader) = readers.of(read.event) {
            let own = guarded(read.delivery, Vec::new, || reader.prepare(read.event, &read.around));
            wanted += own.iter().map(|marked| 1 + marked.passages.len()).sum::<usize>();
            texts.extend(own);
        }
        ranges.push(start..wanted);
    }
    let looks = if texts.is_empty() { Vec::new() } else { embedder.look(&texts).await? };
    let vectors = laid_out(looks);

    for (read, range) in reads.iter_mut().zip(ranges) {
        let Some(reader) = readers.of(read.event) else { continue };
        let own = vectors.get(range).unwrap_or_default();
        read.reading =
            guarded(read.delivery, Reading::default, || reader.read(read.event, &read.around, own));
    }

    // What is passed over changes nothing, whatever it is called.
    let told = |read: &Read<'_>| !read.passed_over;
    let wishes = reads.iter().filter(|read| told(read)).flat_map(|read| read.reading.wishes());
    let notes = describe(embedder, &wishes.cloned().collect::<Vec<_>>()).await?;
    let mut rest = notes.as_slice();
    for read in reads.iter_mut().filter(|read| told(read)) {
        rest = read.reading.note(rest);
    }

    let descriptions: Vec<String> =
        reads.iter().flat_map(|read| read.reading.descriptions()).collect();
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

async fn describe(
    embedder: &dyn Embedder,
    wishes: &[Wish],
) -> Result<Vec<Option<Note>>, PortError> {
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    match embedder.describe(wishes).await {
        Err(error) if !error.transient() => {}
        answer => return answer,
    }
    // Notes are not needed: a wish that cannot be described stands in its own words, and neither
    // stops the log nor takes its neighbours' notes.
    let mut notes = Vec::with_capacity(wishes.len());
    for wish in wishes {
        match embedder.describe(std::slice::from_ref(wish)).await {
            Ok(own) => notes.push(own.into_iter().next().flatten()),
            Err(error) if error.transient() => return Err(error),
            Err(error) => {
                tracing::error!(%error, "a wish could not be described; its own words stand");
                notes.push(None);
            }
        }
    }
    Ok(notes)
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

/// What a user's conversation is at one event of a batch, as the fold will see it there: nothing
/// of it may depend on where batches are cut.
struct Talk<'s, 'a> {
    head: Option<&'s Head>,
    last_reply: Option<LastReply>,
    erased: Option<Erased>,
    /// Ids met in this batch.
    met: HashSet<&'a EventId>,
}

impl<'s, 'a> Talk<'s, 'a> {
    fn of(state: Option<&'s UserState>) -> Self {
        let head = state.map(|state| &state.head);
        Self {
            head,
            last_reply: head.and_then(|head| head.last_reply.clone()),
            erased: head.and_then(|head| head.erased),
            met: HashSet::new(),
        }
    }

    /// Whether the fold will pass over this event.
    fn passed_over(&mut self, delivery: &Delivery, event: &'a Event) -> bool {
        let known = self.head.is_some_and(|head| {
            head.checkpoint.reflects(delivery.position) || head.recent.contains(&event.id)
        });
        let cause = cause(event, delivery);
        known || covered(self.erased, &cause) || !self.met.insert(&event.id)
    }
}

/// Finds what each event reacts to: the turn given with it, or the session's last assistant turn,
/// from this batch or from the user's head.
fn with_surroundings<'a>(
    deliveries: &'a [Delivery],
    states: &HashMap<UserKey, UserState>,
) -> Vec<Read<'a>> {
    let mut talks: HashMap<&UserKey, Talk<'_, 'a>> = HashMap::new();
    let mut reads = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        let Payload::Event(event) = &delivery.payload else { continue };
        let event: &Event = event;
        let mut around = Surroundings::default();
        let talk = talks.entry(&event.user).or_insert_with(|| Talk::of(states.get(&event.user)));
        let passed_over = talk.passed_over(delivery, event);
        match &event.body {
            EventBody::Erase if !passed_over => {
                talk.last_reply = None;
                talk.erased = Some(erased_by(talk.erased, &cause(event, delivery)));
            }
            EventBody::Message(message) => match message.role {
                Role::Assistant if passed_over => {}
                Role::Assistant => talk.last_reply = Some(LastReply::of(event, &message.text)),
                Role::User => {
                    around.reply_to = match (&message.reply_to, &talk.last_reply) {
                        (Some(given), _) => given.clone(),
                        (None, Some(reply)) if reply.session == event.session => reply.text.clone(),
                        (None, _) => String::new(),
                    };
                }
            },
            EventBody::Feedback(feedback) => around.reply_to.clone_from(&feedback.target),
            _ => {}
        }
        reads.push(Read {
            delivery,
            event,
            around,
            passed_over,
            reading: Reading::default(),
            amended: None,
        });
    }
    reads
}

fn cause<'a>(event: &'a Event, delivery: &Delivery) -> Cause<'a> {
    let at = event_time(event, delivery.logged_at);
    Cause { event, position: delivery.position, at }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use penchant_core::{Position, TenantId, Timestamp, UserId};

    use super::*;

    const DAY: i64 = 86_400_000;

    fn note(text: &str) -> Note {
        Note { text: Some(text.to_owned()), wished: 1.0, avoid: false, ..Note::default() }
    }

    /// Describes wishes, but for those that it breaks on.
    struct Brittle(penchant_ports::EmbedderInfo);

    #[async_trait::async_trait]
    impl Embedder for Brittle {
        fn info(&self) -> &penchant_ports::EmbedderInfo {
            &self.0
        }

        async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
            Ok(vec![Vector::default(); texts.len()])
        }

        async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
            if wishes.iter().any(|wish| wish.text == "bad") {
                return Err(PortError::new(penchant_ports::PortErrorKind::Invalid, "odd tokens"));
            }
            Ok(wishes.iter().map(|wish| Some(note(&wish.text))).collect())
        }
    }

    #[tokio::test]
    async fn a_wish_that_cannot_be_described_stops_neither_the_log_nor_its_neighbours() {
        let info = penchant_ports::EmbedderInfo {
            model: "brittle".to_owned(),
            dimension: 1,
            lexical_fallback: true,
        };
        let wish = |text: &str| Wish { text: text.to_owned(), ..Wish::default() };
        let notes = describe(&Brittle(info), &[wish("a"), wish("bad"), wish("b")]).await.unwrap();
        assert_eq!(notes, [Some(note("a")), None, Some(note("b"))]);
    }

    fn delivery(offset: u64, id: &str, hours: i64, body: EventBody) -> Delivery {
        let user = UserKey::new(TenantId::try_new("t").unwrap(), UserId::try_new("ada").unwrap());
        let occurred_at = Timestamp::from_millis(hours * 3_600_000);
        let event = Event {
            id: EventId::try_new(id).unwrap(),
            user,
            session: None,
            occurred_at,
            imported: false,
            context: penchant_core::Context::default(),
            body,
        };
        let logged_at = Timestamp::from_millis(occurred_at.as_millis().max(DAY));
        let position = Position::new(0, offset);
        Delivery { position, logged_at, payload: Payload::Event(Box::new(event)) }
    }

    fn turn(role: Role, text: &str) -> EventBody {
        EventBody::Message(Message { role, text: text.to_owned(), reply_to: None })
    }

    /// What the last of these reacts to.
    fn reacts_to(deliveries: &[Delivery]) -> String {
        let reads = with_surroundings(deliveries, &HashMap::new());
        reads.last().unwrap().around.reply_to.clone()
    }

    #[test]
    fn a_resent_reply_is_not_the_last_one() {
        let deliveries = [
            delivery(0, "a", 30, turn(Role::Assistant, "first")),
            delivery(1, "b", 31, turn(Role::Assistant, "second")),
            delivery(2, "a", 30, turn(Role::Assistant, "first")),
            delivery(3, "c", 32, turn(Role::User, "too long")),
        ];
        assert_eq!(reacts_to(&deliveries), "second");
    }

    #[test]
    fn an_erased_reply_is_not_reacted_to_and_one_that_comes_late_neither() {
        let mut deliveries = vec![
            delivery(0, "a", 30, turn(Role::Assistant, "private")),
            delivery(1, "b", 31, EventBody::Erase),
            delivery(2, "c", 32, turn(Role::User, "too long")),
        ];
        assert_eq!(reacts_to(&deliveries), "");
        deliveries.insert(2, delivery(2, "d", 30, turn(Role::Assistant, "late")));
        assert_eq!(reacts_to(&deliveries), "");
    }

    #[test]
    fn a_reply_is_the_same_within_a_batch_and_across() {
        let long = "x".repeat(2_000);
        let reply = delivery(0, "a", 30, turn(Role::Assistant, &long));
        let answer = delivery(1, "b", 31, turn(Role::User, "too long"));
        let mut state = UserState::default();
        let Payload::Event(event) = &reply.payload else { unreachable!() };
        state.head.last_reply = Some(LastReply::of(event, &long));
        let states = HashMap::from([(event.user.clone(), state)]);
        let alone = with_surroundings(std::slice::from_ref(&answer), &states);
        let across = alone[0].around.reply_to.clone();
        assert_eq!(reacts_to(&[reply, answer.clone()]), across);
    }
}
