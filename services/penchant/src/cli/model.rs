//! `penchant model`: the embedding model's files.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use penchant_embed::model::{BarProgress, ModelFiles, pull};

use super::ConfigArgs;
use crate::parts::model_dir;

/// Fetch or check the embedding model.
#[derive(Debug, Subcommand)]
pub(crate) enum Model {
    /// Fetch all-MiniLM-L6-v2 (about 90 MB), unless it is there already
    Pull(ConfigArgs),
    /// Check the files against their pinned checksums
    Check(ConfigArgs),
}

impl Model {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        match self {
            Self::Pull(args) => {
                let folder = model_dir(&args.load(Vec::new())?);
                println!("model folder: {}", folder.display());
                // Blocking: sockets and files of a command that does nothing else.
                let pulling =
                    tokio::task::spawn_blocking(move || pull(&folder, &BarProgress::default()));
                let pulled = pulling.await.context("the download broke off")??;
                match pulled.source {
                    Some(source) => println!("fetched {} from {source}", pulled.fetched.join(", ")),
                    None => println!("complete already, checksums match"),
                }
                Ok(ExitCode::SUCCESS)
            }
            Self::Check(args) => {
                let folder = model_dir(&args.load(Vec::new())?);
                ModelFiles::new(&folder).check()?;
                println!("{}: complete, checksums match", folder.display());
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
