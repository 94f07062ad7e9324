//! The gateway: gRPC and HTTP over one service, with one bound on both together.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use penchant_core::TenantId;
use penchant_ports::{Clock, PreferenceReader};
use penchant_retrieve::Populations;
use penchant_telemetry::MetricsHandle;
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Retrieve};
use crate::edge::{Admission, EdgeOptions, RetrieveDefaults, Tenancy};
use crate::gateway::Gateway;
use crate::grpc::serve_grpc;
use crate::http::{Hosts, HttpOptions, serve_http};

/// What both surfaces share.
///
/// # Errors
/// A token's digest that is none; the configuration's own check excludes it.
pub fn options(config: &Config, clock: Arc<dyn Clock>) -> Result<EdgeOptions> {
    let tenancy = if config.auth.tokens.is_empty() {
        Tenancy::open()
    } else {
        let mut tokens = Vec::new();
        for token in &config.auth.tokens {
            tokens.push((token.sha256.as_str(), TenantId::try_new(&token.tenant)?));
        }
        Tenancy::tokens(tokens).context("auth.tokens")?
    };
    Ok(EdgeOptions {
        tenancy: Arc::new(tenancy),
        admission: Admission::new(config.server.max_concurrent),
        defaults: RetrieveDefaults { k: config.retrieve.k, max_tokens: config.retrieve.max_tokens },
        grace: config.server.grace.0,
        ..EdgeOptions::new(clock)
    })
}

/// Counts what the users of each tenant hold, again and again until told to stop.
pub async fn count(
    populations: Arc<Populations>,
    reader: Arc<dyn PreferenceReader>,
    config: Retrieve,
    stop: CancellationToken,
) {
    if config.population_users == 0 {
        return;
    }
    let mut due = tokio::time::interval(config.population_every.0);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = due.tick() => {}
        }
        let counted = tokio::select! {
            () = stop.cancelled() => return,
            counted = populations.refresh(&*reader, config.population_users) => counted,
        };
        if let Err(error) = counted {
            tracing::warn!(%error, "what users hold together was not counted; the last count stands");
        }
    }
}

/// Serves gRPC until told to stop.
///
/// # Errors
/// When serving cannot go on.
pub async fn grpc(
    listener: TcpListener,
    gateway: Arc<dyn Gateway>,
    options: EdgeOptions,
    stop: CancellationToken,
) -> Result<()> {
    serve_grpc(listener, gateway, options, stop).await.context("gRPC")
}

/// Serves HTTP, with the routes of `more` beside its own, until told to stop.
///
/// # Errors
/// When serving cannot go on.
pub async fn http(
    listener: TcpListener,
    gateway: Arc<dyn Gateway>,
    options: EdgeOptions,
    allowed_hosts: Vec<String>,
    metrics: Option<MetricsHandle>,
    more: Router,
    stop: CancellationToken,
) -> Result<()> {
    let metrics = move || metrics.as_ref().map(MetricsHandle::render).unwrap_or_default();
    let http = HttpOptions { hosts: Hosts::new(allowed_hosts), metrics: Arc::new(metrics), more };
    serve_http(listener, gateway, options, http, stop).await.context("HTTP")
}
