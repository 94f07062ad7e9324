//! The data folder, and the lock that keeps a second process (or handle) out of it.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use penchant_ports::{PortError, PortErrorKind};

/// An exclusive lock, held for as long as this lives. The operating system takes it back when
/// the process dies, however it dies.
#[derive(Debug)]
pub(crate) struct FolderLock(#[allow(dead_code, reason = "held, not read")] File);

fn unusable(folder: &Path, error: std::io::Error) -> PortError {
    PortError::new(
        PortErrorKind::Unavailable,
        format!("cannot use the data folder {}: {error}", folder.display()),
    )
    .caused_by(error)
}

/// Makes the folder if need be, readable by its owner only.
pub(crate) fn prepare(folder: &Path) -> Result<(), PortError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| unusable(folder, e))
}

/// Locks `file` (named like `log.sqlite`) in `folder`.
pub(crate) fn lock(folder: &Path, file: &str) -> Result<FolderLock, PortError> {
    let path = folder.join(format!("{file}.lock"));
    let mut handle = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|e| unusable(folder, e))?;
    match handle.try_lock() {
        Ok(()) => {
            // The number is a courtesy for the message below; the lock is what counts.
            let noted = handle
                .set_len(0)
                .and_then(|()| handle.rewind())
                .and_then(|()| write!(handle, "{}", std::process::id()));
            noted.map_err(|e| unusable(folder, e))?;
            Ok(FolderLock(handle))
        }
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            let known = handle.read_to_string(&mut owner).is_ok() && !owner.trim().is_empty();
            let owner =
                if known { format!("process {}", owner.trim()) } else { "another process".into() };
            Err(PortError::new(
                PortErrorKind::Unavailable,
                format!(
                    "the data folder {} is in use by {owner} ({file}); stop it, or use another \
                     data folder",
                    folder.display()
                ),
            ))
        }
        Err(TryLockError::Error(error)) => Err(unusable(folder, error)),
    }
}
