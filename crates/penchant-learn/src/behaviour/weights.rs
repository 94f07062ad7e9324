//! How much one action says about a liking, in log-odds.
//!
//! Implicit labels flip: a user buys a gift, clicks by accident, skips for lack of time. With a
//! share `ε` of flipped labels no single one can say more than `ln((1 - ε) / ε)`, however strong
//! the action looks (the noise model of NBPO); strengths are clipped there.

use penchant_core::event::{Action, Interaction};

/// Share of labels expected to be wrong.
pub const EXPECTED_FLIPS: f32 = 0.2;

/// The most that one label can say, given [`EXPECTED_FLIPS`].
#[must_use]
pub fn most() -> f32 {
    ((1.0 - EXPECTED_FLIPS) / EXPECTED_FLIPS).ln()
}

/// Signed log-odds of one interaction: positive speaks for liking the item.
#[must_use]
pub fn of(interaction: &Interaction) -> f32 {
    let plain = match interaction.action {
        Action::View => 0.02,
        Action::Click => 0.15 * examination(interaction.list_position),
        Action::Dwell => dwell(interaction.dwell_ms),
        Action::Skip => -0.1,
        Action::Like => 0.8,
        Action::Dislike => -0.9,
        Action::Save => 0.6,
        Action::Share => 0.5,
        Action::Purchase => 1.5,
        Action::Copy => 0.4,
        Action::Regenerate => -0.3,
    };
    plain.clamp(-most(), most())
}

/// What is clicked on the first places is partly clicked because it stands there.
fn examination(list_position: u32) -> f32 {
    match list_position {
        0 => 0.75,
        place => {
            let place = place.min(50) as f32;
            place / (place + 1.0) + 0.1
        }
    }
}

/// Looking longer says more, ever more slowly; a glance says a little against.
fn dwell(milliseconds: u64) -> f32 {
    if milliseconds == 0 {
        return 0.02;
    }
    let seconds = milliseconds as f32 / 1_000.0;
    if seconds < 2.0 {
        return -0.05;
    }
    (0.12 * (seconds / 2.0).ln()).clamp(0.0, 0.6)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn done(action: Action, dwell_ms: u64, list_position: u32) -> f32 {
        of(&Interaction { item: Default::default(), action, dwell_ms, list_position })
    }

    #[test]
    fn a_click_on_the_first_place_says_less_than_one_further_down() {
        assert!(done(Action::Click, 0, 1) < done(Action::Click, 0, 8));
    }

    #[test]
    fn dwelling_grows_slowly_and_a_glance_speaks_against() {
        assert!(done(Action::Dwell, 500, 0) < 0.0);
        let (short, long) = (done(Action::Dwell, 8_000, 0), done(Action::Dwell, 80_000, 0));
        assert!(short > 0.0 && long > short && long < short * 4.0);
    }

    #[test]
    fn no_single_action_says_more_than_noisy_labels_can() {
        for action in [Action::Purchase, Action::Dislike, Action::Like] {
            assert!(done(action, 0, 0).abs() <= most());
        }
        assert!(done(Action::Purchase, 0, 0) > done(Action::Like, 0, 0));
    }
}
