//! What is answered.

use penchant_core::aggregate::{Conflict, Served};
use penchant_core::{
    Checkpoint, Event, EventId, Partition, Position, Preference, PreferenceId, Revision, Timestamp,
};
use penchant_learn::lane::LearnerStatus;
use penchant_ports::{EmbedderInfo, InferrerTally};

/// The preferences that matter in a context.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RetrieveAnswer {
    /// Text ready for a prompt (`penchant_core::render`); empty when nothing is known.
    pub summary: String,
    /// Estimated tokens of the summary.
    pub summary_tokens: u32,
    /// What is served, heaviest first; may hold more than fitted into the summary.
    pub served: Vec<Served>,
    /// Contradictions that were resolved instead of listed.
    pub conflicts: Vec<Conflict>,
    /// What would be worth asking the user.
    pub questions: Vec<Question>,
    /// How far the log was reflected in this answer.
    pub checkpoint: Checkpoint,
    /// Whether something that qualified was left out: past `k`, past the token budget, or past
    /// what the store looks through.
    pub truncated: bool,
    /// How the answer came about, when asked for.
    pub explanation: Option<Explanation>,
}

/// How an answer came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The model that compared the contexts.
    pub embedder: EmbedderInfo,
    /// What makes the answer worse than it could be (the lexical fallback, a cut context).
    pub warnings: Vec<String>,
    /// Preferences looked at before aggregation.
    pub considered: usize,
}

/// Something worth asking the user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The question, as it could be put to the user.
    pub text: String,
    /// The facet it would settle; empty when it is about a statement.
    pub facet: String,
    /// The answers that would settle it; empty when it is open.
    pub options: Vec<String>,
}

/// Candidates by fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RankAnswer {
    /// Best first; each candidate once.
    pub ranked: Vec<Ranked>,
    /// How far the log was reflected in this answer.
    pub checkpoint: Checkpoint,
    /// The model that compared the texts, and what makes the answer worse than it could be; when
    /// reasons were asked for.
    pub explanation: Option<Explanation>,
}

/// One candidate's fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Its place in the request, from 0.
    pub index: usize,
    /// Sum of the contributions; comparable within one answer only.
    pub score: f32,
    /// What moved the score, strongest first; only when asked for.
    pub reasons: Vec<RankReason>,
}

/// What one preference did to one candidate's score.
#[derive(Debug, Clone, PartialEq)]
pub struct RankReason {
    /// The preference.
    pub preference: PreferenceId,
    /// Its description.
    pub description: String,
    /// Added to the score; negative when the candidate goes against it.
    pub contribution: f32,
}

/// One preference with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// As it is now.
    pub preference: Preference,
    /// Every change of it, oldest first.
    pub revisions: Vec<Revision>,
}

/// An event that the log now holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub event: EventId,
    /// Where it stands.
    pub position: Position,
}

/// One part of a user's export.
#[derive(Debug, Clone, PartialEq)]
pub enum ExportPart {
    /// A preference with its history.
    Preference(Box<History>),
    /// An event as the log holds it.
    Event {
        /// Where it stands.
        position: Position,
        /// When the log took it in.
        logged_at: Timestamp,
        /// The event.
        event: Box<Event>,
    },
    /// Nothing follows; the export is complete.
    End {
        /// Preferences exported.
        preferences: u64,
        /// Events exported.
        events: u64,
        /// How far the log was reflected in it.
        checkpoint: Checkpoint,
    },
}

/// How the service is.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceStatus {
    /// penchant's version.
    pub version: String,
    /// Whether requests should be sent here.
    pub ready: bool,
    /// Why not ready; empty when ready.
    pub problems: Vec<String>,
    /// What works, but worse than it could: the lexical fallback, an inference endpoint that is
    /// down, lag.
    pub warnings: Vec<String>,
    /// The model that turns texts into vectors.
    pub embedder: EmbedderInfo,
    /// Which language model proposes, with its version; `None`: none is configured.
    pub inferrer: Option<String>,
    /// How much it is used; `None` when this process does not learn with one.
    pub model_use: Option<ModelUse>,
    /// How the learner in this process is doing; `None` when there is none.
    pub learner: Option<LearnerStatus>,
    /// Which log: `embedded`, `kafka`.
    pub log: String,
    /// Which store: `embedded`, `qdrant`.
    pub store: String,
    /// How far the log is reflected, per partition.
    pub partitions: Vec<PartitionStatus>,
}

/// How much a process uses its language model, since it started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelUse {
    /// What the model has done.
    pub tally: InferrerTally,
    /// Messages of users learnt from.
    pub messages: u64,
    /// Calls per 100 of them.
    pub per_100: f64,
}

impl ServiceStatus {
    /// Records of the log that have not taken effect yet, all partitions together.
    #[must_use]
    pub fn lag(&self) -> u64 {
        self.partitions.iter().map(PartitionStatus::lag).fold(0, u64::saturating_add)
    }
}

/// How far one partition of the log is reflected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionStatus {
    /// The partition.
    pub partition: Partition,
    /// The offset to learn from next: everything below has taken effect.
    pub next_offset: u64,
    /// The offset that the log's next record will get.
    pub end_offset: u64,
}

impl PartitionStatus {
    /// Records that have not taken effect yet; an upper bound where offsets have gaps.
    #[must_use]
    pub fn lag(&self) -> u64 {
        self.end_offset.saturating_sub(self.next_offset)
    }
}

/// Records that could not become events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeadLetters {
    /// Those listed.
    pub items: Vec<DeadLetter>,
    /// Whether there are more than were looked through.
    pub truncated: bool,
}

/// One record that could not become an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// What `penchant dead-letters show` and `redrive` take.
    pub position: Position,
    /// When the log took it in, or found it out.
    pub at: Timestamp,
    /// The short reason: `malformed`, `key-mismatch`.
    pub reason: String,
    /// For people.
    pub detail: String,
    /// Bytes of the record's value, where they are known.
    pub bytes: Option<u64>,
}
