//! The life of the process.

use crate::build::BuildInfo;

/// The service is up.
#[derive(Debug, Clone, Copy)]
pub struct ServiceStarted<'a> {
    /// Its roles, comma-separated.
    pub roles: &'a str,
    /// Name of the log it reads: `kafka`, `embedded`.
    pub log: &'a str,
    /// Name of the store it writes: `qdrant`, `embedded`.
    pub store: &'a str,
    /// The embedder's model.
    pub embedder: &'a str,
    /// The inferrer's version; empty without one.
    pub inferrer: &'a str,
}

impl ServiceStarted<'_> {
    /// Logs (INFO).
    pub fn emit(&self) {
        let build = BuildInfo::current();
        tracing::info!(
            version = build.version,
            commit = build.commit,
            profile = build.profile,
            roles = self.roles,
            log = self.log,
            store = self.store,
            embedder = self.embedder,
            inferrer = self.inferrer,
            "penchant started"
        );
    }
}

/// The service has stopped cleanly.
#[derive(Debug, Clone, Copy)]
pub struct ServiceStopped {
    /// How long stopping took.
    pub seconds: f64,
}

impl ServiceStopped {
    /// Logs (INFO).
    pub fn emit(&self) {
        tracing::info!(seconds = self.seconds, "penchant stopped");
    }
}
