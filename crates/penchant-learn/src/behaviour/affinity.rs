//! How much a user likes an attribute value, as one number.

use penchant_core::{Claim, UserState};

/// Log-odds of prior doubt: evidence below it hardly moves the estimate.
const DOUBT: f64 = 1.0;

/// Estimated liking of `value` of `attribute`, in (-1, 1); 0 when nothing is known.
///
/// The posterior mean under a prior of indifference: the accumulated log-odds, shrunk the more
/// the fewer events stand behind them, so that one lucky purchase does not outrank ten likes.
#[must_use]
pub fn affinity(state: &UserState, attribute: &str, value: &str) -> f64 {
    let claim =
        Claim::Affinity { attribute: attribute.to_lowercase(), value: value.to_lowercase() };
    let subject = claim.subject();
    let (mut log_odds, mut events) = (0.0, 0.0);
    for (key, belief) in &state.head.beliefs {
        if key != &subject && !key.ends_with(&format!("|{subject}")) {
            continue;
        }
        for one in belief.values.values() {
            log_odds += f64::from(one.log_odds);
            events += f64::from(one.count);
        }
    }
    let shrunk = log_odds * events / (events + DOUBT);
    (shrunk / 2.0).tanh()
}
