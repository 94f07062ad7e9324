//! Any service with the OpenAI embeddings interface.

mod answer;
mod config;

use std::time::Duration;

use async_trait::async_trait;
use penchant_core::Vector;
use penchant_ports::{Embedder, EmbedderInfo, PortError, PortErrorKind};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde::Serialize;

pub use config::{ApiKey, RemoteConfig};

/// Asks `POST {base_url}/v1/embeddings`.
///
/// Redirects are not followed (they would carry the users' words elsewhere), proxies of the
/// environment are. Overload (429), server errors and broken connections are tried again;
/// everything else is answered at once. A refused credential (401, 403) counts as unavailable:
/// the events are not to blame for it.
#[derive(Debug, Clone)]
pub struct Remote {
    info: EmbedderInfo,
    config: RemoteConfig,
    endpoint: String,
    client: Client,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [&'a str],
    encoding_format: &'static str,
}

/// A failed attempt.
struct Failure {
    error: PortError,
    /// Whether another attempt may help.
    again: bool,
}

impl Remote {
    /// A client for `config`; nothing is asked yet.
    ///
    /// # Errors
    /// [`PortErrorKind::Invalid`] naming every problem of the configuration.
    pub fn new(config: RemoteConfig) -> Result<Self, PortError> {
        let problems = config.problems();
        if !problems.is_empty() {
            return Err(PortError::new(PortErrorKind::Invalid, problems.join("; ")));
        }
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(config.timeout())
            .build()
            .map_err(|e| {
                PortError::new(PortErrorKind::Invalid, "no HTTP client can be made").caused_by(e)
            })?;
        let info = EmbedderInfo {
            model: format!("remote/{}", config.model),
            dimension: config.dimension,
            lexical_fallback: false,
        };
        Ok(Self { info, endpoint: config.endpoint(), config, client })
    }

    async fn embed_batch(&self, texts: &[&str]) -> Result<Vec<Vector>, PortError> {
        let mut attempt = 1;
        loop {
            let Failure { error, again } = match self.attempt(texts).await {
                Ok(vectors) => return Ok(vectors),
                Err(failure) => failure,
            };
            let wait = error.retry_after.unwrap_or_else(|| self.config.backoff(attempt));
            let too_long = wait > Duration::from_millis(self.config.max_wait_ms);
            if !again || attempt >= self.config.attempts || too_long {
                return Err(error);
            }
            tracing::debug!(attempt, ?wait, %error, "the remote embedder is asked again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, texts: &[&str]) -> Result<Vec<Vector>, Failure> {
        let request = Request { model: &self.config.model, input: texts, encoding_format: "float" };
        let mut call = self.client.post(&self.endpoint).json(&request);
        if let Some(key) = &self.config.api_key {
            call = call.bearer_auth(key.expose());
        }
        let response = call.send().await.map_err(broken)?;
        if !response.status().is_success() {
            return Err(refused(&response));
        }
        let body = self.read(response).await?;
        answer::parse(&body, texts.len(), self.config.dimension)
            .map_err(|message| invalid(format!("the remote embedder's answer {message}")))
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Failure> {
        let limit = self.config.max_response_bytes;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > limit {
                return Err(invalid(format!("the remote embedder's answer is over {limit} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn invalid(message: String) -> Failure {
    Failure { error: PortError::new(PortErrorKind::Invalid, message), again: false }
}

/// The connection failed or took too long.
fn broken(error: reqwest::Error) -> Failure {
    // Without the address, which is configuration and not for logs of every retry.
    let error = error.without_url();
    let message = if error.is_timeout() {
        "the remote embedder took too long"
    } else {
        "the remote embedder cannot be reached"
    };
    let error = PortError::new(PortErrorKind::Unavailable, message).caused_by(error);
    Failure { error, again: true }
}

/// The service said no. Its words are left out: they may repeat the user's.
fn refused(response: &Response) -> Failure {
    let status = response.status();
    let (kind, again) = match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
            (PortErrorKind::Unavailable, true)
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => (PortErrorKind::Unavailable, false),
        status if status.is_server_error() => (PortErrorKind::Unavailable, true),
        _ => (PortErrorKind::Invalid, false),
    };
    let mut error = PortError::new(kind, format!("the remote embedder answered {status}"));
    if kind == PortErrorKind::Unavailable {
        error.retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().parse().ok())
            .map(Duration::from_secs);
    }
    Failure { error, again }
}

#[async_trait]
impl Embedder for Remote {
    fn info(&self) -> &EmbedderInfo {
        &self.info
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        let mut vectors = vec![Vector::default(); texts.len()];
        let (places, said): (Vec<usize>, Vec<&str>) = texts
            .iter()
            .enumerate()
            .filter(|(_, text)| !crate::text::is_blank(text))
            .map(|(at, text)| (at, crate::text::cut(text, self.config.max_text_bytes)))
            .unzip();
        let size = self.config.batch;
        for (places, said) in places.chunks(size).zip(said.chunks(size)) {
            for (at, vector) in places.iter().zip(self.embed_batch(said).await?) {
                if let Some(slot) = vectors.get_mut(*at) {
                    *slot = vector;
                }
            }
        }
        Ok(vectors)
    }
}
