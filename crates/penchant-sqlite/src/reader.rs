//! A few reading connections, used off the async threads.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use penchant_ports::{PortError, PortErrorKind};
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::database::open_reader;
use crate::error::Doing as _;

/// Most reading connections of one file.
const READERS: usize = 4;

/// A pool of reading connections, opened when first needed.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(READERS));
        Arc::new(Self { path, idle: Mutex::new(Vec::new()), permits })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // Only push and pop happen under the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `read` within one snapshot: it sees complete commits only, and the same ones
    /// throughout.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let ended =
            |_| PortError::new(PortErrorKind::Unavailable, "the reading connections are closed");
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(ended)?;
        let pool = Arc::clone(self);
        let task = move || {
            let _permit = permit;
            let idle = pool.idle().pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => open_reader(&pool.path)?,
            };
            let answer = {
                let snapshot = connection.transaction().doing("begin reading")?;
                let answer = read(&snapshot);
                snapshot.rollback().doing("end reading")?;
                answer
            };
            pool.idle().push(connection);
            answer
        };
        tokio::task::spawn_blocking(task).await.unwrap_or_else(|e| {
            Err(PortError::new(PortErrorKind::Unavailable, format!("a read did not finish: {e}")))
        })
    }
}
