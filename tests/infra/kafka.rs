//! A Kafka broker for tests: the one given by `PENCHANT_TEST_KAFKA`, docker, or
//! `tests/infra/kafka/kafka.sh` (real Apache Kafka on Java).

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A broker. One that was started here is stopped when this is dropped, or when the test process
/// ends however it ends.
#[derive(Debug)]
pub struct Kafka {
    address: String,
    via: String,
    folder: Option<tempfile::TempDir>,
    /// Stops the broker once its standard input closes: statics are never dropped.
    watch: Option<Child>,
}

impl Kafka {
    /// Starts a broker, or takes the given one.
    ///
    /// # Panics
    /// When there is none and none can be started; the message says why.
    #[must_use]
    pub fn start() -> Self {
        let resolved = run(&["resolve"]);
        if let Some(address) = resolved.strip_prefix("given ") {
            let (address, via) = (address.to_owned(), "PENCHANT_TEST_KAFKA".to_owned());
            return Self { address, via, folder: None, watch: None };
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address = run(&["start", "--dir", text(folder.path()), "--via", &resolved]);
        let watch = Command::new("bash")
            .args(["-c", r#"cat >/dev/null; "$0" stop "$1" 2>/dev/null; rm -rf "$1""#])
            .args([text(&script()), text(folder.path())])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bash");
        Self { address, via: resolved, folder: Some(folder), watch: Some(watch) }
    }

    /// The broker that the tests of one binary share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Kafka> = OnceLock::new();
        SHARED.get_or_init(|| {
            let kafka = Self::start();
            // Not through `eprintln`, which the test harness would swallow: each run says what
            // it ran on.
            let line = format!("kafka: {} at {}\n", kafka.via, kafka.address);
            std::io::stderr().write_all(line.as_bytes()).ok();
            kafka
        })
    }

    /// `HOST:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where it comes from: `PENCHANT_TEST_KAFKA`, `docker` or `scripts`.
    #[must_use]
    pub fn via(&self) -> &str {
        &self.via
    }

    /// Whether it was started here and may be stopped.
    #[must_use]
    pub fn ours(&self) -> bool {
        self.folder.is_some()
    }

    /// Ends the broker: with time to tidy up, or as a power cut would.
    ///
    /// # Panics
    /// When it is not ours, or does not end.
    pub fn end(&self, abruptly: bool) {
        run(&[if abruptly { "kill" } else { "stop" }, text(self.folder())]);
    }

    /// Starts it again on the same data and port.
    ///
    /// # Panics
    /// When it is not ours, or does not start.
    pub fn start_again(&self) {
        let address = run(&["start", "--dir", text(self.folder()), "--via", &self.via]);
        assert_eq!(address, self.address, "a restart keeps the address");
    }

    fn folder(&self) -> &Path {
        self.folder.as_ref().expect("the broker was started here").path()
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        if let Some(mut watch) = self.watch.take() {
            drop(watch.stdin.take());
            watch.wait().ok();
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// `kafka.sh`, found from whichever crate's tests are running. Not from where they were built:
/// checkouts share the cargo target, and cargo takes one's tests as fresh in another.
fn script() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
        .ancestors()
        .map(|folder| folder.join("tests/infra/kafka/kafka.sh"))
        .find(|script| script.is_file())
        .expect("tests/infra/kafka/kafka.sh in the repository")
}

fn run(arguments: &[&str]) -> String {
    let output =
        Command::new(script()).args(arguments).stdin(Stdio::null()).output().expect("kafka.sh");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "kafka.sh {arguments:?} failed:\n{words}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
