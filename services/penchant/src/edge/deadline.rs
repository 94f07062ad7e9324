//! When the caller of the running call stops listening.
//!
//! A property of the call and not of any message, so it goes with the task: the gates set it, the
//! calls read it where a query is made.

use tokio::time::Instant;

tokio::task_local! {
    static DEADLINE: Option<Instant>;
}

/// Runs a call until it ends; whoever looks within it finds the deadline.
pub(crate) async fn within<F: Future>(deadline: Option<Instant>, call: F) -> F::Output {
    DEADLINE.scope(deadline, call).await
}

/// The deadline of the running call; `None`: it has none.
pub(crate) fn current() -> Option<Instant> {
    DEADLINE.try_with(|deadline| *deadline).ok().flatten()
}
