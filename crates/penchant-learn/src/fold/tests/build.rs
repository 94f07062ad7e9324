//! Builders for events, readings and vectors.

use std::time::Duration;

use penchant_core::event::{Directive, DirectiveAction, Event, EventBody, Message, Role};
use penchant_core::{
    Claim, Context, EventId, Polarity, Position, Preference, PreferenceId, Scope, SessionId,
    SourceClass, Status, TenantId, Timestamp, UserId, UserKey, UserState, Vector, telling,
};

use penchant_ports::Ends;

use crate::fold::{Cause, FoldConfig, FoldOutcome, apply};
use crate::reading::{ClaimReading, Reading, Withdrawal};

pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// A vector in which texts with common words lie close: enough of an embedding for the fold.
pub(super) fn vector(text: &str) -> Vector {
    let mut values = vec![0.0_f32; 64];
    for word in telling::telling(text) {
        let hash = penchant_core::head::fnv1a(word.as_bytes());
        values[(hash % 64) as usize] += 1.0;
        values[(hash / 64 % 64) as usize] += 0.5;
    }
    Vector::normalized(values)
}

pub(super) fn says(description: &str) -> ClaimReading {
    ClaimReading {
        claim: Claim::Statement { text: description.to_owned() },
        polarity: Polarity::Prefer,
        scope: Scope::Always,
        strength: 3.0,
        source: SourceClass::Statement,
        description: description.to_owned(),
        content: vector(description),
        snippet: description.to_owned(),
        replaces: String::new(),
        replaces_content: Vector::default(),
        leanings: None,
        ends: Ends::default(),
        wish: None,
        quarantine: None,
        language: String::new(),
    }
}

pub(super) fn avoids(description: &str) -> ClaimReading {
    ClaimReading { polarity: Polarity::Avoid, ..says(description) }
}

pub(super) fn instead_of(claim: ClaimReading, replaces: &str) -> ClaimReading {
    ClaimReading { replaces: replaces.to_owned(), replaces_content: vector(replaces), ..claim }
}

pub(super) fn takes_back(text: &str) -> Withdrawal {
    Withdrawal {
        guessed: false,
        text: text.to_owned(),
        content: vector(text),
        snippet: format!("forget {text}"),
        occasion: String::new(),
    }
}

/// One user's memory with a log that grows by one day an event.
#[derive(Clone, Default)]
pub(super) struct Life {
    pub(super) state: UserState,
    pub(super) config: FoldConfig,
    pub(super) next: u64,
    pub(super) day: u64,
    pub(super) session: Option<String>,
    pub(super) task: String,
}

impl Life {
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000).plus(DAY * u32::try_from(self.day).unwrap())
    }

    pub(super) fn event(&self, body: EventBody) -> Event {
        Event {
            id: EventId::try_new(format!("e{}", self.next)).unwrap(),
            user: UserKey::new(TenantId::try_new("t").unwrap(), UserId::try_new("u").unwrap()),
            session: self.session.as_ref().map(|s| SessionId::try_new(s).unwrap()),
            occurred_at: self.now(),
            imported: false,
            context: Context { task: self.task.clone(), ..Context::default() },
            body,
        }
    }

    pub(super) fn apply(&mut self, event: &Event, offset: u64, reading: &Reading) -> FoldOutcome {
        let cause = Cause { event, position: Position::new(0, offset), at: event.occurred_at };
        apply(&mut self.state, &cause, reading, &self.config)
    }

    pub(super) fn happens(&mut self, body: EventBody, reading: &Reading) -> FoldOutcome {
        let event = self.event(body);
        let out = self.apply(&event, self.next, reading);
        self.next += 1;
        self.day += 1;
        out
    }

    pub(super) fn hears(&mut self, claims: Vec<ClaimReading>) -> FoldOutcome {
        let context = if self.task.is_empty() { Vector::default() } else { vector(&self.task) };
        self.happens(message(), &Reading { claims, context, ..Reading::default() })
    }

    pub(super) fn hears_back(&mut self, withdrawal: Withdrawal) -> FoldOutcome {
        self.happens(message(), &Reading { withdrawals: vec![withdrawal], ..Reading::default() })
    }

    pub(super) fn directs(
        &mut self,
        id: &PreferenceId,
        action: DirectiveAction,
        seen: u64,
    ) -> FoldOutcome {
        let directive = Directive { preference: id.clone(), action, expected_version: seen };
        self.happens(EventBody::Directive(directive), &Reading::default())
    }

    pub(super) fn active(&self) -> Vec<&str> {
        let mut held: Vec<&str> = self
            .state
            .preferences
            .iter()
            .filter(|p| p.status == Status::Active)
            .map(|p| p.description.as_str())
            .collect();
        held.sort_unstable();
        held
    }

    pub(super) fn get(&self, description: &str) -> &Preference {
        self.state.preferences.iter().find(|p| p.description == description).unwrap()
    }
}

pub(super) fn message() -> EventBody {
    EventBody::Message(Message { role: Role::User, text: "…".to_owned(), reply_to: None })
}

/// What a message ends that ends one note, by log-odds, and no other.
pub(super) fn ending(note: &str, odds: f32) -> Ends {
    let ended = note.to_owned();
    Ends::new(move |note: &str| if note == ended { odds } else { -6.0 })
}
