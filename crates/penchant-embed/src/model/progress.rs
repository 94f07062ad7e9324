//! Telling a person how a download goes.

use indicatif::{ProgressBar, ProgressStyle};

/// Hears how far a download is.
pub trait Progress: Send + Sync {
    /// A step begins; `bytes` is its size when that is known.
    fn start(&self, what: &str, bytes: Option<u64>);
    /// `bytes` more of the step are done.
    fn advance(&self, bytes: u64);
    /// The step is over.
    fn finish(&self);
    /// Something worth saying, such as a source that could not be reached.
    fn note(&self, message: &str);
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct SilentProgress;

impl Progress for SilentProgress {
    fn start(&self, _what: &str, _bytes: Option<u64>) {}
    fn advance(&self, _bytes: u64) {}
    fn finish(&self) {}
    fn note(&self, _message: &str) {}
}

/// A progress bar on standard error; silent bars when that is no terminal.
#[derive(Debug, Clone)]
pub struct BarProgress(ProgressBar);

impl Default for BarProgress {
    fn default() -> Self {
        Self(ProgressBar::no_length())
    }
}

impl Progress for BarProgress {
    fn start(&self, what: &str, bytes: Option<u64>) {
        let template = match bytes {
            Some(_) => "{msg} [{wide_bar}] {bytes}/{total_bytes} {bytes_per_sec} ({eta})",
            None => "{spinner} {msg} {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.0.set_style(style);
        }
        self.0.reset();
        match bytes {
            Some(bytes) => self.0.set_length(bytes),
            None => self.0.enable_steady_tick(std::time::Duration::from_millis(200)),
        }
        self.0.set_message(what.to_owned());
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    fn finish(&self) {
        self.0.disable_steady_tick();
        self.0.finish_and_clear();
    }

    fn note(&self, message: &str) {
        // `println` of a hidden bar says nothing, and a note is worth saying everywhere.
        self.0.suspend(|| {
            use std::io::Write;
            let _unheard = writeln!(std::io::stderr(), "{message}");
        });
    }
}
