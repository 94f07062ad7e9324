//! Terms of the interpretable vocabulary that preferences are learnt in.
//!
//! The vocabulary itself (detectors, templates) lives in `penchant-learn`'s `facets.toml`; here
//! are only the names and the values a facet can take. An interpretable vocabulary keeps
//! descriptions short, comparable and safe to render (cf. PrefPalette, PROFILE).

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A facet's name in the vocabulary: `length`, `bullets`, `formality`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FacetId(Arc<str>);

impl FacetId {
    /// Wraps a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FacetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value of a facet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FacetValue {
    /// One of the facet's named classes: `yes`, `formal`, `second person`.
    Class(String),
    /// A target, in the facet's unit: 40 words, 9 words per sentence.
    Number(f32),
    /// A word or phrase: always removed, always added.
    Term(String),
    /// A word or phrase that is regularly replaced by another.
    Substitution {
        /// What the draft said.
        from: String,
        /// What the user made of it.
        to: String,
    },
}

impl FacetValue {
    /// What distinguishes values that compete within one facet. All numbers of a facet share one
    /// slot (the target moves); each phrase has its own.
    #[must_use]
    pub fn slot(&self) -> String {
        match self {
            Self::Class(class) => class.clone(),
            Self::Number(_) => "#".to_owned(),
            Self::Term(term) => format!("'{term}'"),
            Self::Substitution { from, to } => format!("'{from}'>'{to}'"),
        }
    }
}

impl fmt::Display for FacetValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Class(class) => f.write_str(class),
            Self::Number(n) => write!(f, "{n:.0}"),
            Self::Term(term) => write!(f, "“{term}”"),
            Self::Substitution { from, to } => write!(f, "“{to}” for “{from}”"),
        }
    }
}
