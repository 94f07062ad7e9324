//! `penchant erase`: the right to be forgotten.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use penchant_proto::v1;

use super::client::{ClientArgs, refused};

/// Forget a user, everywhere, for good.
#[derive(Debug, Args)]
pub(crate) struct Erase {
    #[command(flatten)]
    client: ClientArgs,
    /// Whom
    #[arg(long)]
    user: String,
    /// Yes, for good: preferences, history, and the content of recorded events
    #[arg(long)]
    yes: bool,
}

impl Erase {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        if !self.yes {
            bail!("erasing {} cannot be undone; add --yes to do it", self.user);
        }
        let mut client = self.client.preferences().await?;
        let request = v1::EraseUserRequest { user_id: self.user.clone() };
        let done = client.erase_user(request).await.map_err(|s| refused(&s))?.into_inner();
        let at = done.position.unwrap_or_default();
        println!("erasure of {} recorded at {}:{}", self.user, at.partition, at.offset);
        Ok(ExitCode::SUCCESS)
    }
}
