//! Why telemetry could not be set up.

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// Another library has installed its own recorder of metrics first.
    #[error("another metrics recorder is already installed in this process")]
    ForeignRecorder,
    /// A subscriber of tracing is installed already.
    #[error("logging is already set up in this process")]
    AlreadyTracing,
    /// The filter is not in the syntax of `tracing`'s directives.
    #[error(
        "log filter {filter:?} is not valid: {reason}; write for example \"info,penchant=debug\""
    )]
    Filter {
        /// What was given.
        filter: String,
        /// The parser's sentence.
        reason: String,
    },
    /// Not a log format.
    #[error("log format {0:?} is unknown; use \"text\" or \"json\"")]
    Format(String),
    /// The thread that keeps histograms bounded could not be started.
    #[error("the metrics upkeep thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}
