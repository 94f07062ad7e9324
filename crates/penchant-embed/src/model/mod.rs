//! The files of all-MiniLM-L6-v2: where they are, whether they are the right ones, how to get them.
//!
//! The model is *MiniLM* (Wang et al. 2020) fine-tuned for sentence similarity in the manner of
//! *Sentence-BERT* (Reimers and Gurevych 2019). Its three files are pinned by SHA-256, whatever
//! place they come from, because vectors of different weights must never meet.

mod files;
mod hub;
mod package;
mod progress;
mod pull;

pub use files::{ModelFiles, PinnedFile, Problem, default_dir};
pub use progress::{BarProgress, Progress, SilentProgress};
pub use pull::{Pulled, pull};

pub(crate) use files::Contents;

use std::path::PathBuf;

/// The model's public name, as it stands in [`penchant_ports::EmbedderInfo`].
pub const MODEL_NAME: &str = "all-MiniLM-L6-v2";

/// Why the model's files are not there or not usable.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Files are missing or are not the pinned ones.
    #[error(
        "the model files in {} are not usable ({}); run `penchant model pull`",
        dir.display(),
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    )]
    Incomplete {
        /// Where they were looked for.
        dir: PathBuf,
        /// What is wrong, one entry per file.
        problems: Vec<Problem>,
    },
    /// The directory cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `create`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// No source could give the files.
    #[error("the model could not be fetched: {}", attempts.join("; "))]
    NoSource {
        /// One line per source tried, with its reason.
        attempts: Vec<String>,
    },
    /// The files are the pinned ones, yet the model cannot be built from them.
    #[error("the model cannot be loaded: {0}")]
    Load(String),
}

impl ModelError {
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}
