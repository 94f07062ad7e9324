//! How a text is written, measured: layout, voice, tone and form, whatever it is about.
//!
//! Each measure is in its own unit in which 0 is neutral (or absent), 1 is clearly so and, where
//! the opposite means something, -1 is clearly the opposite. Measures are what edits are read by,
//! what kinds of situations are told apart by, and what drafts are ranked by.

mod forms;
pub mod layout;
pub mod lexicon;
pub mod text;
mod voice;

use serde::{Deserialize, Serialize};
use text::Pieces;

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// One way in which texts differ.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure { $($(#[$doc])* $name,)* }

        impl Measure {
            /// All measures, in the order of [`Style`].
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name, as in the vocabulary.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

measures! {
    /// Bullet points.
    Bullets = "bullets",
    /// Numbered items.
    Numbered = "numbered",
    /// Headings.
    Headings = "headings",
    /// `Label: value` lines.
    Labels = "labels",
    /// Table rows.
    Table = "table",
    /// Code.
    Code = "code",
    /// Bold or italics.
    Marks = "marks",
    /// Check boxes.
    Checklist = "checklist",
    /// Several short paragraphs rather than one block.
    Paragraphs = "paragraphs",
    /// Long (positive) or brief (negative), around 100 words.
    Length = "length",
    /// Long (positive) or short (negative) sentences.
    SentenceLength = "sentence_length",
    /// Emoji.
    Emoji = "emoji",
    /// Hashtags.
    Hashtags = "hashtags",
    /// Links and citations.
    Citations = "citations",
    /// Exclamation marks.
    Exclamation = "exclamation",
    /// Questions to the reader.
    Questions = "questions",
    /// Its last words are a question.
    ClosingQuestion = "closing_question",
    /// Suspense points.
    Ellipsis = "ellipsis",
    /// Words in capitals.
    Shouting = "shouting",
    /// No capitals.
    LowerCase = "lower_case",
    /// Dashes as pauses.
    Dashes = "dashes",
    /// Asides in brackets.
    Brackets = "brackets",
    /// Quoted words.
    Quotes = "quotes",
    /// Figures.
    Figures = "figures",
    /// I, me, my.
    FirstPerson = "first_person",
    /// We, our.
    FirstPlural = "first_plural",
    /// You, your.
    SecondPerson = "second_person",
    /// "The author", "they".
    ThirdPerson = "third_person",
    /// Present (positive) or past (negative).
    PresentTense = "present_tense",
    /// Passive (positive) voice.
    Passive = "passive",
    /// Contractions (positive), or full forms throughout (negative).
    Contractions = "contractions",
    /// Formal (positive) or informal (negative) words.
    Formality = "formality",
    /// Interjections and sound words.
    Playful = "playful",
    /// Words of feeling.
    Emotion = "emotion",
    /// Cheerful words (positive), gloomy ones (negative).
    Positive = "positive",
    /// Hedges.
    Hedging = "hedging",
    /// Courtesies.
    Polite = "polite",
    /// Thanks.
    Thanks = "thanks",
    /// Apologies.
    Apology = "apology",
    /// Understanding for the reader.
    Empathy = "empathy",
    /// Jokes.
    Humour = "humour",
    /// Hurry.
    Urgency = "urgency",
    /// Encouragement.
    Coaching = "coaching",
    /// Old-fashioned words.
    Archaic = "archaic",
    /// Pirate talk.
    Pirate = "pirate",
    /// Chat slang.
    Slang = "slang",
    /// Legal words.
    Legal = "legal",
    /// Academic words.
    Academic = "academic",
    /// Images and comparisons.
    Figurative = "figurative",
    /// Held-back answers, hints.
    Suspense = "suspense",
    /// Short common words (positive), long learned ones (negative).
    PlainWords = "plain_words",
    /// Adverbs and vivid adjectives.
    Colour = "colour",
    /// Events told in order, with people in them.
    Narrative = "narrative",
    /// Direct speech.
    Dialogue = "dialogue",
    /// Requests to act.
    CallToAction = "call_to_action",
    /// The gist first.
    GistFirst = "gist_first",
    /// American (positive) or British (negative) spelling.
    American = "american",
    /// Metric (positive) or imperial (negative) units.
    Metric = "metric",
    /// Connectives such as "however".
    Connectives = "connectives",
    /// Selling.
    Sales = "sales",
    /// Shared memories and the reader's own affairs.
    Personal = "personal",
    /// A greeting.
    Greeting = "greeting",
    /// A formal (positive) or casual (negative) greeting.
    GreetingTone = "greeting_tone",
    /// A closing.
    Closing = "closing",
    /// A formal (positive) or casual (negative) closing.
    ClosingTone = "closing_tone",
    /// Thanks at the end.
    ThankfulClosing = "thankful_closing",
    /// Question and answer.
    QuestionAnswer = "question_answer",
    /// For young children.
    Children = "children",
    /// Like a post in social media.
    Post = "post",
    /// The reader lives through it: second person, present.
    Immersive = "immersive",
    /// A structured business letter.
    BusinessLetter = "business_letter",
    /// As one talks to a friend.
    Conversational = "conversational",
    /// Facts in parallel fragments.
    Parallel = "parallel",
    /// Steps to follow.
    Instructions = "instructions",
    /// Verse.
    Verse = "verse",
    /// Script.
    Script = "script",
    /// Diary.
    Diary = "diary",
    /// Fragments instead of sentences.
    Telegraphic = "telegraphic",
    /// Draws its reader in: shared things, questions, direct address.
    Engaging = "engaging",
    /// Kindness to the reader: good wishes, gladness, care.
    Warmth = "warmth",
}

/// Number of measures.
pub const MEASURES: usize = Measure::ALL.len();

/// The measures of one text, or a mean over several; empty when unknown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Style(#[serde(with = "crate::grid::wide")] Vec<f32>);

impl Style {
    /// Measures `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let pieces = Pieces::of(text);
        if pieces.words.is_empty() {
            return Self::default();
        }
        let mut style = Self(vec![0.0; MEASURES]);
        voice::measure(&pieces, &mut style);
        forms::measure(&pieces, &mut style);
        style.0.iter_mut().for_each(|v| *v = if v.is_finite() { v.clamp(-2.0, 2.0) } else { 0.0 });
        style
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One measure; 0 when unknown.
    #[must_use]
    pub fn get(&self, measure: Measure) -> f32 {
        self.0.get(measure as usize).copied().unwrap_or(0.0)
    }

    fn set(&mut self, measure: Measure, value: f32) {
        if let Some(slot) = self.0.get_mut(measure as usize) {
            *slot = value;
        }
    }

    /// All measures in the order of [`Measure::ALL`].
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// What changes from `self` to `other`; empty when either is unknown.
    #[must_use]
    pub fn change_to(&self, other: &Self) -> Self {
        if self.0.len() != other.0.len() {
            return Self::default();
        }
        Self(self.0.iter().zip(&other.0).map(|(from, to)| to - from).collect())
    }

    /// Moves the measures to where they are read back from a store.
    pub(crate) fn settle(&mut self) {
        crate::grid::wide::on_grid(&mut self.0);
    }

    /// Moves `share` (0–1) of the way to `other`: a running mean when `share` is `1 / (n + 1)`.
    pub fn move_toward(&mut self, other: &Self, share: f32) {
        if self.0.len() != other.0.len() {
            self.0.clone_from(&other.0);
            return;
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine += (theirs - *mine) * share;
        }
    }

    /// Cosine with `other` in `[-1, 1]`; 0 when either is unknown.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        if self.0.len() != other.0.len() {
            return 0.0;
        }
        let dot: f32 = self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum();
        let norms = self.norm() * other.norm();
        if norms <= f32::EPSILON { 0.0 } else { (dot / norms).clamp(-1.0, 1.0) }
    }

    /// Length of the vector of measures.
    #[must_use]
    pub fn norm(&self) -> f32 {
        self.0.iter().map(|v| v * v).sum::<f32>().sqrt()
    }
}

/// Whether two lower-case words are one, spelt the British and the American way.
#[must_use]
pub fn spelling_variants(a: &str, b: &str) -> bool {
    voice::variants(a, b)
}

#[cfg(test)]
mod tests;
