//! What users do in a simulation: the black-box tests' events, and what only a fold could get
//! wrong: replies that later turns react to, erasures, resends at a new offset.

use std::collections::{BTreeMap, VecDeque};

use penchant_core::validate;
use penchant_core::{Event, EventBody, EventId, TenantId, Timestamp, UserKey};
use penchant_proto::convert::event::{Defaults, decode};
use penchant_proto::v1;
use penchant_tests::events::event;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

const USERS: usize = 7;
/// How many of a user's events may lie between one and its resend.
const RESEND_WITHIN: usize = 40;

/// Makes events, and repeats some of them.
pub(crate) struct History {
    dice: ChaCha8Rng,
    next: usize,
    now: i64,
    lately: BTreeMap<UserKey, VecDeque<Event>>,
    pub(crate) resent: u64,
    pub(crate) erasures: u64,
}

struct At(Timestamp);

impl Defaults for At {
    fn id(&mut self) -> EventId {
        panic!("every simulated event has an id");
    }

    fn occurred_at(&mut self) -> Timestamp {
        self.0
    }
}

impl History {
    pub(crate) fn new(dice: ChaCha8Rng) -> Self {
        let lately = BTreeMap::new();
        Self { dice, next: 0, now: 1_767_225_600_000, lately, resent: 0, erasures: 0 }
    }

    /// Log time of the next event; it moves on by itself.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now)
    }

    pub(crate) fn next(&mut self) -> Event {
        self.now += self.dice.random_range(1..3_600_000);
        let event = if self.dice.random_bool(0.08) { self.again() } else { None };
        event.unwrap_or_else(|| self.fresh())
    }

    /// One of the last events of somebody, as it was.
    fn again(&mut self) -> Option<Event> {
        let users: Vec<&UserKey> = self.lately.keys().collect();
        let user = users.get(self.dice.random_range(0..users.len().max(1)))?;
        let events = &self.lately[*user];
        let event = events[self.dice.random_range(0..events.len())].clone();
        self.resent += 1;
        Some(event)
    }

    fn fresh(&mut self) -> Event {
        let number = self.next;
        self.next += 1;
        let mut wire = event(&mut self.dice, number, USERS);
        match self.dice.random_range(0..100) {
            0 => {
                wire.body = Some(v1::event::Body::Erase(v1::Erase {}));
                self.erasures += 1;
            }
            1..=40 => {
                let assistant = self.dice.random_bool(0.5);
                wire.session_id = format!("session-{}", self.dice.random_range(0..2));
                wire.body = Some(v1::event::Body::Message(self.turn(assistant, number)));
            }
            _ => {}
        }
        let tenant = TenantId::try_new("default").unwrap();
        let event = decode(wire, &tenant, &mut At(self.now())).unwrap();
        validate::event(&event).unwrap();
        let lately = self.lately.entry(event.user.clone()).or_default();
        if event.body == EventBody::Erase {
            // What was erased may be sent again as well: it must not come back.
            lately.truncate(3);
        }
        lately.push_back(event.clone());
        if lately.len() > RESEND_WITHIN {
            lately.pop_front();
        }
        event
    }

    fn turn(&mut self, assistant: bool, number: usize) -> v1::Message {
        let text = if assistant {
            match self.dice.random_range(0..3) {
                0 => format!("- one thing about {number}\n- another thing\n- a third thing"),
                1 => format!(
                    "Certainly! Here is a long and winding answer number {number}. \
                     It has many words, and it goes on for a while before it comes to an end."
                ),
                _ => format!("## Item {number}\n\nUse `cargo build`."),
            }
        } else {
            let reactions = [
                "please no bullet points",
                "that was too long",
                "thanks, this is exactly the format I want",
                "I like it when you use headings",
                "no more code please",
            ];
            reactions[self.dice.random_range(0..reactions.len())].to_owned()
        };
        let role = if assistant { v1::Role::Assistant } else { v1::Role::User };
        v1::Message { role: role.into(), text, reply_to: None }
    }
}
