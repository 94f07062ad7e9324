//! Measuring speed, always as a ratio within one run: figures of two machines, or of two hours on
//! one machine, cannot be compared; a ratio can.
//!
//! - [`ingest`]: learning against a bare consumer that only decodes the same log.
//! - [`retrieve`]: the whole read path against a raw nearest-neighbour query of the same store
//!   with the same vectors.
//! - [`mix`]: the seeded stream of events that both stand on.
//!
//! Both run on a folder of their own, or on the given servers under names of their own, so that no
//! memory of anybody's is touched.

pub mod ingest;
pub mod mix;
pub mod retrieve;

mod bed;
mod timed;

pub use bed::Place;

use std::fmt::Write as _;
use std::time::Duration;

use crate::config::EmbedderKind;

/// Which embedders a run compares: the configured one, or, when none is chosen, both that need no
/// service.
#[must_use]
pub fn embedders(kind: EmbedderKind, model_is_there: bool) -> Vec<EmbedderKind> {
    match kind {
        EmbedderKind::Auto if model_is_there => vec![EmbedderKind::Lexical, EmbedderKind::Minilm],
        EmbedderKind::Auto => vec![EmbedderKind::Lexical],
        chosen => vec![chosen],
    }
}

/// Processor time that this process has used, all threads; `None` where it cannot be read.
pub(crate) fn processor_time() -> Option<Duration> {
    /// Linux counts in hundredths of a second towards user space, whatever its own tick is.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name in brackets that may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let user: u32 = fields.nth(11)?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * user.saturating_add(system))
}

/// A line of a table: what it is, and its value.
pub(crate) fn line(table: &mut String, what: &str, value: &str) {
    // Writing to a String cannot fail.
    writeln!(table, "  {what:<30} {value}").ok();
}

/// `part / whole`; 0 when there is nothing to divide by.
pub(crate) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_unchosen_embedder_means_both_where_the_model_is_there() {
        assert_eq!(embedders(EmbedderKind::Auto, true).len(), 2);
        assert_eq!(embedders(EmbedderKind::Auto, false), [EmbedderKind::Lexical]);
        assert_eq!(embedders(EmbedderKind::Minilm, false), [EmbedderKind::Minilm]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn processor_time_grows_with_work() {
        let before = processor_time().unwrap();
        let until = std::time::Instant::now() + Duration::from_secs(20);
        let mut sum = 0_u64;
        while processor_time().unwrap() == before {
            sum = (0..100_000).fold(sum, |sum, n| std::hint::black_box(sum ^ n));
            assert!(std::time::Instant::now() < until, "no processor time was counted ({sum})");
        }
    }
}
