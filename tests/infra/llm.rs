//! The scripted language model of `tests/infra/llm/llm.py`.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running server. Killed when dropped.
#[derive(Debug)]
pub struct Llm {
    child: Child,
    address: String,
}

impl Llm {
    /// Starts one in a mode, with further arguments.
    ///
    /// # Panics
    /// When python3 is missing or the server does not start.
    #[must_use]
    pub fn start(mode: &str, arguments: &[&str]) -> Self {
        let script = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"))
            .join("infra/llm/llm.py");
        let mut child = Command::new("python3")
            .arg(script)
            .args(["--port", "0", "--mode", mode])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        stdout.read_line(&mut line).expect("output is text");
        let address = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(address.starts_with("http://"), "the model said {line:?}");
        Self { child, address }
    }

    /// For `llm.base_url`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.address)
    }

    /// Switches the mode.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn turn(&self, mode: &str) {
        let body = serde_json::json!({ "mode": mode });
        let post = reqwest::Client::new().post(format!("{}/mode", self.address)).json(&body);
        assert!(post.send().await.expect("the model's server").status().is_success());
    }

    /// How many calls it got.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn requests(&self) -> u64 {
        let get = reqwest::get(format!("{}/stats", self.address)).await;
        let stats: Value = get.expect("the model's server").json().await.expect("JSON");
        stats["requests"].as_u64().unwrap_or(0)
    }
}

impl Drop for Llm {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
