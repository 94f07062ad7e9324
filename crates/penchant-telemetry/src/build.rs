//! Which build this is.

/// Which build this is; shown by `--version`, `/metrics` and the first log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuildInfo {
    /// The workspace's version.
    pub version: &'static str,
    /// The commit it was built from, when the build said so in `PENCHANT_BUILD_COMMIT`;
    /// `unknown` otherwise.
    pub commit: &'static str,
    /// `debug` or `release`.
    pub profile: &'static str,
}

impl BuildInfo {
    /// Of this binary.
    #[must_use]
    pub const fn current() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            commit: match option_env!("PENCHANT_BUILD_COMMIT") {
                Some(commit) => commit,
                None => "unknown",
            },
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
        }
    }
}
