//! One-line makers of domain values, all deterministic.

use std::time::Duration;

use penchant_core::event::{Edit, Event, EventBody, Message, Role, Statement};
use penchant_core::preference::Support;
use penchant_core::{
    CheckpointDelta, Claim, Context, EventId, EvidenceRef, Head, Origin, Partition, Polarity,
    Position, Preference, PreferenceId, Revision, RevisionKind, Scope, SourceClass, Status,
    TenantId, Timestamp, UserCommit, UserId, UserKey, Vector,
};
use penchant_ports::{CommitBatch, EmbedderInfo, Epoch};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Dimension of every vector made here; stores under test are opened with it.
pub const DIMENSION: usize = 8;

/// The embedder that vectors made here pretend to come from.
#[must_use]
pub fn embedder_info() -> EmbedderInfo {
    EmbedderInfo { model: "testkit-v1".to_owned(), dimension: DIMENSION, lexical_fallback: false }
}

/// `minutes` after the beginning of 2026.
#[must_use]
pub fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(1_767_225_600_000 + minutes * 60_000)
}

/// User number `n` of the tenant `acme`.
#[must_use]
pub fn user(n: usize) -> UserKey {
    user_of("acme", &format!("user-{n:04}"))
}

/// A user of any tenant.
///
/// # Panics
/// When a name is no identifier.
#[must_use]
pub fn user_of(tenant: &str, user: &str) -> UserKey {
    UserKey::new(
        TenantId::try_new(tenant).expect("a tenant id"),
        UserId::try_new(user).expect("a user id"),
    )
}

/// An event, an hour into 2026.
///
/// # Panics
/// When `id` is no identifier.
#[must_use]
pub fn event(user: &UserKey, id: &str, body: EventBody) -> Event {
    Event {
        id: EventId::try_new(id).expect("an event id"),
        user: user.clone(),
        session: None,
        occurred_at: at(60),
        imported: false,
        context: Context { task: "email".to_owned(), ..Context::default() },
        body,
    }
}

/// An outright wish.
#[must_use]
pub fn statement(user: &UserKey, id: &str, text: &str) -> Event {
    event(user, id, EventBody::Statement(Statement { text: text.to_owned() }))
}

/// A chat turn of the user's.
#[must_use]
pub fn message(user: &UserKey, id: &str, text: &str) -> Event {
    let message = Message { role: Role::User, text: text.to_owned(), reply_to: None };
    event(user, id, EventBody::Message(message))
}

/// A draft and what became of it.
#[must_use]
pub fn edit(user: &UserKey, id: &str, draft: &str, revised: &str) -> Event {
    let edit = Edit { draft: draft.to_owned(), revised: revised.to_owned() };
    event(user, id, EventBody::Edit(edit))
}

/// The wish to be forgotten.
#[must_use]
pub fn erase(user: &UserKey, id: &str) -> Event {
    event(user, id, EventBody::Erase)
}

/// A unit vector that depends on `seed` alone.
#[must_use]
pub fn vector(seed: u64) -> Vector {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Vector::normalized((0..DIMENSION).map(|_| rng.random_range(-1.0_f32..1.0)).collect())
}

/// An active, stated, user-wide preference at version 1, with vectors that depend on its id.
///
/// # Panics
/// When `id` is no identifier.
#[must_use]
pub fn preference(id: &str) -> Preference {
    let seed = penchant_core::head::fnv1a(id.as_bytes());
    let mut support = Support::default();
    support.add(SourceClass::Statement);
    Preference {
        id: PreferenceId::try_new(id).expect("a preference id"),
        kind: Claim::Statement { text: format!("prefers {id}") },
        description: format!("prefers {id}"),
        polarity: Polarity::Prefer,
        scope: Scope::Always,
        confidence: 0.75,
        log_odds: 1.0986,
        support,
        origin: Origin::Stated,
        status: Status::Active,
        pinned: false,
        valid_from: at(0),
        valid_to: None,
        superseded_by: None,
        sets_aside: None,
        evidence: vec![evidence("e1", Position::new(0, 0))],
        version: 1,
        updated_at: at(0),
        language: String::new(),
        cluster: None,
        context: vector(seed),
        content: vector(seed ^ 1),
    }
}

/// A reference to a statement.
///
/// # Panics
/// When `event` is no identifier.
#[must_use]
pub fn evidence(event: &str, position: Position) -> EvidenceRef {
    EvidenceRef {
        event: EventId::try_new(event).expect("an event id"),
        position,
        occurred_at: at(0),
        source: SourceClass::Statement,
        snippet: "I like it".to_owned(),
    }
}

/// `preference` after one more revision at `updated_at`.
#[must_use]
pub fn revised(preference: &Preference, updated_at: Timestamp) -> Preference {
    Preference { version: preference.version + 1, updated_at, ..preference.clone() }
}

/// `preference` closed with `status` at `updated_at`.
#[must_use]
pub fn closed(preference: &Preference, status: Status, updated_at: Timestamp) -> Preference {
    Preference { status, valid_to: Some(updated_at), ..revised(preference, updated_at) }
}

/// The record of `preference` having become what it is, because of the record at `position`.
#[must_use]
pub fn revision(preference: &Preference, position: Position) -> Revision {
    let kind = match (preference.status, preference.version) {
        (Status::Active, 0 | 1) => RevisionKind::Add,
        (Status::Active, _) => RevisionKind::Refine,
        (Status::Superseded, _) => RevisionKind::Supersede,
        (Status::Retracted, _) => RevisionKind::Retract,
        (Status::Expired, _) => RevisionKind::Expire,
        (Status::Quarantined, _) => RevisionKind::Quarantine,
    };
    let cause = preference.evidence.last().cloned();
    Revision::of(preference, kind, preference.updated_at, position, "said so".to_owned(), cause)
}

/// One user's part of a commit: `base` moved one revision on and past `position`, and each of
/// `preferences` with its revision.
///
/// # Panics
/// When `position` is behind what `base` reflects.
#[must_use]
pub fn commit(
    user: &UserKey,
    base: &Head,
    epoch: Epoch,
    position: Position,
    preferences: Vec<Preference>,
) -> UserCommit {
    let mut head = base.clone();
    head.revision += 1;
    head.epoch = epoch;
    let delta =
        CheckpointDelta { partition: position.partition, next_offset: position.next_offset() };
    head.checkpoint.advance(delta).expect("a position ahead of the head");
    UserCommit {
        user: user.clone(),
        base_revision: base.revision,
        head,
        revisions: preferences.iter().map(|p| revision(p, position)).collect(),
        preferences,
        erase: false,
    }
}

/// A batch of partition 0.
#[must_use]
pub fn batch(epoch: Epoch, next_offset: u64, users: Vec<UserCommit>) -> CommitBatch {
    let checkpoint = CheckpointDelta { partition: Partition(0), next_offset };
    CommitBatch { epoch, checkpoint, users }
}

/// How long a test waits for what must come; only a broken one waits that long.
pub const PATIENCE: Duration = Duration::from_secs(60);
