//! How much a user likes an attribute value, as one number.

use penchant_core::{Claim, UserState};

/// Events of indifference that stand behind every value before anything is known.
const DOUBT: f64 = 3.0;
/// Spreads the usual means over the range of the answer.
const SCALE: f64 = 2.0;

/// Estimated liking of `value` of `attribute`, in (-1, 1); 0 when nothing is known.
///
/// The posterior mean under a prior of indifference: what speaks for it per event, shrunk the more
/// the fewer events there are. Not the sum: what is shown more often is not liked better for
/// that, and one lucky purchase must not outrank ten likes.
#[must_use]
pub fn affinity(state: &UserState, attribute: &str, value: &str) -> f64 {
    let claim =
        Claim::Affinity { attribute: attribute.to_lowercase(), value: value.to_lowercase() };
    let subject = claim.subject();
    let (mut sum, mut events) = (0.0, 0.0);
    for (key, belief) in &state.head.beliefs {
        if key != &subject && !key.ends_with(&format!("|{subject}")) {
            continue;
        }
        for one in belief.values.values() {
            sum += f64::from(one.mean) * f64::from(one.count);
            events += f64::from(one.count);
        }
    }
    (SCALE * sum / (events + DOUBT)).tanh()
}
