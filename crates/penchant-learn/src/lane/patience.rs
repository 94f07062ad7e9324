//! How long a batch waits for the language model.

use std::time::Duration;

/// The least share of the full patience that is left to a lane under strain.
const LEAST: u32 = 16;

/// A lane's patience. It halves with each batch that shows strain (a full batch means that more is
/// waiting behind it; a late answer means that the model is slow) and doubles with each that does
/// not. So a lane is never slowed below a full batch per sixteenth of its patience for long,
/// however slow the model is and whatever arrives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    full: Duration,
    now: Duration,
}

impl Patience {
    pub(super) fn new(full: Duration) -> Self {
        Self { full, now: full }
    }

    /// For the next batch.
    pub(super) fn now(&self) -> Duration {
        self.now
    }

    /// After a batch.
    pub(super) fn learn(&mut self, strained: bool) {
        self.now = if strained {
            (self.now / 2).max(self.full / LEAST)
        } else {
            (self.now * 2).min(self.full)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strain_shortens_it_to_a_bound_and_rest_restores_it() {
        let full = Duration::from_secs(16);
        let mut patience = Patience::new(full);
        let mut waited = Duration::ZERO;
        for _ in 0..100 {
            waited += patience.now();
            patience.learn(true);
        }
        assert_eq!(patience.now(), Duration::from_secs(1));
        assert!(waited <= full * 2 + Duration::from_secs(100), "{waited:?}");
        patience.learn(false);
        assert_eq!(patience.now(), Duration::from_secs(2));
        (0..10).for_each(|_| patience.learn(false));
        assert_eq!(patience.now(), full);
    }
}
