//! Running penchants of one fleet: each with its own configuration file and log, found and struck
//! by process id.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use penchant_proto::v1::event_service_client::EventServiceClient;
use penchant_proto::v1::preference_service_client::PreferenceServiceClient;
use penchant_tests::app::binary;
use tonic::transport::{Channel, Endpoint};

/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// One process. Killed when dropped.
pub(crate) struct Process {
    pub(crate) name: String,
    child: Child,
    log: PathBuf,
    http: Option<String>,
    grpc: Option<String>,
}

impl Process {
    /// Starts `penchant run` on a configuration file; does not wait until it is ready.
    pub(crate) fn spawn(name: &str, config: &Path) -> Self {
        let log = config.with_file_name(format!("{name}.log"));
        let file = File::create(&log).unwrap();
        let child = Command::new(binary())
            .arg("run")
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Self { name: name.to_owned(), child, log, http: None, grpc: None }
    }

    /// Everything it has said.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// How often it has said this.
    pub(crate) fn times(&self, words: &str) -> usize {
        self.said().matches(words).count()
    }

    /// Waits until it serves, and knows then where.
    pub(crate) async fn ready(&mut self) {
        let until = Instant::now() + PATIENCE;
        loop {
            let said = self.said();
            // The last line of the announcement.
            if said.contains("penchant retrieve --user ada") {
                let after = |mark: &str| {
                    let mut lines = said.lines().map(str::trim);
                    let rest = lines.find_map(|line| line.strip_prefix(mark))?;
                    rest.split_whitespace().next().map(str::to_owned)
                };
                self.grpc = after("gRPC").map(|address| format!("http://{address}"));
                self.http = after("HTTP");
                return;
            }
            self.assert_running();
            assert!(Instant::now() < until, "{} is not ready:\n{said}", self.name);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A process that ends without being told to has failed, whatever the reason.
    pub(crate) fn assert_running(&mut self) {
        if let Some(status) = self.child.try_wait().unwrap() {
            panic!("{} ended by itself with {status}:\n{}", self.name, self.said());
        }
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(sent.success(), "kill {signal} {pid}");
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.assert_running();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As if the machine stood still.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// Goes on as if nothing had happened.
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    /// SIGTERM; it must end in order.
    pub(crate) async fn stop(mut self) {
        self.assert_running();
        self.signal("-TERM");
        let until = Instant::now() + PATIENCE;
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "{} does not stop:\n{}", self.name, self.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(status.code(), Some(0), "{} after SIGTERM:\n{}", self.name, self.said());
    }

    /// A counter of its metrics, all labels together; 0 when it was never counted.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let http = self.http.as_ref().expect("it is ready");
        let text = reqwest::get(format!("{http}/metrics")).await.unwrap().text().await.unwrap();
        text.lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.rsplit_once(' '))
            .filter(|(series, _)| series.split('{').next() == Some(name))
            .map(|(_, value)| value.parse::<f64>().unwrap())
            .sum()
    }

    pub(crate) async fn channel(&self) -> Channel {
        let address = self.grpc.clone().expect("a gateway that is ready");
        let endpoint = Endpoint::from_shared(address).unwrap();
        endpoint.timeout(Duration::from_secs(30)).connect().await.unwrap()
    }

    pub(crate) async fn events(&self) -> EventServiceClient<Channel> {
        EventServiceClient::new(self.channel().await)
    }

    pub(crate) async fn preferences(&self) -> PreferenceServiceClient<Channel> {
        PreferenceServiceClient::new(self.channel().await)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
