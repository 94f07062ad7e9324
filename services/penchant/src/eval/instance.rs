//! An embedded instance for measuring: real log, real store, real learner, no sockets.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use penchant_core::{
    Context, Event, EventBody, EventId, Position, Preference, SessionId, TenantId, Timestamp,
    UserId, UserKey,
};
use penchant_learn::lane::Learner;
use penchant_ports::{Embedder, InferrerTally, ListQuery};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, LogKind, Role, StoreKind};
use crate::gateway::{Gateway as _, RankAnswer, RankQuery, RetrieveAnswer, RetrieveQuery};
use crate::parts::Parts;
use crate::roles;
use crate::service::Service;

/// More than any batch takes without a language model.
const SLOW: Duration = Duration::from_secs(120);

/// A running instance on a folder of its own, removed when it is dropped.
pub struct Instance {
    service: Service,
    parts: Parts,
    learner: Learner,
    /// The longest that a batch may take.
    patience: Duration,
    tenant: TenantId,
    stop: CancellationToken,
    learning: JoinHandle<Result<()>>,
    _folder: TempDir,
}

/// How much a run used the language model.
pub(super) struct ModelUse {
    pub(super) tally: InferrerTally,
    /// Calls per 100 messages of users.
    pub(super) per_100: f64,
}

/// One event to record.
pub(super) struct NewEvent<'a> {
    pub(super) id: String,
    pub(super) user: &'a UserKey,
    pub(super) session: &'a str,
    pub(super) at: Timestamp,
    pub(super) context: Context,
    pub(super) body: EventBody,
}

impl Instance {
    /// Starts one as configured, except that its log and store are embedded and its own.
    ///
    /// # Errors
    /// When a part cannot be opened.
    pub async fn start(config: &Config) -> Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the instance")?;
        let mut config = config.clone();
        config.data.folder = folder.path().to_owned();
        config.log.kind = LogKind::Embedded;
        config.store.kind = StoreKind::Embedded;
        config.server.roles = vec![Role::Gateway, Role::Learner];
        // What a model can do is measured, not how fast it does it: a call and its repair.
        config.llm.patience.0 = config.llm.timeout.0.saturating_mul(2);
        let parts = Parts::open(&config).await?;
        let learner: Learner = roles::learner::build(&parts, &config);
        let stop = CancellationToken::new();
        let run = roles::learner::run(learner.clone(), parts.clone(), stop.clone());
        let learning = tokio::spawn(run);
        let service = Service::new(parts.clone(), Some(learner.clone()));
        let tenant = TenantId::try_new("measured")?;
        let patience = config.llm.patience.0 + SLOW;
        Ok(Self { service, parts, learner, patience, tenant, stop, learning, _folder: folder })
    }

    /// The service, for callers that speak to it directly.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The embedder's model.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.parts.embedder.info().model
    }

    /// What is worse than it could be.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.parts.warnings
    }

    pub(super) fn embedder(&self) -> &Arc<dyn Embedder> {
        &self.parts.embedder
    }

    /// The language model, or `none`.
    pub(super) fn inferrer(&self) -> String {
        self.parts.model.as_ref().map_or_else(|| "none".to_owned(), |model| model.name.clone())
    }

    /// What the language model did so far; `None` without one.
    pub(super) fn model_use(&self) -> Option<ModelUse> {
        let status = self.learner.status();
        let per_100 = status.calls_per_100_messages()?;
        Some(ModelUse { tally: status.inferrer?, per_100 })
    }

    pub(super) fn user(&self, name: &str) -> Result<UserKey> {
        let clean: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        Ok(UserKey::new(self.tenant.clone(), UserId::try_new(clean)?))
    }

    /// Records events; the position of the last one. With a language model it waits until each
    /// has been learnt.
    pub(super) async fn record(&self, events: Vec<NewEvent<'_>>) -> Result<Option<Position>> {
        let mut made = Vec::with_capacity(events.len());
        for event in events {
            let session = match event.session {
                "" => None,
                name => Some(SessionId::try_new(name)?),
            };
            made.push(Event {
                id: EventId::try_new(&event.id)?,
                user: event.user.clone(),
                session,
                occurred_at: event.at,
                // The data's times are the truth of its users.
                imported: true,
                context: event.context,
                body: event.body,
            });
        }
        // A language model is asked about a batch at a time, and how many events come to a batch
        // depends on how busy the machine is. One by one it is asked the same in every run, so a
        // recorded run finds its answers again.
        let together = if self.parts.model.is_some() { 1 } else { made.len().max(1) };
        let mut last = None;
        for some in made.chunks(together) {
            for outcome in self.service.record(&self.tenant, some.to_vec()).await {
                match outcome {
                    Ok(position) => last = Some(position),
                    Err(error) => bail!("an event was not recorded: {error}"),
                }
            }
            if self.parts.model.is_some() {
                self.learnt(last).await?;
            }
        }
        Ok(last)
    }

    /// Waits until a position has taken effect, as long as the language model takes: the service
    /// itself lets nobody wait that long.
    async fn learnt(&self, position: Option<Position>) -> Result<()> {
        let Some(position) = position else { return Ok(()) };
        let mut progress = self.learner.progress();
        let reached = progress.wait_for(|checkpoint| checkpoint.reflects(position));
        let reached = tokio::time::timeout(self.patience, reached).await;
        reached.context("the learner does not get on")?.context("the learner ended")?;
        Ok(())
    }

    /// Retrieves once everything up to `after` has been learnt.
    pub(super) async fn retrieve(
        &self,
        user: &UserKey,
        context: Context,
        as_of: Option<Timestamp>,
        after: Option<Position>,
    ) -> Result<RetrieveAnswer> {
        self.learnt(after).await?;
        let query = RetrieveQuery {
            user: user.clone(),
            context,
            k: crate::gateway::DEFAULT_K,
            max_tokens: crate::gateway::DEFAULT_MAX_TOKENS,
            min_confidence: None,
            facets: Vec::new(),
            as_of,
            min_position: after,
            deadline: None,
            explain: false,
            session: None,
        };
        Ok(self.service.retrieve(query).await?)
    }

    /// Ranks texts for a user and context.
    pub(super) async fn rank(
        &self,
        user: &UserKey,
        context: Context,
        candidates: &[&str],
        after: Option<Position>,
    ) -> Result<RankAnswer> {
        self.learnt(after).await?;
        let candidates = candidates
            .iter()
            .map(|text| penchant_core::event::Item {
                text: (*text).to_owned(),
                ..penchant_core::event::Item::default()
            })
            .collect();
        let query = RankQuery {
            user: user.clone(),
            context,
            candidates,
            min_position: after,
            deadline: None,
            explain: false,
            session: None,
        };
        Ok(self.service.rank(query).await?)
    }

    /// Everything stored about a user, whatever its status.
    pub(super) async fn stored(
        &self,
        user: &UserKey,
        after: Option<Position>,
    ) -> Result<Vec<Preference>> {
        // An empty retrieval waits for the learner.
        self.retrieve(user, Context::default(), None, after).await?;
        let query =
            ListQuery { user: user.clone(), statuses: Vec::new(), limit: 1_000, cursor: None };
        Ok(self.service.list(query).await?.items)
    }

    /// Stops learning and closes the folder.
    ///
    /// # Errors
    /// What the learner met.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.learning.await.context("the learner failed")?
    }
}
