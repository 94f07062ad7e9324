//! What a message has already taken the place of when its denials are folded.

use penchant_core::contradiction::Said;
use penchant_core::{Polarity, Preference, Scope, Vector, telling};

use crate::reading::ClaimReading;

/// An older wish that something said in the same message took the place of.
pub(super) struct Replaced {
    said: Said,
    content: Vector,
    /// What the newer wish means.
    by: Vector,
}

impl Replaced {
    /// A preference that is held, and what the wish means that takes its place.
    pub(super) fn new(old: &Preference, by: &Vector) -> Self {
        let said = Said::of(&old.description, old.polarity, &old.scope);
        Self { said, content: old.content.clone(), by: by.clone() }
    }

    /// What a wish itself says that it takes the place of.
    pub(super) fn named(claim: &ClaimReading) -> Self {
        let said = Said::of(&claim.replaces, Polarity::Prefer, &Scope::Always);
        Self { said, content: claim.replaces_content.clone(), by: claim.content.clone() }
    }

    /// Whether a denial says no more than that this is over, as "no more trains" does beside "flights
    /// from now on": it has no other words, or some and is nearer to this than to what took its place.
    pub(super) fn denied(&self, denial: &Said, meaning: &Vector) -> bool {
        let shared = telling::shared(&denial.words, &self.said.words);
        let nearer = || meaning.cosine(&self.content) > meaning.cosine(&self.by);
        shared > 0 && (shared == denial.words.len() || (self.said.wanted && nearer()))
    }
}
