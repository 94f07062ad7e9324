//! Calls that are repeated while they fail for the moment.

use std::time::Duration;

use penchant_ports::PortError;
use tokio::time::Instant;

/// How long a call is repeated. A rebuild goes on where it stood when it is started again, so it
/// need not wait for ever.
const PATIENCE: Duration = Duration::from_secs(300);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Repeats what fails transiently.
///
/// # Errors
/// What does not pass, or has not passed in [`PATIENCE`].
pub(super) async fn patiently<T, F>(mut call: impl FnMut() -> F) -> Result<T, PortError>
where
    F: Future<Output = Result<T, PortError>>,
{
    let (since, mut pause) = (Instant::now(), FIRST_PAUSE);
    loop {
        match call().await {
            Err(error) if error.transient() && since.elapsed() < PATIENCE => {
                tracing::warn!(%error, "will be tried again");
                tokio::time::sleep(error.retry_after.unwrap_or(pause)).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            outcome => return outcome,
        }
    }
}
