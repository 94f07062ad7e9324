//! Where log lines go and how they look.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::error::TelemetryError;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

impl FromStr for LogFormat {
    type Err = TelemetryError;

    fn from_str(text: &str) -> Result<Self, TelemetryError> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(TelemetryError::Format(other.to_owned())),
        }
    }
}

/// Sends log lines to standard error, so that the output of commands stays clean.
///
/// `filter` has the syntax of `tracing`'s directives: `info`, `info,penchant_kafka=debug`. INFO
/// tells the service's life (started, lane opened, circuit opened, stopped); what happens per
/// event is DEBUG.
///
/// # Errors
/// [`TelemetryError`] when the filter cannot be read or logging was set up before.
pub fn init_tracing(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let directives = EnvFilter::try_new(filter)
        .map_err(|e| TelemetryError::Filter { filter: filter.to_owned(), reason: e.to_string() })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(directives)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => lines.finish().try_init(),
        LogFormat::Json => {
            lines.json().flatten_event(true).with_span_list(false).finish().try_init()
        }
    }
    .map_err(|_| TelemetryError::AlreadyTracing)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_bad_filter_or_format_is_refused_by_name() {
        let refused = init_tracing(LogFormat::Text, "penchant=loud").unwrap_err().to_string();
        assert!(refused.contains("penchant=loud"), "{refused}");
        let refused = "xml".parse::<LogFormat>().unwrap_err().to_string();
        assert!(refused.contains("xml") && refused.contains("json"), "{refused}");
    }
}
