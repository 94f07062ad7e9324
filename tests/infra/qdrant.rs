//! A Qdrant server for tests: the one given by `PENCHANT_TEST_QDRANT`, docker, or
//! `tests/infra/qdrant/qdrant.sh` (its gRPC API over the official client's local mode).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A server. One that was started here is stopped when this is dropped, or when the test process
/// ends however it ends.
#[derive(Debug)]
pub struct Qdrant {
    address: String,
    via: String,
    arguments: Vec<String>,
    folder: Option<tempfile::TempDir>,
    /// Stops the server once its standard input closes: statics are never dropped.
    watch: Option<Child>,
}

impl Qdrant {
    /// Starts a server, or takes the given one.
    ///
    /// # Panics
    /// When there is none and none can be started; the message says why.
    #[must_use]
    pub fn start() -> Self {
        let resolved = run(&["resolve"]);
        if let Some(address) = resolved.strip_prefix("given ") {
            let (address, via) = (address.to_owned(), "PENCHANT_TEST_QDRANT".to_owned());
            return Self { address, via, arguments: Vec::new(), folder: None, watch: None };
        }
        Self::start_via(&resolved, &[])
    }

    /// Starts the scripts' server, whatever else there is: the only one with faults, keys and
    /// versions on request. `arguments` as `qdrant.sh --help` lists them.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn scripted(arguments: &[&str]) -> Self {
        Self::start_via("scripts", arguments)
    }

    fn start_via(via: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let faults = folder.path().join("faults");
        let mut all: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        if via == "scripts" {
            all.extend(["--latency-file".to_owned(), text(&faults).to_owned()]);
        }
        let address = start(folder.path(), via, &all);
        let watch = Command::new("bash")
            .args(["-c", r#"cat >/dev/null; "$0" stop "$1" 2>/dev/null; rm -rf "$1""#])
            .args([text(&script()), text(folder.path())])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bash");
        let (via, folder) = (via.to_owned(), Some(folder));
        Self { address, via, arguments: all, folder, watch: Some(watch) }
    }

    /// The server that the tests of one binary share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Qdrant> = OnceLock::new();
        SHARED.get_or_init(|| {
            let server = Self::start();
            // Not through `eprintln`, which the test harness would swallow: each run says what
            // it ran on.
            let line = format!("qdrant: {} at {}\n", server.via, server.address);
            std::io::stderr().write_all(line.as_bytes()).ok();
            server
        })
    }

    /// `http://HOST:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it comes from: `PENCHANT_TEST_QDRANT`, `docker` or `scripts`.
    #[must_use]
    pub fn via(&self) -> &str {
        &self.via
    }

    /// Sets what goes wrong from the next call on, as `faults.py` describes it; empty: nothing.
    ///
    /// # Panics
    /// When it is not the scripts' server.
    pub fn faults(&self, settings: &str) {
        let file = self.folder().join("faults");
        let new = self.folder().join("faults.new");
        std::fs::write(&new, settings).expect("the control file");
        // Renamed, so that it is never read half written.
        std::fs::rename(new, file).expect("the control file");
    }

    /// How often something happened on the server: `requests.Upsert`, `faults.lose_reply`.
    ///
    /// # Panics
    /// When it is not the scripts' server.
    #[must_use]
    pub fn count(&self, of: &str) -> u64 {
        let stats = std::fs::read_to_string(self.folder().join("stats.json")).unwrap_or_default();
        let stats: serde_json::Value = serde_json::from_str(&stats).unwrap_or_default();
        stats[of].as_u64().unwrap_or(0)
    }

    /// Ends the server: with time to tidy up, or as a power cut would.
    ///
    /// # Panics
    /// When it was not started here, or does not end.
    pub fn end(&self, abruptly: bool) {
        run(&[if abruptly { "kill" } else { "stop" }, text(self.folder())]);
    }

    /// Starts it again on the same data and port.
    ///
    /// # Panics
    /// When it was not started here, or does not start.
    pub fn start_again(&self) {
        // It counts from 0 again.
        std::fs::remove_file(self.folder().join("stats.json")).ok();
        let address = start(self.folder(), &self.via, &self.arguments);
        assert_eq!(address, self.address, "a restart keeps the address");
    }

    fn folder(&self) -> &Path {
        self.folder.as_ref().expect("the server was started here").path()
    }
}

impl Drop for Qdrant {
    fn drop(&mut self) {
        if let Some(mut watch) = self.watch.take() {
            drop(watch.stdin.take());
            watch.wait().ok();
        }
    }
}

fn start(folder: &Path, via: &str, arguments: &[String]) -> String {
    let mut all = vec!["start", "--dir", text(folder), "--via", via];
    all.extend(arguments.iter().map(String::as_str));
    run(&all)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// `qdrant.sh`, found from whichever crate's tests are running. Not from where they were built:
/// checkouts share the cargo target, and cargo takes one's tests as fresh in another.
fn script() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .ancestors()
        .map(|folder| folder.join("tests/infra/qdrant/qdrant.sh"))
        .find(|script| script.is_file())
        .expect("tests/infra/qdrant/qdrant.sh in the repository")
}

fn run(arguments: &[&str]) -> String {
    let output =
        Command::new(script()).args(arguments).stdin(Stdio::null()).output().expect("qdrant.sh");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "qdrant.sh {arguments:?} failed:\n{words}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
