//! Text to vector.

use std::ops::Range;

use async_trait::async_trait;
use penchant_core::Vector;

use crate::ends::Ends;
use crate::error::PortError;

/// Which model an embedder runs. Vectors of different models must never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedderInfo {
    /// Name and version: `all-MiniLM-L6-v2@53aa5117`, `lexical-v1`.
    pub model: String,
    /// Dimensions of each vector.
    pub dimension: usize,
    /// Whether this is the fallback that knows words but not meaning.
    pub lexical_fallback: bool,
}

/// A text, with the passages in it that are to be looked into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Places in the text, in bytes, on the boundaries of characters.
    pub passages: Vec<Range<usize>>,
}

impl Marked {
    /// A text that is one passage.
    #[must_use]
    pub fn whole(text: String) -> Self {
        let passages = std::iter::once(0..text.len()).collect();
        Self { text, passages }
    }
}

impl From<String> for Marked {
    fn from(text: String) -> Self {
        Self { text, passages: Vec::new() }
    }
}

/// What a model makes of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Look {
    /// As [`Embedder::embed`] gives it.
    pub vector: Vector,
    /// One per passage: the mean hidden state of its tokens in the model's middle layers, one
    /// layer after another. Empty for a passage of which the model saw no token, and for models
    /// that do not show their layers.
    pub passages: Vec<Vector>,
}

/// A wish, in the words in which it was said, to be put down as a note.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// The user's whole message.
    pub text: String,
    /// Where in it the wish stands, in bytes, on the boundaries of characters.
    pub place: Range<usize>,
    /// The assistant's turn that the message answers; may be empty.
    pub reply: String,
    /// What is being done, in a word or two; may be empty.
    pub task: String,
    /// Whether what it names is not wanted, as far as is known.
    pub avoid: bool,
    /// How it is kept without a note: what the user said, in the third person. Empty where nothing
    /// would be kept.
    pub told: String,
    /// Nobody holds these words to be a wish: asked is what they end ([`Note::ends`]), and no text
    /// is to be made of them.
    pub idle: bool,
}

/// What a model that writes notes makes of a wish.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Note {
    /// The note, in English and in the third person: "drinks black coffee at lunch". `None` where
    /// the user's own words ([`Wish::told`]) seem to say it better.
    pub text: Option<String>,
    /// Probability that the words carry a wish at all.
    pub wished: f32,
    /// Whether what they name is not wanted, what [`Wish::avoid`] said weighed in. A text is of
    /// this polarity.
    pub avoid: bool,
    /// Probabilities that the wish holds always, in its context, this time only.
    pub scopes: [f32; 3],
    /// Which older notes this one takes the place of.
    pub ends: Ends,
    /// What the text means, or without one [`Wish::told`]: what `embed` answers for it. Empty where
    /// it was not needed.
    pub meaning: Vector,
}

/// Turns texts into vectors, and wishes into notes.
///
/// # Obligations
/// - `embed` answers one unit-length vector per text, in order; the same text gives the same
///   vector every time, alone or in a batch (to 1e-4 per component), because replay depends on
///   it (INV-1).
/// - An empty or blank text gives the empty vector.
/// - Texts past the model's window are cut, never refused.
/// - `describe` answers one note or `None` per wish, in order; the same wish gives the same note
///   every time, alone or in a batch (its probabilities to 1e-3). Probabilities lie within 0 and 1,
///   those of scopes sum up to one or are all zero, where nobody could say; a text is not blank;
///   its meaning is what `embed` answers for it, or empty; what it ends keeps to
///   [`crate::Ending`]. Of idle words ([`Wish::idle`]) no text is made.
/// - `fit` answers one probability per note, in order, or `None` for all; the same note gets the same
///   one every time, alone or among others (to 1e-2).
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The model.
    fn info(&self) -> &EmbedderInfo;

    /// Embeds all texts.
    ///
    /// # Errors
    /// [`PortError`] when the model cannot run or a remote one cannot be reached.
    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError>;

    /// Embeds all texts and looks into their passages, one [`Look`] per text with one vector per
    /// passage. A sentence vector is trained to tell topics apart; *how* something is said (an
    /// order, a wish, somebody else's taste) stands in the middle layers (Jawahar et al. 2019,
    /// "What does BERT learn about the structure of language?").
    ///
    /// Models that do not show their layers keep this implementation: passages come out empty.
    ///
    /// # Errors
    /// As [`Self::embed`].
    async fn look(&self, texts: &[Marked]) -> Result<Vec<Look>, PortError> {
        let plain: Vec<String> = texts.iter().map(|marked| marked.text.clone()).collect();
        let vectors = self.embed(&plain).await?;
        let look = |(vector, marked): (Vector, &Marked)| Look {
            vector,
            passages: vec![Vector::default(); marked.passages.len()],
        };
        Ok(vectors.into_iter().zip(texts).map(look).collect())
    }

    /// Puts wishes down as notes. `None` where the model says nothing.
    ///
    /// Models that write nothing keep this implementation.
    ///
    /// # Errors
    /// As [`Self::embed`].
    async fn describe(&self, wishes: &[Wish]) -> Result<Vec<Option<Note>>, PortError> {
        Ok(vec![None; wishes.len()])
    }

    /// Says how likely an answer to `text`, a situation in which `task` is being done, has to follow
    /// each of some notes. `None` where the model cannot say.
    ///
    /// Models that cannot keep this implementation.
    ///
    /// # Errors
    /// As [`Self::embed`].
    async fn fit(
        &self,
        text: &str,
        task: &str,
        notes: &[String],
    ) -> Result<Option<Vec<f32>>, PortError> {
        let _ = (text, task, notes);
        Ok(None)
    }
}
