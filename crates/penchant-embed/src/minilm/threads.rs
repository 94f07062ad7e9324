//! Threads that run one pass of the model each.
//!
//! Most products of a pass are too small to be shared out: two threads gave 20 to 50 billion
//! operations a second together where each alone gives 35 to 40. So passes run side by side, and
//! the arithmetic of each stays on its thread.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// Pools of one thread, as many as there are cores.
pub(super) struct Threads {
    count: usize,
    free: Arc<Semaphore>,
    idle: Mutex<Vec<ThreadPool>>,
}

impl Threads {
    /// # Errors
    /// When the system gives no threads.
    pub(super) fn new() -> Result<Arc<Self>, rayon::ThreadPoolBuildError> {
        let count = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let pool = |_| {
            ThreadPoolBuilder::new().num_threads(1).thread_name(|_| "minilm".to_owned()).build()
        };
        let idle = (0..count).map(pool).collect::<Result<_, _>>()?;
        let free = Arc::new(Semaphore::new(count));
        Ok(Arc::new(Self { count, free, idle: Mutex::new(idle) }))
    }

    /// How many passes run at once.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Waits until one is free; who waits longest comes first.
    pub(super) async fn turn(self: &Arc<Self>) -> Result<Turn, AcquireError> {
        let permit = Arc::clone(&self.free).acquire_owned().await?;
        let pool = self.idle().pop();
        Ok(Turn { threads: Arc::clone(self), pool, _permit: permit })
    }

    /// Runs something short on a thread that is free, at once and without a turn; where none is, on
    /// the caller's.
    pub(super) fn here<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let Some(pool) = self.idle().pop() else { return work() };
        let done = pool.install(work);
        self.idle().push(pool);
        done
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<ThreadPool>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one thread, given back when it is dropped.
pub(super) struct Turn {
    threads: Arc<Threads>,
    /// There are as many as permits.
    pool: Option<ThreadPool>,
    _permit: OwnedSemaphorePermit,
}

impl Turn {
    /// Runs something there, and waits for it.
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Before the permit, which is dropped after this.
        self.threads.idle().extend(self.pool.take());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_turn_is_given_back_even_after_a_panic() {
        let threads = Threads::new().unwrap();
        for _ in 0..2 * threads.count() {
            let turn = threads.turn().await.unwrap();
            let run = std::panic::AssertUnwindSafe(|| turn.run(|| std::panic::panic_any(7)));
            assert!(std::panic::catch_unwind(run).is_err());
        }
        assert_eq!(threads.free.available_permits(), threads.count());
        assert_eq!(threads.idle().len(), threads.count());
    }

    #[tokio::test]
    async fn something_short_runs_at_once_whether_a_thread_is_free_or_not() {
        let threads = Threads::new().unwrap();
        assert_eq!(threads.here(rayon::current_num_threads), 1);
        assert_eq!(threads.idle().len(), threads.count(), "its thread is given back");
        let mut turns = Vec::new();
        for _ in 0..threads.count() {
            turns.push(threads.turn().await.unwrap());
        }
        assert_eq!(threads.here(|| 7), 7);
    }

    #[tokio::test]
    async fn no_more_run_at_once_than_there_are() {
        let threads = Threads::new().unwrap();
        let mut turns = Vec::new();
        for _ in 0..threads.count() {
            turns.push(threads.turn().await.unwrap());
        }
        assert!(turns.iter().all(|turn| turn.run(rayon::current_num_threads) == 1));
        let next = threads.turn();
        tokio::pin!(next);
        assert!(futures::poll!(&mut next).is_pending());
        drop(turns.pop());
        assert!(futures::poll!(&mut next).is_ready());
    }
}
