//! What one event says about its user, before the user's memory is looked at.
//!
//! Reading happens in two steps so that a whole batch shares two calls of the embedder: a reader
//! first names the texts whose vectors it wants ([`Reader::prepare`]), then reads with the vectors
//! in hand ([`Reader::read`]). Wishes are then put down as notes, where the model can
//! ([`Reading::wishes`]), and descriptions of what was read are embedded in the second call
//! ([`Reading::descriptions`]).

use std::collections::BTreeSet;

use penchant_core::event::Event;
use penchant_core::{Claim, Polarity, Scope, SourceClass, Vector};
use penchant_ports::{Ends, Look, Marked, Note, Wish};

use crate::words::leanings::Leanings;
use crate::words::notes;

/// What the user's message mainly is (WildFeedback; follow-up likelihood).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// Praise or thanks for the response.
    Satisfied,
    /// Complaint about the response.
    Dissatisfied,
    /// An instruction to act now.
    Command,
    /// A liking, dislike or wish.
    PreferenceStatement,
    /// A fact put right.
    CorrectionOfFact,
    /// An earlier preference withdrawn.
    Retraction,
    /// Everything else.
    Neutral,
}

impl Signal {
    /// All signals.
    pub const ALL: [Self; 7] = [
        Self::Satisfied,
        Self::Dissatisfied,
        Self::Command,
        Self::PreferenceStatement,
        Self::CorrectionOfFact,
        Self::Retraction,
        Self::Neutral,
    ];

    /// The name in corpora, on the wire and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Dissatisfied => "dissatisfied",
            Self::Command => "command",
            Self::PreferenceStatement => "preference_statement",
            Self::CorrectionOfFact => "correction_of_fact",
            Self::Retraction => "retraction",
            Self::Neutral => "neutral",
        }
    }
}

/// One claim that an event makes.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimReading {
    /// What is claimed.
    pub claim: Claim,
    /// Wanted or not.
    pub polarity: Polarity,
    /// How far it reaches.
    pub scope: Scope,
    /// Log-odds that the event adds; positive. Facet evidence *against* a value is evidence for
    /// its opposite class, or has [`Polarity::Avoid`].
    pub strength: f32,
    /// Where it comes from.
    pub source: SourceClass,
    /// Description in the third person, as it would be stored and shown.
    pub description: String,
    /// Embedding of the description; filled in by the lane after reading.
    pub content: Vector,
    /// The words or the change that carry it.
    pub snippet: String,
    /// What this replaces, in words ("oat milk" in "soy instead of oat milk"); empty if nothing is
    /// named. The fold closes what matches.
    pub replaces: String,
    /// Embedding of `replaces`; filled in by the lane.
    pub replaces_content: Vector,
    /// What speaks for which scope, where a note may still add to it.
    pub leanings: Option<Leanings>,
    /// Which older wishes this one takes the place of ([`penchant_ports::Note::ends`]).
    pub ends: Ends,
    /// The words it was read from, where a note can be made of them; the lane has them described.
    pub wish: Option<Wish>,
    /// Why it must not be served before a person confirms it; `None` when it may be.
    pub quarantine: Option<String>,
    /// ISO 639-3 language of the description when it is kept verbatim in another language.
    pub language: String,
}

/// Something the user withdraws.
#[derive(Debug, Clone, PartialEq)]
pub struct Withdrawal {
    /// What, in words ("bullet points", "spicy food"); empty means the latest preference that the
    /// last response showed.
    pub text: String,
    /// Embedding of `text`; filled in by the lane.
    pub content: Vector,
    /// The sentence that withdraws it.
    pub snippet: String,
    /// No thing was named: the words are those of the message itself, and stand back where a model
    /// has read what it ends ([`Reading::ends`]).
    pub guessed: bool,
    /// Withdrawn only in this occasion ("not in recipes"); empty: altogether.
    pub occasion: String,
}

/// What one event says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// What the message mainly is; `None` for events that are no words.
    pub signal: Option<Signal>,
    /// Whether the words were given as a statement of what is preferred: that they are a wish is
    /// not for a model to doubt.
    pub stated: bool,
    /// ISO 639-3, empty when not detected.
    pub language: String,
    /// The situation's embedding; empty when the event names none.
    pub context: Vector,
    /// What is claimed.
    pub claims: Vec<ClaimReading>,
    /// What may be claimed: each becomes a claim if its note says that it is a wish.
    pub possible: Vec<ClaimReading>,
    /// What is withdrawn.
    pub withdrawals: Vec<Withdrawal>,
    /// The words of a message that takes something back and wishes nothing, to be asked what they
    /// end.
    pub idle: Option<Wish>,
    /// Which older wishes such a message ends.
    pub ends: Ends,
    /// Facet values shown by a text the user accepted unchanged or praised; they confirm current
    /// preferences that agree and are no new claims by themselves.
    pub accepted: Vec<Claim>,
    /// The trained heads could have said otherwise; a language model, where there is one, is asked.
    pub unsure: bool,
    /// The proposal of a language model that had a part in this reading, as JSON, to be recorded
    /// with the revisions it leads to (INV-1; see [`crate::stage_llm`]).
    pub proposal: Option<String>,
}

impl Reading {
    /// The wishes that a note can be made of, and what is to be asked besides, in order.
    pub fn wishes(&self) -> impl Iterator<Item = &Wish> {
        let claims = self.claims.iter().chain(&self.possible);
        claims.filter_map(|claim| claim.wish.as_ref()).chain(&self.idle)
    }

    /// Puts the notes of [`Self::wishes`], in that order, in place of the user's words; answers
    /// those that are left. What was possible only becomes a claim where its note is convinced; two
    /// wishes of one note are one.
    pub fn note<'n>(&mut self, notes: &'n [Option<Note>]) -> &'n [Option<Note>] {
        let (own, rest) = notes.split_at(self.wishes().count().min(notes.len()));
        let sure = self.claims.iter().filter(|claim| claim.wish.is_some()).count();
        let (of_claims, others) = own.split_at(sure.min(own.len()));
        let (of_possible, of_idle) = others.split_at(self.possible.len().min(others.len()));
        if let Some(Some(note)) = of_idle.first() {
            self.ends = note.ends.clone();
        }
        let mut own = of_claims.iter();
        let mut met = BTreeSet::new();
        let mut meanings: Vec<&Vector> = Vec::new();
        let stated = self.stated;
        self.claims.retain_mut(|claim| {
            if claim.wish.is_none() {
                return true;
            }
            if let Some(Some(note)) = own.next() {
                if note.wished < notes::HEARD && !stated {
                    return false;
                }
                notes::put(claim, note);
                meanings.push(&note.meaning);
            }
            met.insert(claim.description.clone())
        });
        for (mut claim, note) in std::mem::take(&mut self.possible).into_iter().zip(of_possible) {
            let Some(note) = note.as_ref().filter(|note| note.wished >= notes::CONVINCED) else {
                continue;
            };
            let known = meanings.iter().any(|other| other.cosine(&note.meaning) >= notes::ALIKE);
            notes::put(&mut claim, note);
            if !known && met.insert(claim.description.clone()) {
                meanings.push(&note.meaning);
                self.claims.push(claim);
            }
        }
        rest
    }

    /// The texts that the lane must still embed: descriptions, what they replace, withdrawals.
    #[must_use]
    pub fn descriptions(&self) -> Vec<String> {
        self.claims
            .iter()
            .flat_map(|c| [c.description.clone(), c.replaces.clone()])
            .chain(self.withdrawals.iter().map(|w| w.text.clone()))
            .collect()
    }

    /// Puts the vectors of [`Self::descriptions`], in that order, in place; answers those that
    /// are left.
    pub fn fill<'v>(&mut self, vectors: &'v [Vector]) -> &'v [Vector] {
        let wanted = self.claims.len() * 2 + self.withdrawals.len();
        let (own, rest) = vectors.split_at(wanted.min(vectors.len()));
        let mut vectors = own.iter().cloned();
        for claim in &mut self.claims {
            claim.content = vectors.next().unwrap_or_default();
            claim.replaces_content = vectors.next().unwrap_or_default();
        }
        for withdrawal in &mut self.withdrawals {
            withdrawal.content = vectors.next().unwrap_or_default();
        }
        rest
    }
}

/// What a reader knows besides the event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The assistant's turn that the event reacts to; empty when unknown.
    pub reply_to: String,
}

/// Reads one kind of event.
pub trait Reader: Send + Sync {
    /// The texts, and passages in them, whose vectors [`Self::read`] wants, in order.
    fn prepare(&self, event: &Event, around: &Surroundings) -> Vec<Marked>;

    /// Reads. `vectors` are those of [`Self::prepare`]'s texts, in order, each followed by those of
    /// its passages, which are empty where the model does not show its layers.
    fn read(&self, event: &Event, around: &Surroundings, vectors: &[Vector]) -> Reading;
}

/// Looks in the order in which a reader wants them: each text's vector, then its passages'.
#[must_use]
pub fn laid_out(looks: Vec<Look>) -> Vec<Vector> {
    looks.into_iter().flat_map(|look| std::iter::once(look.vector).chain(look.passages)).collect()
}

/// The text by which a context is embedded: its task, attributes, and the opening of its text.
/// Genre and opening tell contexts apart better than the whole text, whose middle is about the
/// topic.
#[must_use]
pub fn context_text(context: &penchant_core::Context) -> String {
    context.embedding_text()
}
