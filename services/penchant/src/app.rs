//! One running penchant: parts, roles, and their order of starting and stopping.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use penchant_ports::SystemClock;
use penchant_telemetry::ServiceStarted;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, LogKind, Role, StoreKind};
use crate::gateway::Gateway;
use crate::parts::Parts;
use crate::roles;
use crate::service::{Opening, Service};

/// Bound, but not serving yet.
pub struct App {
    config: Config,
    grpc: Option<TcpListener>,
    http: TcpListener,
}

/// A serving app. Dropping it does not stop it; [`Running::stop`] does.
pub struct Running {
    /// Where gRPC is served, when the gateway role runs here.
    pub grpc: Option<SocketAddr>,
    /// Where HTTP is served.
    pub http: SocketAddr,
    intake: CancellationToken,
    working: CancellationToken,
    surfaces: JoinSet<Result<()>>,
    work: JoinSet<Result<()>>,
}

/// Comes with the parts once they are open and the app is ready; with an error when it never will
/// be, which [`Running::failed`] and [`Running::stop`] explain.
pub type Opened = oneshot::Receiver<Parts>;

impl App {
    /// Binds the addresses. Nothing is opened yet: what is up must be able to say what it waits
    /// for.
    ///
    /// # Errors
    /// An address that cannot be bound.
    pub async fn bind(config: Config) -> Result<Self> {
        let grpc = if config.server.roles.contains(&Role::Gateway) {
            Some(bind(config.server.grpc, "server.grpc").await?)
        } else {
            None
        };
        let http = bind(config.server.http, "server.http").await?;
        Ok(Self { config, grpc, http })
    }

    /// Starts serving, opens the parts (waiting for log and store where they are not up yet), and
    /// then starts the other roles.
    ///
    /// # Errors
    /// When a bound address cannot be read back.
    pub fn start(self) -> Result<(Running, Opened)> {
        let (intake, working) = (CancellationToken::new(), CancellationToken::new());
        let metrics = match penchant_telemetry::install_metrics() {
            Ok(metrics) => Some(metrics),
            Err(error) => {
                tracing::warn!(%error, "metrics are not available");
                None
            }
        };
        let config = self.config;
        let options = roles::gateway::options(&config, Arc::new(SystemClock))?;
        let (log, store) = (log_name(&config), store_name(&config));
        let opening = Arc::new(Opening::new(log, store));
        let gateway: Arc<dyn Gateway> = Arc::<Opening>::clone(&opening);
        let mut surfaces = JoinSet::new();
        let grpc = self.grpc.as_ref().map(TcpListener::local_addr).transpose()?;
        let http = self.http.local_addr()?;
        if let Some(listener) = self.grpc {
            let (gateway, options) = (Arc::clone(&gateway), options.clone());
            surfaces.spawn(roles::gateway::grpc(listener, gateway, options, intake.clone()));
        }
        let hosts = config.server.allowed_hosts.clone();
        let pages = roles::console::routes(&config, &gateway, &options);
        surfaces.spawn(roles::gateway::http(
            self.http,
            gateway,
            options,
            hosts,
            metrics,
            pages,
            intake.clone(),
        ));
        let (ready, opened) = oneshot::channel();
        let mut work = JoinSet::new();
        work.spawn(open_and_work(config, opening, ready, working.clone()));
        Ok((Running { grpc, http, intake, working, surfaces, work }, opened))
    }
}

/// Opens the parts, puts the service behind the surfaces, and learns if that is a role.
async fn open_and_work(
    config: Config,
    opening: Arc<Opening>,
    ready: oneshot::Sender<Parts>,
    stop: CancellationToken,
) -> Result<()> {
    let told = |problem| opening.waits(problem);
    let parts = tokio::select! {
        () = stop.cancelled() => {
            tracing::info!("stopped before everything was there");
            return Ok(());
        }
        parts = Parts::open_when_there(&config, &told) => parts?,
    };
    let learns = config.server.roles.contains(&Role::Learner);
    let learner = learns.then(|| roles::learner::build(&parts, &config));
    let service = Service::new(parts.clone(), learner.clone());
    let counting = roles::gateway::count(
        service.populations(),
        Arc::clone(&parts.reader),
        config.retrieve.clone(),
        stop.clone(),
    );
    opening.opened(service);
    let roles: Vec<&str> = config.server.roles.iter().map(|role| role.name()).collect();
    ServiceStarted {
        roles: &roles.join(","),
        log: parts.log_name,
        store: parts.store_name,
        embedder: &parts.embedder.info().model,
        inferrer: parts.model.as_ref().map_or("", |model| model.name.as_str()),
    }
    .emit();
    // Nobody listens when the app is stopping already.
    ready.send(parts.clone()).ok();
    match learner {
        Some(learner) => {
            let ((), learnt) = tokio::join!(counting, roles::learner::run(learner, parts, stop));
            learnt
        }
        None => {
            counting.await;
            stop.cancelled().await;
            Ok(())
        }
    }
}

const fn log_name(config: &Config) -> &'static str {
    match config.log.kind {
        LogKind::Embedded => "embedded",
        LogKind::Kafka => "kafka",
    }
}

const fn store_name(config: &Config) -> &'static str {
    match config.store.kind {
        StoreKind::Embedded => "embedded",
        StoreKind::Qdrant => "qdrant",
    }
}

impl Running {
    /// Waits until a part of the app ends by itself, which is always a failure.
    pub async fn failed(&mut self) -> anyhow::Error {
        let ended = tokio::select! {
            Some(ended) = self.surfaces.join_next() => ended,
            Some(ended) = self.work.join_next() => ended,
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
        self.working.cancel();
        let work = all(&mut self.work).await;
        surfaces.and(work)
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
