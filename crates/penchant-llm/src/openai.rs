//! The inferrer itself: admit, ask, check, mend once.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use async_trait::async_trait;
use penchant_ports::{
    Clock, Inferrer, InferrerTally, PortError, PortErrorKind, ProposalOperation, ProposalRequest,
};
use penchant_telemetry::{LlmCalled, LlmOutcome, LlmRefusal, LlmRefused, ProposalRejected};

use crate::answer::{self, Defect};
use crate::breaker::{Breaker, Permit};
use crate::budget::Budget;
use crate::config::{InvalidConfig, LlmConfig};
use crate::http::Http;
use crate::monotonic::MonotonicClock;
use crate::prompt;
use crate::wire::{self, Message};

/// Longest part of a refused answer that is shown to the model again, in characters.
const MAX_SHOWN_AGAIN: usize = 4_000;

/// Why the inferrer cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] InvalidConfig),
    /// The base URL is wrong.
    #[error("base_url {0}")]
    BaseUrl(String),
    /// The HTTP client cannot be made, such as for want of root certificates.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// Asks a model behind an OpenAI-compatible API.
pub struct OpenAiInferrer {
    config: LlmConfig,
    version: String,
    http: Http,
    budget: Budget,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
    counted: Counted,
}

/// What was done so far.
#[derive(Debug, Default)]
struct Counted {
    calls: AtomicU64,
    failures: AtomicU64,
    over_budget: AtomicU64,
    left_alone: AtomicU64,
}

fn one_more(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl OpenAiInferrer {
    /// Checks the settings and makes the client; calls nothing.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn new(config: LlmConfig) -> Result<Self, SetUpError> {
        Self::with_clock(config, Arc::new(MonotonicClock::new()))
    }

    /// As [`Self::new`], with the clock by which budget and circuit breaker measure time.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn with_clock(config: LlmConfig, clock: Arc<dyn Clock>) -> Result<Self, SetUpError> {
        config.validate()?;
        let per_minute =
            NonZeroU32::new(config.budget_per_tenant_per_minute).unwrap_or(NonZeroU32::MIN);
        Ok(Self {
            version: format!("{}+{}", config.model, prompt::VERSION),
            http: Http::new(&config)?,
            budget: Budget::new(per_minute, Arc::clone(&clock)),
            breaker: Breaker::new(config.breaker),
            clock,
            counted: Counted::default(),
            config,
        })
    }

    /// One call, admitted by circuit breaker and budget.
    async fn ask(&self, tenant: &str, messages: &[Message]) -> Result<Reply, PortError> {
        let permit = self.breaker.admit(self.clock.now()).map_err(|wait| {
            one_more(&self.counted.left_alone);
            LlmRefused { reason: LlmRefusal::Circuit }.emit();
            later("the model failed repeatedly and is left alone for a while", wait)
        })?;
        // The circuit is asked first, so that an open one does not use up anybody's budget.
        self.budget.take(tenant).map_err(|wait| {
            one_more(&self.counted.over_budget);
            LlmRefused { reason: LlmRefusal::Budget }.emit();
            later("the tenant's calls of this minute are used up", wait)
        })?;
        one_more(&self.counted.calls);
        let started = Instant::now();
        let answered = self.http.complete(&wire::body(&self.config, messages)).await;
        let seconds = started.elapsed().as_secs_f64();
        let failed = |permit: Permit<'_>, outcome| {
            one_more(&self.counted.failures);
            permit.failed(self.clock.now());
            LlmCalled { outcome, seconds }.emit();
        };
        let reply = match answered {
            Ok(reply) => reply,
            Err(failure) => {
                failed(permit, failure.outcome);
                return Err(failure.error);
            }
        };
        let Some(text) = wire::content(&reply) else {
            failed(permit, LlmOutcome::Invalid);
            ProposalRejected { reason: "no-completion" }.emit();
            return Err(PortError::new(
                PortErrorKind::Invalid,
                "the model's server answered something that is no chat completion",
            ));
        };
        // The server works, whatever it has to say. An answer against the rules does not open the
        // circuit: one user's words could then take the model from all.
        permit.succeeded();
        Ok(Reply { text, seconds })
    }

    fn judge(
        &self,
        reply: &Reply,
        request: &ProposalRequest,
    ) -> Result<Vec<ProposalOperation>, Defect> {
        let judged = answer::parse(&reply.text, request);
        let outcome = if judged.is_ok() { LlmOutcome::Ok } else { LlmOutcome::Invalid };
        LlmCalled { outcome, seconds: reply.seconds }.emit();
        if let Err(defect) = &judged {
            one_more(&self.counted.failures);
            ProposalRejected { reason: defect.reason }.emit();
        }
        judged
    }
}

struct Reply {
    text: String,
    seconds: f64,
}

fn later(message: &str, wait: std::time::Duration) -> PortError {
    PortError { retry_after: Some(wait), ..PortError::new(PortErrorKind::Unavailable, message) }
}

#[async_trait]
impl Inferrer for OpenAiInferrer {
    fn version(&self) -> &str {
        &self.version
    }

    async fn propose(
        &self,
        request: &ProposalRequest,
    ) -> Result<Vec<ProposalOperation>, PortError> {
        if request.turns.is_empty() {
            return Ok(Vec::new());
        }
        if request.turns.len() > self.config.max_turns {
            return Err(PortError::new(
                PortErrorKind::Invalid,
                format!(
                    "{} turns in one request, at most {} are allowed",
                    request.turns.len(),
                    self.config.max_turns
                ),
            ));
        }
        let asked = prompt::user(request, self.config.max_turn_chars).map_err(|e| {
            PortError::new(PortErrorKind::Invalid, "the request cannot be written").caused_by(e)
        })?;
        let mut messages =
            vec![Message::new("system", prompt::SYSTEM.trim_end()), Message::new("user", asked)];
        let reply = self.ask(&request.tenant, &messages).await?;
        let defect = match self.judge(&reply, request) {
            Ok(operations) => return Ok(operations),
            Err(defect) => defect,
        };
        let shown: String = reply.text.chars().take(MAX_SHOWN_AGAIN).collect();
        messages.push(Message::new("assistant", shown));
        messages.push(Message::new("user", prompt::repair(&defect.detail)));
        let reply = self.ask(&request.tenant, &messages).await?;
        self.judge(&reply, request).map_err(|defect| {
            PortError::new(
                PortErrorKind::Invalid,
                "the model's answer broke the rules, and so did its repair",
            )
            .caused_by(defect)
        })
    }

    fn tally(&self) -> InferrerTally {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        InferrerTally {
            calls: read(&self.counted.calls),
            failures: read(&self.counted.failures),
            over_budget: read(&self.counted.over_budget),
            left_alone: read(&self.counted.left_alone),
            circuit: self.breaker.circuit(),
        }
    }

    /// Asks for the list of models: whether the server is there and takes the key.
    async fn check(&self) -> Result<(), PortError> {
        self.http.models().await.map_err(|failure| failure.error)
    }
}
