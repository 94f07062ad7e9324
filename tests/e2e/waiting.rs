//! A service that is up before its store is.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use penchant_tests::app::binary;
use penchant_tests::kafka::Kafka;
use penchant_tests::qdrant::Qdrant;
use tokio::net::{TcpListener, TcpStream};
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

const WITHIN: Duration = Duration::from_secs(60);

fn configuration(folder: &Path, url: &str) -> PathBuf {
    let path = folder.join("penchant.toml");
    let text = format!(
        "[store]\nkind = \"qdrant\"\n[store.qdrant]\nurl = \"{url}\"\ncollection = \"waiting\"\n\
         allow_old_server = true\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

/// A penchant that may not be ready for long; killed when dropped.
struct Early {
    child: Child,
    grpc: String,
    http: String,
    /// What it says on standard output.
    lines: std::sync::mpsc::Receiver<String>,
    log: PathBuf,
}

impl Early {
    /// Returns once it says where it listens.
    fn start(folder: &Path, config: &Path, settings: &[(&str, &str)]) -> Self {
        let log = folder.join("log");
        let mut child = Command::new(binary())
            .args(["run", "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"])
            .args(["--embedder", "lexical", "--config", config.to_str().unwrap()])
            .arg("--data")
            .arg(folder.join("data"))
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (say, lines) = std::sync::mpsc::channel();
        // Ends with the child; nobody may listen any more.
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|l| say.send(l)));
        let mut early = Self { child, grpc: String::new(), http: String::new(), lines, log };
        early.grpc = format!("http://{}", early.said("  gRPC").trim());
        early.http = early.said("  HTTP").split_whitespace().next().unwrap().to_owned();
        early
    }

    /// What follows `start` on the first line that begins with it.
    fn said(&self, start: &str) -> String {
        let until = Instant::now() + WITHIN;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| {
                panic!("no {start:?} line; {}", std::fs::read_to_string(&self.log).unwrap())
            });
            if let Some(rest) = line.strip_prefix(start) {
                return rest.to_owned();
            }
        }
    }

    fn logged(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap();
        log.lines().filter(|line| line.contains("is not there yet")).collect::<Vec<_>>().join("\n")
    }

    async fn until_logged(&self, attempt: &str) {
        let until = Instant::now() + WITHIN;
        while !self.logged().contains(attempt) {
            assert!(Instant::now() < until, "{}", std::fs::read_to_string(&self.log).unwrap());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn ready(&self) -> (u16, serde_json::Value) {
        let answer = reqwest::get(format!("{}/readyz", self.http)).await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn health(&self) -> ServingStatus {
        let channel = Channel::from_shared(self.grpc.clone()).unwrap().connect().await.unwrap();
        let asked = HealthCheckRequest { service: String::new() };
        HealthClient::new(channel).check(asked).await.unwrap().into_inner().status()
    }

    fn stop(mut self) -> (Option<i32>, Duration) {
        let since = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        (self.child.wait().unwrap().code(), since.elapsed())
    }
}

impl Drop for Early {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_comes_later_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let qdrant = Qdrant::scripted(&[]);
    let config = configuration(folder.path(), &qdrant.url());
    qdrant.end(false);
    let early = Early::start(folder.path(), &config, &[]);
    early.until_logged("attempt=2").await;
    let (status, told) = early.ready().await;
    assert_eq!(status, 503, "{told}");
    let problem = told["problems"][0].as_str().unwrap();
    assert!(problem.starts_with("waiting for the store: Qdrant at http://127.0.0.1"), "{told}");
    assert_eq!(early.health().await, ServingStatus::NotServing);
    let live = reqwest::get(format!("{}/livez", early.http)).await.unwrap();
    assert_eq!(live.status(), 200, "who waits is alive");
    // What is asked meanwhile is refused as something that passes.
    let asked = reqwest::Client::new()
        .post(format!("{}/v1/retrieve", early.http))
        .header("content-type", "application/json")
        .body(r#"{"user_id": "ada"}"#);
    let refused = asked.send().await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()),
        (503, &b"1"[..])
    );

    qdrant.start_again();
    early.said("  try");
    let until = Instant::now() + WITHIN;
    while early.health().await != ServingStatus::Serving {
        assert!(Instant::now() < until, "never healthy");
    }
    assert_eq!(early.ready().await.0, 200);
    assert_eq!(early.stop().0, Some(0));
}

/// Where the broker will be found later: what connects there is passed on to it.
async fn relay(listener: TcpListener, to: &'static str) {
    loop {
        let (mut here, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let mut there = TcpStream::connect(to).await.unwrap();
            // Either side may leave as it likes.
            tokio::io::copy_bidirectional(&mut here, &mut there).await.ok();
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_comes_later_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let kafka = Kafka::shared().address();
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = away.local_addr().unwrap();
    // From here on connections are refused.
    drop(away);
    let name = format!("waiting-{}", std::process::id());
    let path = folder.path().join("penchant.toml");
    let text = format!(
        "[log]\nkind = \"kafka\"\n[log.kafka]\nbrokers = \"{address}\"\npartitions = 2\n\
         topic = \"{name}.events\"\ndead_letter_topic = \"{name}.dead\"\ngroup = \"{name}\"\n"
    );
    std::fs::write(&path, text).unwrap();
    let early = Early::start(folder.path(), &path, &[]);
    early.until_logged("attempt=1").await;
    assert_eq!(early.ready().await.0, 503);
    let relay = tokio::spawn(relay(TcpListener::bind(address).await.unwrap(), kafka));
    early.said("  try");
    let until = Instant::now() + WITHIN;
    while early.ready().await.0 != 200 {
        assert!(Instant::now() < until, "never ready");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(early.stop().0, Some(0));
    relay.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_it_waits_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    // A log and a store that are away for good.
    let path = folder.path().join("penchant.toml");
    let text = "[log]\nkind = \"kafka\"\n[log.kafka]\nbrokers = \"127.0.0.1:1\"\n\
                [store]\nkind = \"qdrant\"\n[store.qdrant]\nurl = \"http://127.0.0.1:1\"\n";
    std::fs::write(&path, text).unwrap();
    let early = Early::start(folder.path(), &path, &[]);
    let until = Instant::now() + WITHIN;
    loop {
        let (status, told) = early.ready().await;
        assert_eq!(status, 503);
        if told["problems"][0].as_str().unwrap().starts_with("waiting for the log: Kafka at") {
            break;
        }
        assert!(Instant::now() < until, "{told}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (code, took) = early.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(6), "it took {took:?} to stop");
}

#[test]
fn what_waiting_does_not_mend_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let qdrant = Qdrant::scripted(&["--api-key", "right"]);
    let config = configuration(folder.path(), &qdrant.url());
    let mut early = Early::start(folder.path(), &config, &[("PENCHANT_QDRANT_API_KEY", "wrong")]);
    let code = early.child.wait().unwrap().code();
    let log = std::fs::read_to_string(&early.log).unwrap();
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("refuses the API key"), "{log}");
    assert!(early.logged().is_empty(), "{log}");
}
