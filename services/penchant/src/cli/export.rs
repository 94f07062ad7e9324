//! `penchant export`: everything that is kept about a user.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use penchant_proto::v1;
use penchant_proto::v1::export_user_response::Part;

use super::client::{ClientArgs, refused};

/// Write out everything that is kept about a user.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    client: ClientArgs,
    /// Whose
    #[arg(long)]
    user: String,
    /// Where to; standard output without it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Export {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let mut out: Box<dyn Write> = match &self.out {
            Some(path) => Box::new(BufWriter::new(
                File::create(path).with_context(|| format!("cannot write {}", path.display()))?,
            )),
            None => Box::new(std::io::stdout()),
        };
        let mut client = self.client.preferences().await?;
        let request = v1::ExportUserRequest { user_id: self.user };
        let mut parts = client.export_user(request).await.map_err(|s| refused(&s))?.into_inner();
        let mut complete = false;
        while let Some(part) = parts.message().await.map_err(|s| refused(&s))? {
            serde_json::to_writer(&mut out, &part)?;
            writeln!(out)?;
            if let Some(Part::End(end)) = part.part {
                complete = true;
                eprintln!("{} preferences, {} events", end.preferences, end.events);
            }
        }
        out.flush()?;
        if !complete {
            bail!("the export broke off; it is not complete");
        }
        Ok(ExitCode::SUCCESS)
    }
}
