//! The one thread that writes a file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::JoinHandle;

use penchant_ports::{PortError, PortErrorKind};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::failed;
use crate::folder::FolderLock;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle to the writing thread. Dropping it waits for what was asked, closes the connection,
/// and gives the folder's lock back.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, which owns `connection` and `lock`.
    pub(crate) fn start(
        name: &'static str,
        mut connection: Connection,
        lock: FolderLock,
    ) -> Result<Self, PortError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let run = move || {
            for job in queue {
                // A broken job must not take the others with it; its transaction is rolled back
                // while unwinding, and its caller sees that the answer never came.
                if catch_unwind(AssertUnwindSafe(|| job(&mut connection))).is_err() {
                    tracing::error!(file = name, "a write panicked and was rolled back");
                }
            }
            if let Err((_, error)) = connection.close() {
                tracing::warn!(file = name, %error, "the connection did not close cleanly");
            }
            drop(lock);
        };
        let thread = std::thread::Builder::new().name(format!("write {name}")).spawn(run);
        let thread = thread.map_err(|e| {
            PortError::new(PortErrorKind::Unavailable, format!("cannot start a thread: {e}"))
                .caused_by(e)
        })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Queues `job` without waiting for it.
    pub(crate) fn enqueue(
        &self,
        job: impl FnOnce(&mut Connection) + Send + 'static,
    ) -> Result<(), PortError> {
        self.jobs.as_ref().and_then(|jobs| jobs.send(Box::new(job)).ok()).ok_or_else(gone)
    }

    /// Runs `job` after everything queued before it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(move |connection| {
            // Nobody listens when the caller was cancelled; the write stands all the same.
            drop(answer.send(job(connection)));
        })?;
        answered.await.unwrap_or_else(|_| Err(gone().indeterminate()))
    }

    /// Whether a statement can be run at all.
    pub(crate) async fn check(&self) -> Result<(), PortError> {
        self.run(|connection| {
            connection.query_row("SELECT 1", [], |_| Ok(())).map_err(|e| failed("query", e))
        })
        .await
    }
}

fn gone() -> PortError {
    PortError::new(PortErrorKind::Unavailable, "the writing thread has ended")
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread panicked");
        }
    }
}
