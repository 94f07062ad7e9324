//! The real binary on ports of its own, as its user would start it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use penchant_proto::v1::event_service_client::EventServiceClient;
use penchant_proto::v1::preference_service_client::PreferenceServiceClient;
use tonic::transport::{Channel, Endpoint};

/// The built binary, beside the folder of the running test.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let folder = test.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let binary = folder.join("penchant");
    assert!(
        binary.is_file(),
        "{} is missing: build it first with `cargo build --package penchant` (make test does)",
        binary.display()
    );
    binary
}

/// A running penchant. Killed when dropped.
pub struct App {
    child: Child,
    pub grpc: String,
    pub http: String,
}

impl App {
    /// Starts on a data folder, with the lexical embedder: these tests are about the line, not
    /// about meaning. Returns once it says that it is ready.
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same with further arguments.
    pub fn start_with(data: &Path, arguments: &[&str]) -> Self {
        Self::start_in(data, arguments, &[])
    }

    /// The same with settings (`LLM__MODEL`, value) in the environment.
    pub fn start_in(data: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(binary())
            .args([
                "run",
                "--grpc",
                "127.0.0.1:0",
                "--http",
                "127.0.0.1:0",
                "--embedder",
                "lexical",
            ])
            .arg("--data")
            .arg(data)
            .args(arguments)
            .env("PENCHANT__OUTPUT__FILTER", "error")
            .envs(settings.iter().map(|(key, value)| (format!("PENCHANT__{key}"), value)))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let (mut grpc, mut http) = (None, None);
        let mut said = String::new();
        let mut lines = BufReader::new(stdout).lines();
        for line in lines.by_ref() {
            let line = line.expect("output is text");
            if let Some(address) = line.trim().strip_prefix("gRPC") {
                grpc = Some(format!("http://{}", address.trim()));
            }
            if let Some(rest) = line.trim().strip_prefix("HTTP") {
                http = rest.split_whitespace().next().map(str::to_owned);
            }
            said.push_str(&line);
            said.push('\n');
            if line.contains("try") {
                break;
            }
        }
        // Later lines must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            // A learner alone serves no gRPC.
            grpc: match grpc {
                None if arguments.contains(&"learner") => String::new(),
                grpc => grpc.unwrap_or_else(|| panic!("no gRPC address in:\n{said}")),
            },
            http: http.unwrap_or_else(|| panic!("no HTTP address in:\n{said}")),
        }
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// SIGTERM; waits for the exit and its code.
    pub fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there");
        assert!(sent.success());
        self.child.wait().expect("it ends").code()
    }

    /// The value of a series on `/metrics`; 0 when it is not there.
    pub async fn metric(&self, series: &str) -> f64 {
        let get = reqwest::get(format!("{}/metrics", self.http)).await;
        let text = get.expect("the service").text().await.expect("text");
        let line = text.lines().find_map(|line| line.strip_prefix(series));
        line.and_then(|value| value.trim().parse().ok()).unwrap_or(0.0)
    }

    pub async fn channel(&self) -> Channel {
        Endpoint::from_shared(self.grpc.clone())
            .expect("an address")
            .timeout(Duration::from_secs(30))
            .connect()
            .await
            .expect("the service accepts connections once it is ready")
    }

    pub async fn events(&self) -> EventServiceClient<Channel> {
        EventServiceClient::new(self.channel().await)
    }

    pub async fn preferences(&self) -> PreferenceServiceClient<Channel> {
        PreferenceServiceClient::new(self.channel().await)
    }

    /// Runs a client command of the binary against this app.
    pub fn command(&self, arguments: &[&str]) -> Output {
        Command::new(binary())
            .args(arguments)
            .env("PENCHANT_ENDPOINT", &self.grpc)
            .output()
            .expect("the command runs")
    }

    /// The same; asserts success and returns what it printed.
    pub fn said(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        assert!(
            output.status.success(),
            "{arguments:?} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
