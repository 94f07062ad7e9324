//! Waiting for a log or a store that is not up yet.

use std::time::Duration;

use anyhow::Result;
use penchant_ports::PortError;

/// The pauses between attempts: the first one, which doubles up to the longest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pauses {
    first: Duration,
    longest: Duration,
}

impl Pauses {
    /// Soon where everything starts together, and no burden where something is away for long.
    pub(super) const USUAL: Self =
        Self { first: Duration::from_millis(250), longest: Duration::from_secs(10) };
}

/// Told what is waited for, in a sentence for operators.
pub type Told<'a> = &'a (dyn Fn(String) + Send + Sync);

/// Repeats `open` while what fails may pass by itself. Each attempt is logged, and told.
///
/// # Errors
/// What waiting does not mend: wrong settings, credentials, model.
pub(super) async fn until_there<T, F, Fut>(
    what: &str,
    pauses: Pauses,
    told: Told<'_>,
    open: F,
) -> Result<T>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T>>,
{
    let mut pause = pauses.first;
    for attempt in 1_u64.. {
        let error = match open().await {
            Ok(opened) => return Ok(opened),
            Err(error) => error,
        };
        let port = error.downcast_ref::<PortError>();
        let Some(passing) = port.filter(|error| error.transient()) else { return Err(error) };
        let wait = passing.retry_after.unwrap_or(pause).min(pauses.longest);
        let reason = format!("{error:#}");
        tracing::warn!(attempt, again_in = ?wait, "the {what} is not there yet: {reason}");
        told(format!("waiting for the {what}: {reason}"));
        tokio::time::sleep(wait).await;
        pause = (pause * 2).min(pauses.longest);
    }
    // The attempts are not counted to their end in the age of the universe.
    Err(anyhow::anyhow!("the {what} was waited for in vain"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};

    use anyhow::Context as _;
    use penchant_ports::PortErrorKind;

    use super::*;

    const AT_ONCE: Pauses = Pauses { first: Duration::ZERO, longest: Duration::ZERO };

    fn failing(kind: PortErrorKind) -> Result<u32> {
        Err(PortError::new(kind, "away")).context("Kafka at b:1 (log.kafka.brokers)")
    }

    #[tokio::test]
    async fn what_passes_is_waited_for_and_each_attempt_is_told() {
        let attempts = AtomicU32::new(0);
        let said = Mutex::new(Vec::new());
        let told = |reason: String| said.lock().unwrap().push(reason);
        let opened = until_there("log", AT_ONCE, &told, || async {
            match attempts.fetch_add(1, Ordering::SeqCst) {
                0..40 => failing(PortErrorKind::Unavailable),
                enough => Ok(enough),
            }
        });
        assert_eq!(opened.await.unwrap(), 40);
        let said = said.lock().unwrap();
        assert_eq!(said.len(), 40);
        assert_eq!(said[0], "waiting for the log: Kafka at b:1 (log.kafka.brokers): away");
    }

    #[tokio::test]
    async fn what_a_person_has_to_mend_is_not_waited_for() {
        for kind in [PortErrorKind::Invalid, PortErrorKind::Corrupt, PortErrorKind::Invariant] {
            let error = until_there("store", AT_ONCE, &|_| {}, || async { failing(kind) }).await;
            assert!(format!("{:#}", error.unwrap_err()).contains("away"), "{kind:?}");
        }
    }
}
