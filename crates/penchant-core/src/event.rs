//! What users do: the facts on the log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ids::{EventId, PreferenceId, SessionId, UserKey};
use crate::time::Timestamp;

/// One thing one user did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The client's id; unique per user. A resend takes effect once (INV-2).
    pub id: EventId,
    /// Whose event it is.
    pub user: UserKey,
    /// The conversation or visit it belongs to.
    pub session: Option<SessionId>,
    /// Event time; clamped to log time ± 24 h unless `imported`.
    pub occurred_at: Timestamp,
    /// Brought in from an older system: its event time is believed as given.
    pub imported: bool,
    /// The situation it happened in.
    pub context: Context,
    /// What happened.
    pub body: EventBody,
}

/// The kinds of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBody {
    /// A chat turn.
    Message(Message),
    /// The user changed a draft (or kept it: `draft == revised`).
    Edit(Edit),
    /// The user said outright what they want remembered.
    Statement(Statement),
    /// A rating of a response, with or without words.
    Feedback(Feedback),
    /// One set of options was chosen over another.
    Comparison(Comparison),
    /// Behaviour towards an item.
    Interaction(Interaction),
    /// A person's decision about one remembered preference.
    Directive(Directive),
    /// Forget this user, everywhere, for good (INV-9).
    Erase,
}

impl EventBody {
    /// The kind's name, as on the wire and in metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Edit(_) => "edit",
            Self::Statement(_) => "statement",
            Self::Feedback(_) => "feedback",
            Self::Comparison(_) => "comparison",
            Self::Interaction(_) => "interaction",
            Self::Directive(_) => "directive",
            Self::Erase => "erase",
        }
    }
}

/// Who wrote a chat turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The end user. Only their words can state a preference.
    User,
    /// The assistant; read as what the user's next turn reacts to.
    Assistant,
}

/// A chat turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who wrote it.
    pub role: Role,
    /// What was written.
    pub text: String,
    /// The assistant's turn that this one answers, as text, when the app has it at hand. Without
    /// it the last assistant turn of the same session is used.
    pub reply_to: Option<String>,
}

/// A draft and what the user made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What the assistant wrote.
    pub draft: String,
    /// What the user kept; equal to `draft` when nothing was changed, which is agreement.
    pub revised: String,
}

/// An outright wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The user's words.
    pub text: String,
}

/// A rating.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// The response that is rated, as text; may be empty.
    pub target: String,
    /// From -1 (bad) to 1 (good).
    pub rating: f32,
    /// The user's words about it; may be empty.
    pub comment: String,
}

/// Something that can be chosen, clicked or bought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// The app's id of it.
    pub id: String,
    /// Title or description.
    pub text: String,
    /// Properties: `{"genre": "jazz", "price": "low"}`. Affinities are learnt per attribute.
    pub attributes: BTreeMap<String, String>,
}

/// A choice among options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What was chosen.
    pub chosen: Vec<Item>,
    /// What was passed over.
    pub rejected: Vec<Item>,
    /// Why, in the user's words; may be empty.
    pub rationale: String,
    /// How strong the preference is, in (0, 1].
    pub strength: f32,
}

/// What was done to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Action {
    View,
    Click,
    Dwell,
    Skip,
    Like,
    Dislike,
    Save,
    Share,
    Purchase,
    Copy,
    Regenerate,
}

/// Behaviour towards an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// The item.
    pub item: Item,
    /// What was done.
    pub action: Action,
    /// How long it was looked at, in milliseconds; 0 when unknown.
    pub dwell_ms: u64,
    /// Its place in the list it was shown in, from 1; 0 when unknown. Clicks on high places say
    /// less.
    pub list_position: u32,
}

/// A person's decision about one remembered preference, made through API or console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    /// Which preference.
    pub preference: PreferenceId,
    /// What is to be done with it.
    pub action: DirectiveAction,
    /// The version the person saw; a later one makes the directive stale. 0 = whatever is there.
    pub expected_version: u64,
}

/// What a person may do to a preference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectiveAction {
    /// "Yes, that is so": explicit evidence for it; lifts a quarantine.
    Confirm,
    /// Replace the description by these words.
    Edit(String),
    /// Stop using it; history stays.
    Retract,
    /// Use it again.
    Restore,
    /// Keep it at the top, untouched by inference and decay.
    Pin,
}
