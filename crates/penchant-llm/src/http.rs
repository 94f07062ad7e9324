//! One call over HTTP: bounded in time and size, never following a redirect.

use std::time::Duration;

use penchant_ports::{PortError, PortErrorKind};
use penchant_telemetry::LlmOutcome;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde_json::Value;

use crate::config::LlmConfig;
use crate::endpoint::{self, GuardedResolver};
use crate::openai::SetUpError;

/// Longest pause that a server's `retry-after` is believed.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(600);

/// A call that brought no reply.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) outcome: LlmOutcome,
    pub(crate) error: PortError,
}

impl Failure {
    fn new(outcome: LlmOutcome, kind: PortErrorKind, message: impl Into<String>) -> Self {
        Self { outcome, error: PortError::new(kind, message) }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client,
    base: Url,
    max_reply_bytes: usize,
}

impl Http {
    /// `config` has been validated.
    pub(crate) fn new(config: &LlmConfig) -> Result<Self, SetUpError> {
        let base = endpoint::check(&config.base_url).map_err(SetUpError::BaseUrl)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if !config.api_key.is_empty()
            && let Some(value) = config.api_key.header()
        {
            headers.insert(header::AUTHORIZATION, value);
        }
        let client = Client::builder()
            .default_headers(headers)
            .timeout(config.timeout)
            // The key goes to the host it was given for, and nowhere else.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .dns_resolver(GuardedResolver)
            .user_agent(concat!("penchant/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(SetUpError::Client)?;
        Ok(Self { client, base, max_reply_bytes: config.max_reply_bytes })
    }

    /// Posts a chat completion and reads the reply.
    pub(crate) async fn complete(&self, body: &Value) -> Result<Vec<u8>, Failure> {
        let url = endpoint::join(&self.base, "chat/completions");
        let response = self.client.post(url).json(body).send().await.map_err(broken)?;
        let response = accepted(response)?;
        self.read(response).await
    }

    /// Asks for the list of models: whether the server is there and takes the key.
    pub(crate) async fn models(&self) -> Result<(), Failure> {
        let url = endpoint::join(&self.base, "models");
        let response = self.client.get(url).send().await.map_err(broken)?;
        match response.status() {
            // Some servers do not list their models.
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Ok(()),
            _ => accepted(response).map(|_| ()),
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, Failure> {
        let too_large = || {
            Failure::new(
                LlmOutcome::TooLarge,
                PortErrorKind::Invalid,
                format!("the model's reply is larger than {} bytes", self.max_reply_bytes),
            )
        };
        let max = u64::try_from(self.max_reply_bytes).unwrap_or(u64::MAX);
        if response.content_length().is_some_and(|length| length > max) {
            return Err(too_large());
        }
        let mut reply = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if reply.len() + chunk.len() > self.max_reply_bytes {
                return Err(too_large());
            }
            reply.extend_from_slice(&chunk);
        }
        Ok(reply)
    }
}

/// A transport error, without its URL.
fn broken(error: reqwest::Error) -> Failure {
    let (outcome, message) = if error.is_timeout() {
        (LlmOutcome::Timeout, "the model did not answer in time")
    } else {
        (LlmOutcome::Unreachable, "the model's server cannot be reached")
    };
    let mut failure = Failure::new(outcome, PortErrorKind::Unavailable, message);
    failure.error = failure.error.caused_by(error.without_url());
    failure
}

/// Passes successful replies on. The text of others is not read: it may quote the prompt.
fn accepted(response: Response) -> Result<Response, Failure> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let message = format!("the model's server answered {}", status.as_u16());
    if status.is_server_error()
        || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
    {
        let mut failure =
            Failure::new(LlmOutcome::ServerError, PortErrorKind::Unavailable, message);
        failure.error.retry_after = retry_after(response.headers());
        return Err(failure);
    }
    let message = if status.is_redirection() {
        format!("{message}, a redirect; redirects are not followed")
    } else {
        message
    };
    Err(Failure::new(LlmOutcome::Refused, PortErrorKind::Invalid, message))
}

/// `retry-after` in seconds; dates are passed over.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_RETRY_AFTER))
}
