//! HTTP/JSON for apps without gRPC, and for operators: thin handlers over [`Calls`], behind one
//! gate.
//!
//! Bodies are the proto3 JSON of the `penchant.v1` messages. A request passes [`gate`] (host,
//! origin, who is asking, admission, time, panics), then its handler; what went wrong leaves as
//! `{"code", "message", "field"?, "request_id"}` from [`failure`].

mod events;
mod failure;
mod gate;
mod hosts;
mod json;
mod operators;
mod preferences;
mod retrieval;
mod users;

use std::io;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use axum::{Extension, Router};
use penchant_core::TenantId;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::edge::transport::{self, Protocol};
use crate::edge::{Calls, EdgeOptions, MAX_MESSAGE_BYTES};
use crate::gateway::Gateway;

pub use failure::Failure;
pub use hosts::Hosts;

/// Renders the metrics, in the Prometheus text format.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// How HTTP serves, besides [`EdgeOptions`].
#[derive(Clone)]
pub struct HttpOptions {
    /// The names it answers to.
    pub hosts: Hosts,
    /// What `/metrics` answers.
    pub metrics: Metrics,
    /// Further routes (the console), behind the same host check and limits. They see to
    /// credentials themselves.
    pub more: Router,
}

impl Default for HttpOptions {
    /// Loopback names, no metrics, nothing further.
    fn default() -> Self {
        Self { hosts: Hosts::default(), metrics: Arc::new(String::new), more: Router::new() }
    }
}

/// The tenant that the gate has established.
type Tenant = Extension<TenantId>;

/// Serves HTTP on a bound listener until `shutdown`, then drains for at most the grace period.
///
/// # Errors
/// Never for a single connection or request.
pub async fn serve_http(
    listener: TcpListener,
    gateway: Arc<dyn Gateway>,
    options: EdgeOptions,
    http: HttpOptions,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let grace = options.grace;
    let router = router(gateway, options, http, shutdown.clone());
    transport::serve(listener, router, Protocol::Http, grace, shutdown).await
}

fn router(
    gateway: Arc<dyn Gateway>,
    options: EdgeOptions,
    http: HttpOptions,
    shutdown: CancellationToken,
) -> Router {
    let calls = Calls::new(gateway, Arc::clone(&options.clock), options.defaults);
    let api = Router::new()
        .route("/v1/events", post(events::record))
        .route("/v1/retrieve", post(retrieval::retrieve))
        .route("/v1/rank", post(retrieval::rank))
        .route("/v1/users", get(users::list))
        .route("/v1/users/{user}", axum::routing::delete(users::erase))
        .route("/v1/users/{user}/export", get(users::export))
        .route("/v1/users/{user}/preferences", get(preferences::list))
        .route("/v1/users/{user}/preferences/{preference}", get(preferences::show))
        .route("/v1/users/{user}/preferences/{preference}/{action}", post(preferences::direct))
        .route("/v1/status", get(operators::status))
        .route_layer(middleware::from_fn_with_state(options.clone(), gate::authenticate));
    let operators = Router::new()
        .route("/livez", get(operators::live))
        .route("/readyz", get(operators::ready))
        .route("/metrics", get(operators::metrics))
        .layer(Extension(http.metrics))
        .layer(Extension(shutdown));
    let gate = gate::Gate::new(options, http.hosts);
    api.merge(operators)
        .with_state(calls)
        .merge(http.more)
        .fallback(failure::no_such_path)
        .method_not_allowed_fallback(failure::no_such_method)
        .layer(DefaultBodyLimit::max(MAX_MESSAGE_BYTES))
        .layer(middleware::from_fn_with_state(gate, gate::pass))
}
