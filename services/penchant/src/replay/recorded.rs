//! Recorded proposals, from a generation that may be damaged.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use penchant_learn::stage_llm::{Answers, Asked, Proposals, Recorded};
use penchant_ports::{PortError, PortErrorKind, PreferenceReader};

/// [`Recorded`], which does without the records of users that cannot be read, where differences
/// are accepted: a damaged generation must not keep itself from being rebuilt.
pub(super) struct Spared {
    recorded: Recorded,
    spare: bool,
}

impl Spared {
    pub(super) fn new(reader: Arc<dyn PreferenceReader>, spare: bool) -> Self {
        Self { recorded: Recorded::new(reader), spare }
    }
}

#[async_trait]
impl Proposals for Spared {
    async fn propose(&self, asked: &[Asked<'_>], patience: Duration) -> Result<Answers, PortError> {
        match self.recorded.propose(asked, patience).await {
            Err(error) if error.kind == PortErrorKind::Corrupt => {}
            outcome => return outcome,
        }
        let mut all = Answers::default();
        for one in asked {
            match self.recorded.propose(std::slice::from_ref(one), patience).await {
                Ok(answers) => {
                    all.asked += answers.asked;
                    all.proposals.extend(answers.proposals);
                }
                Err(error) if error.kind == PortErrorKind::Corrupt && self.spare => {
                    tracing::warn!(%error, "rebuilt without what a language model had proposed");
                }
                Err(error) if error.kind == PortErrorKind::Corrupt => {
                    let message = format!(
                        "{error}; rebuild without this user's recorded proposals by \
                         --accept-differences"
                    );
                    return Err(PortError { message, ..error });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }
}
