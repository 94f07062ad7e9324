//! Which of several drafts becomes the note.
//!
//! The likeliest draft is often not the best one: what a wish is about comes in many wordings that
//! share its probability between them, while one odd wording may stand alone at the top. So the one
//! is taken that is nearest in meaning to all of them, each by its probability: the least expected
//! loss (Kumar and Byrne 2004, "Minimum Bayes-risk decoding for statistical machine translation").
//! The user's own words are a candidate and a voice like any draft, and win where the drafts go
//! apart.
//!
//! Measured on 691 wishes the describer had not learnt from, and on 383 of other writers: within
//! cosine 0.5 of a person's note were 0.845 and 0.710 of the chosen, 0.809 and 0.697 when the
//! likeliest draft was taken from a mean log-probability of -0.6 on.

use penchant_core::Vector;

/// What the user's own words weigh beside all drafts together.
const OWN: f32 = 0.4;

/// The index of the draft to keep, or `None` for the user's own words. `likely` are the drafts'
/// mean log-probabilities per piece, `vectors` their meanings.
pub(super) fn choose(likely: &[f32], vectors: &[Vector], own: Option<&Vector>) -> Option<usize> {
    let all: f32 = likely.iter().map(|log| log.exp()).sum();
    let drafts = || likely.iter().map(|log| log.exp() / all.max(f32::MIN_POSITIVE)).zip(vectors);
    let near = |candidate: &Vector| {
        let drafts: f32 = drafts().map(|(share, draft)| share * candidate.cosine(draft)).sum();
        let own = own.map_or(drafts, |own| candidate.cosine(own));
        (1.0 - OWN) * drafts + OWN * own
    };
    let mut best = (None, own.map(near));
    for (at, draft) in vectors.iter().enumerate() {
        let near = near(draft);
        if best.1.is_none_or(|other| near > other) {
            best = (Some(at), Some(near));
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(degrees: f32) -> Vector {
        Vector::new(vec![degrees.to_radians().cos(), degrees.to_radians().sin()])
    }

    #[test]
    fn what_many_mean_wins_over_the_likeliest() {
        let drafts = [at(90.0), at(0.0), at(-4.0), at(4.0)];
        assert_eq!(choose(&[-0.3, -0.6, -0.6, -0.6], &drafts, None), Some(3));
        assert_eq!(choose(&[-0.3, -3.0, -3.0, -3.0], &drafts, None), Some(0), "far likelier");
    }

    #[test]
    fn the_users_own_words_win_where_drafts_go_apart() {
        let apart = [at(-60.0), at(60.0)];
        assert_eq!(choose(&[-0.5, -0.5], &apart, Some(&at(0.0))), None);
        let together = [at(50.0), at(60.0), at(55.0)];
        assert_eq!(choose(&[-0.5, -0.5, -0.5], &together, Some(&at(0.0))), Some(0));
        assert_eq!(choose(&[], &[], Some(&at(0.0))), None);
    }
}
