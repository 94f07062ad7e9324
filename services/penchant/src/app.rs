//! One running penchant: parts, roles, and their order of starting and stopping.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Role};
use crate::gateway::Gateway;
use crate::parts::Parts;
use crate::roles;
use crate::service::Service;

/// Opened and bound, but not serving yet.
pub struct App {
    config: Config,
    parts: Parts,
    grpc: Option<TcpListener>,
    http: TcpListener,
}

/// A serving app. Dropping it does not stop it; [`Running::stop`] does.
pub struct Running {
    /// Where gRPC is served, when the gateway role runs here.
    pub grpc: Option<SocketAddr>,
    /// Where HTTP is served.
    pub http: SocketAddr,
    /// The service behind the surfaces, for callers in the same process.
    pub service: Arc<Service>,
    intake: CancellationToken,
    learning: CancellationToken,
    surfaces: JoinSet<Result<()>>,
    learner: JoinSet<Result<()>>,
}

impl App {
    /// Opens the parts and binds the addresses.
    ///
    /// # Errors
    /// Whatever cannot be opened or bound, with what to do about it.
    pub async fn build(config: Config) -> Result<Self> {
        let parts = Parts::open(&config).await?;
        Self::over(config, parts).await
    }

    /// Binds the addresses for parts that are open already.
    ///
    /// # Errors
    /// An address that cannot be bound.
    pub async fn over(config: Config, parts: Parts) -> Result<Self> {
        let grpc = if config.server.roles.contains(&Role::Gateway) {
            Some(bind(config.server.grpc, "server.grpc").await?)
        } else {
            None
        };
        let http = bind(config.server.http, "server.http").await?;
        Ok(Self { config, parts, grpc, http })
    }

    /// What operators should know before anything is served.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Starts all roles.
    ///
    /// # Errors
    /// When a bound address cannot be read back.
    pub fn start(self) -> Result<Running> {
        let (intake, learning) = (CancellationToken::new(), CancellationToken::new());
        let mut learner_tasks = JoinSet::new();
        let learner = self.config.server.roles.contains(&Role::Learner).then(|| {
            let learner = roles::learner::build(&self.parts, &self.config);
            let parts = self.parts.clone();
            learner_tasks.spawn(roles::learner::run(learner.clone(), parts, learning.clone()));
            learner
        });
        let options = roles::gateway::options(&self.config, Arc::clone(&self.parts.clock))?;
        let service = Arc::new(Service::new(self.parts, learner));
        let gateway: Arc<dyn Gateway> = Arc::<Service>::clone(&service);
        let mut surfaces = JoinSet::new();
        let grpc = self.grpc.as_ref().map(TcpListener::local_addr).transpose()?;
        let http = self.http.local_addr()?;
        if let Some(listener) = self.grpc {
            let (gateway, options) = (Arc::clone(&gateway), options.clone());
            surfaces.spawn(roles::gateway::grpc(listener, gateway, options, intake.clone()));
        }
        let metrics = match penchant_telemetry::install_metrics() {
            Ok(metrics) => Some(metrics),
            Err(error) => {
                tracing::warn!(%error, "metrics are not available");
                None
            }
        };
        let hosts = self.config.server.allowed_hosts;
        surfaces.spawn(roles::gateway::http(
            self.http,
            gateway,
            options,
            hosts,
            metrics,
            intake.clone(),
        ));
        Ok(Running { grpc, http, service, intake, learning, surfaces, learner: learner_tasks })
    }
}

impl Running {
    /// Waits until a part of the app ends by itself, which is always a failure.
    pub async fn failed(&mut self) -> anyhow::Error {
        let ended = tokio::select! {
            Some(ended) = self.surfaces.join_next() => ended,
            Some(ended) = self.learner.join_next() => ended,
        };
        match ended {
            Ok(Ok(())) => anyhow::anyhow!("a part of the service ended by itself"),
            Ok(Err(error)) => error,
            Err(panic) => anyhow::Error::new(panic).context("a part of the service failed"),
        }
    }

    /// Stops along the line: intake first, then learning, each finishing what it holds within its
    /// grace period. What is not finished is on the log and will be learnt at the next start.
    ///
    /// # Errors
    /// The first part that failed while stopping.
    pub async fn stop(mut self) -> Result<()> {
        self.intake.cancel();
        let surfaces = all(&mut self.surfaces).await;
        self.learning.cancel();
        let learner = all(&mut self.learner).await;
        surfaces.and(learner)
    }
}

async fn all(tasks: &mut JoinSet<Result<()>>) -> Result<()> {
    let mut first = Ok(());
    while let Some(ended) = tasks.join_next().await {
        first = first.and(ended.context("a part of the service failed").and_then(|done| done));
    }
    first
}

async fn bind(address: SocketAddr, key: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot bind {key} = {address}; is another penchant running? Choose another with --grpc/--http")
    })
}
