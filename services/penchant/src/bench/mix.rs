//! A seeded stream of events as a chat product sends them: mostly talk that says nothing about
//! preferences, some edits, clicks and reactions, few statements.

use std::collections::BTreeMap;

use penchant_core::event::{
    Action, Comparison, Edit, Feedback, Interaction, Item, Message, Role, Statement,
};
use penchant_core::{
    Context, Event, EventBody, EventId, SessionId, TenantId, Timestamp, UserId, UserKey,
};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const TASKS: [&str; 5] = ["email", "summary", "code", "recipe", "travel"];
const VERBS: [&str; 10] = [
    "explain",
    "compare",
    "summarise",
    "plan",
    "rewrite",
    "check",
    "estimate",
    "describe",
    "outline",
    "translate",
];
const SUBJECTS: [&str; 24] = [
    "the tides",
    "a small garden",
    "two laptops",
    "the quarterly report",
    "a week in Lisbon",
    "a sorting function",
    "the new rota",
    "a birthday dinner",
    "the heating bill",
    "a cover letter",
    "the train connections",
    "a lease",
    "the release notes",
    "a vegetable soup",
    "the budget",
    "a bedtime story",
    "the error message",
    "a running plan",
    "the museum hours",
    "a thank-you note",
    "the contract",
    "a database index",
    "the weather",
    "a piano lesson",
];
const PURPOSES: [&str; 8] = [
    "for my manager",
    "for a friend",
    "before Friday",
    "in two parts",
    "with the numbers",
    "for beginners",
    "as we discussed",
    "from the notes below",
];
const WISHES: [&str; 12] = [
    "short answers",
    "bullet points",
    "metric units",
    "formal language",
    "oat milk",
    "window seats",
    "code without comments",
    "step-by-step instructions",
    "vegetarian recipes",
    "early trains",
    "plain words",
    "a greeting by name",
];
const GENRES: [&str; 8] =
    ["jazz", "crime", "hiking", "baking", "history", "chess", "ceramics", "sailing"];

/// Makes the stream.
#[derive(Debug, Clone)]
pub struct Mix {
    rng: ChaCha8Rng,
    users: usize,
    tenant: TenantId,
    made: usize,
    /// Event time of the first; each later one is a second after the one before.
    from: Timestamp,
}

impl Mix {
    /// A stream over `users` users (at least 1) of a tenant; the same seed gives the same stream.
    #[must_use]
    pub fn new(seed: u64, users: usize, tenant: TenantId, from: Timestamp) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), users: users.max(1), tenant, made: 0, from }
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.rng.random_range(0..words.len())).copied().unwrap_or_default()
    }

    /// Something asked for; nearly never the same twice.
    pub(crate) fn request(&mut self) -> String {
        let (verb, subject) = (self.one_of(&VERBS), self.one_of(&SUBJECTS));
        let (purpose, number) = (self.one_of(&PURPOSES), self.rng.random_range(1..10_000));
        format!("Please {verb} {subject} {purpose}, item {number}.")
    }

    /// A wish in so many words.
    pub(crate) fn wish(&mut self) -> String {
        let (wish, subject) = (self.one_of(&WISHES), self.one_of(&SUBJECTS));
        match self.rng.random_range(0..3) {
            0 => format!("I prefer {wish} when it comes to {subject}."),
            1 => format!("Please no {wish} with {subject}."),
            _ => format!("I like {wish}."),
        }
    }

    fn draft(&mut self) -> String {
        let sentences = self.rng.random_range(2..6);
        (0..sentences)
            .map(|_| {
                let (subject, purpose) = (self.one_of(&SUBJECTS), self.one_of(&PURPOSES));
                format!("It would be possible to consider {subject} {purpose} in some detail.")
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn item(&mut self) -> Item {
        Item {
            id: format!("item-{}", self.rng.random_range(0..100_000)),
            text: String::new(),
            attributes: BTreeMap::from([("genre".to_owned(), self.one_of(&GENRES).to_owned())]),
        }
    }

    fn body(&mut self) -> EventBody {
        match self.rng.random_range(0..100) {
            0..40 => EventBody::Message(Message {
                role: Role::User,
                text: self.request(),
                reply_to: None,
            }),
            40..60 => EventBody::Message(Message {
                role: Role::Assistant,
                text: self.draft(),
                reply_to: None,
            }),
            60..65 => {
                EventBody::Message(Message { role: Role::User, text: self.wish(), reply_to: None })
            }
            65..75 => {
                let draft = self.draft();
                let revised = draft
                    .split_inclusive(". ")
                    .take(2)
                    .map(|sentence| {
                        format!("- {}\n", sentence.trim().replace("It would be possible to ", ""))
                    })
                    .collect();
                EventBody::Edit(Edit { draft, revised })
            }
            75..80 => EventBody::Statement(Statement { text: self.wish() }),
            80..95 => {
                const ACTIONS: [Action; 4] =
                    [Action::View, Action::Click, Action::Like, Action::Skip];
                let action = ACTIONS[self.rng.random_range(0..ACTIONS.len())];
                let item = self.item();
                EventBody::Interaction(Interaction { item, action, dwell_ms: 0, list_position: 0 })
            }
            95..98 => EventBody::Feedback(Feedback {
                target: self.draft(),
                rating: if self.rng.random_bool(0.5) { 1.0 } else { -1.0 },
                comment: if self.rng.random_bool(0.5) { self.wish() } else { String::new() },
            }),
            _ => EventBody::Comparison(Comparison {
                chosen: vec![Item { text: self.draft(), ..self.item() }],
                rejected: vec![Item { text: self.draft(), ..self.item() }],
                rationale: String::new(),
                strength: 1.0,
            }),
        }
    }
}

impl Iterator for Mix {
    type Item = Event;

    #[allow(clippy::expect_used, reason = "letters, digits and dashes are in the allowlist of ids")]
    fn next(&mut self) -> Option<Event> {
        let number = self.made;
        self.made += 1;
        let user = self.rng.random_range(0..self.users);
        let task = self.one_of(&TASKS).to_owned();
        let text = self.request();
        let seconds = std::time::Duration::from_secs(number as u64);
        Some(Event {
            id: EventId::try_new(format!("event-{number}")).expect("an event id"),
            user: UserKey::new(
                self.tenant.clone(),
                UserId::try_new(format!("user-{user}")).expect("a user id"),
            ),
            session: SessionId::try_new(format!("session-{user}")).ok(),
            occurred_at: self.from.plus(seconds),
            imported: true,
            context: Context { text, task, attributes: BTreeMap::new() },
            body: self.body(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;

    fn mix(seed: u64) -> Mix {
        Mix::new(seed, 50, TenantId::try_new("measured").unwrap(), Timestamp::from_millis(0))
    }

    #[test]
    fn the_same_seed_gives_the_same_valid_events_of_every_kind() {
        let events: Vec<Event> = mix(1).take(1_000).collect();
        assert!(events == mix(1).take(1_000).collect::<Vec<_>>());
        assert!(events != mix(2).take(1_000).collect::<Vec<_>>());
        for event in &events {
            penchant_core::validate::event(event).unwrap();
        }
        let kinds: BTreeSet<&str> = events.iter().map(|event| event.body.kind()).collect();
        assert_eq!(kinds.len(), 6, "{kinds:?}");
    }
}
