//! What speaks for each scope of a wish, and what each would be.
//!
//! The heads and the words give a first answer; a model that writes notes, which has seen message
//! and reply token by token, adds its own. Both are taken for independent voices: their shares are
//! multiplied (Hinton 2002, "Training products of experts").

use penchant_core::{Scope, Timestamp};

/// How much a note's shares weigh beside those of heads and words, as an exponent.
const NOTED: f32 = 0.15;

/// What speaks for each scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Leanings {
    /// For always, the context, now; they need not sum up to one.
    pub shares: [f32; 3],
    /// For now: the words for it, and when it ends.
    pub limit: Option<(String, Option<Timestamp>)>,
    /// The occasion, in the user's words.
    pub occasion: Option<String>,
}

impl Leanings {
    /// The scope that most speaks for; of equals the one that lasts longer.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let [always, context, now] = self.shares;
        if now > always && now > context {
            let (label, until) = self.limit.clone().unwrap_or_default();
            return Scope::ThisTime { label, until };
        }
        if context > always {
            return Scope::Context { label: self.occasion.clone().unwrap_or_default() };
        }
        Scope::Always
    }

    /// The same with what a note says; all zeros say nothing.
    #[must_use]
    pub fn with(mut self, noted: [f32; 3]) -> Self {
        if noted.iter().all(|share| *share <= 0.0) {
            return self;
        }
        for (share, noted) in self.shares.iter_mut().zip(noted) {
            *share *= noted.max(f32::MIN_POSITIVE).powf(NOTED);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leanings(shares: [f32; 3]) -> Leanings {
        let limit = Some(("this week".to_owned(), Some(Timestamp::from_millis(7))));
        Leanings { shares, limit, occasion: Some("at work".to_owned()) }
    }

    #[test]
    fn a_scope_carries_the_words_for_it() {
        assert_eq!(leanings([0.4, 0.3, 0.3]).scope(), Scope::Always);
        let label = "at work".to_owned();
        assert_eq!(leanings([0.3, 0.4, 0.3]).scope(), Scope::Context { label });
        let (label, until) = ("this week".to_owned(), Some(Timestamp::from_millis(7)));
        assert_eq!(leanings([0.3, 0.3, 0.4]).scope(), Scope::ThisTime { label, until });
    }

    #[test]
    fn a_note_decides_where_words_hardly_do_and_not_against_all_of_them() {
        let noted = [0.1, 0.8, 0.1];
        let context = |scope| matches!(scope, Scope::Context { .. });
        assert!(context(leanings([0.4, 0.35, 0.25]).with(noted).scope()));
        assert!(!context(leanings([0.9, 0.05, 0.05]).with(noted).scope()));
        assert!(!context(leanings([0.4, 0.0, 0.3]).with(noted).scope()), "ruled out");
        assert_eq!(leanings([0.4, 0.35, 0.25]).with([0.0; 3]).scope(), Scope::Always);
    }
}
