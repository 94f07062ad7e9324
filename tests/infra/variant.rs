//! Which variant of the seeded suites runs: the short one of every run, or the long one.

/// A seed given by hand (`PENCHANT_TEST_SEED`): one run of a simulation is repeated with it, and
/// the chaos suite draws from it.
///
/// # Panics
/// When it is no number.
#[must_use]
pub fn seed() -> Option<u64> {
    let text = std::env::var("PENCHANT_TEST_SEED").ok()?;
    Some(text.parse().expect("PENCHANT_TEST_SEED is a number"))
}

/// Whether the long variants run (`PENCHANT_TEST_LONG=1`).
#[must_use]
pub fn long() -> bool {
    std::env::var("PENCHANT_TEST_LONG").is_ok_and(|value| value == "1")
}
