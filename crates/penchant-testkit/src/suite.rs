//! Runs named checks and reports all broken obligations at once.

use std::fmt::Write as _;

use penchant_ports::PortError;

use crate::builders::PATIENCE;

/// Why a check did not hold.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) String);

impl From<PortError> for Broken {
    fn from(error: PortError) -> Self {
        Self(format!("failed with {:?} ({:?}): {error}", error.kind, error.certainty))
    }
}

impl From<String> for Broken {
    fn from(why: String) -> Self {
        Self(why)
    }
}

/// What a check answers.
pub(crate) type Check = Result<(), Broken>;

/// Ends a check as broken unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($why:tt)+) => {{
        // Bound first: a comparison with NaN does not hold, and must not be turned around.
        let holds: bool = $condition;
        if !holds {
            return Err($crate::suite::Broken(format!($($why)+)));
        }
    }};
}

/// Ends a check as broken unless both are equal.
macro_rules! ensure_eq {
    ($left:expr, $right:expr, $($why:tt)+) => {
        match (&$left, &$right) {
            (left, right) if left == right => {}
            (left, right) => {
                return Err($crate::suite::Broken(format!(
                    "{}: {left:?} is not {right:?}",
                    format!($($why)+)
                )));
            }
        }
    };
}

pub(crate) use {ensure, ensure_eq};

/// A run of named checks.
pub(crate) struct Suite {
    port: &'static str,
    held: usize,
    broken: Vec<(&'static str, String)>,
}

impl Suite {
    pub(crate) fn new(port: &'static str) -> Self {
        Self { port, held: 0, broken: Vec::new() }
    }

    /// Runs one check; `obligation` is the sentence it stands for.
    pub(crate) async fn check(
        &mut self,
        obligation: &'static str,
        run: impl Future<Output = Check>,
    ) {
        match tokio::time::timeout(PATIENCE, run).await {
            Ok(Ok(())) => self.held += 1,
            Ok(Err(Broken(why))) => self.broken.push((obligation, why)),
            Err(_) => self.broken.push((obligation, format!("nothing within {PATIENCE:?}"))),
        }
    }

    /// Panics naming every obligation that did not hold.
    pub(crate) fn finish(self) {
        if self.broken.is_empty() {
            return;
        }
        let mut report = format!(
            "{} breaks {} of {} obligations:",
            self.port,
            self.broken.len(),
            self.broken.len() + self.held
        );
        for (obligation, why) in &self.broken {
            // Writing to a string cannot fail.
            let written = write!(report, "\n- {obligation}\n    {why}");
            debug_assert!(written.is_ok(), "a string takes all");
        }
        panic!("{report}");
    }
}
