//! What every HTTP request passes before its handler, and what its answer passes after it.

use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;
use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::failure::Failure;
use super::hosts::Hosts;
use crate::edge::deadline::within;
use crate::edge::tenancy::UNAUTHENTICATED;
use crate::edge::{EdgeOptions, Held, Served};
use crate::gateway::GatewayError;

/// Routes, for measurements: a label needs a name that lives as long as the program.
const ROUTES: &[&str] = &[
    "/v1/events",
    "/v1/retrieve",
    "/v1/rank",
    "/v1/users",
    "/v1/users/{user}",
    "/v1/users/{user}/export",
    "/v1/users/{user}/preferences",
    "/v1/users/{user}/preferences/{preference}",
    "/v1/users/{user}/preferences/{preference}/{action}",
    "/v1/status",
    "/livez",
    "/readyz",
    "/metrics",
    "/",
    "/console",
    "/console/users",
    "/console/user",
    "/console/preference",
    "/console/erase",
    "/console/dead-letters",
    "/console/sign-in",
    "/console/sign-out",
    "/console/style.css",
];

/// Answered even when everything else is shed: an overloaded server is not a dead one.
const ALWAYS: &[&str] = &["/livez", "/readyz", "/metrics"];

#[derive(Clone)]
pub(super) struct Gate {
    options: EdgeOptions,
    hosts: Hosts,
}

impl Gate {
    pub(super) fn new(options: EdgeOptions, hosts: Hosts) -> Self {
        Self { options, hosts }
    }
}

/// Lets a request pass, or answers in its handler's stead; renders failures.
pub(super) async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7().to_string();
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let route = ROUTES.iter().find(|known| **known == path).copied().unwrap_or("other");
    let mut served = Served::new(route);
    let mut response = match admitted(&gate, route, request, next).await {
        Ok((response, permit)) => response.map(|inner| {
            // The permit is held while a streamed answer goes on.
            let code_of = |_: &HeaderMap| None;
            let served = Served::unmeasured();
            Body::new(Held {
                inner,
                deadline: None,
                served,
                code_of,
                ended: false,
                _permit: permit,
            })
        }),
        Err(failure) => failure.into_response(),
    };
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        served.ended(failure.code());
        // Keeps headers such as `Allow`.
        let rendered = failure.render(&id);
        let (parts, body) = rendered.into_parts();
        response.headers_mut().extend(parts.headers);
        // The length of the empty body that is replaced here.
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        *response.body_mut() = body;
    } else {
        served.ended(response.status().as_str());
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn admitted(
    gate: &Gate,
    route: &'static str,
    request: Request,
    next: Next,
) -> Result<(Response, Option<crate::edge::admission::Permit>), Failure> {
    at_home(&gate.hosts, &request)?;
    let permit = if ALWAYS.contains(&route) { None } else { Some(gate.options.admission.admit()?) };
    let ends = tokio::time::Instant::now().checked_add(gate.options.timeout);
    let handled = AssertUnwindSafe(within(ends, next.run(request))).catch_unwind();
    match tokio::time::timeout(gate.options.timeout, handled).await {
        Ok(Ok(response)) => Ok((response, permit)),
        Ok(Err(_)) => Err(GatewayError::Internal("a handler panicked".into()).into()),
        Err(_) => Err(Failure::new(
            StatusCode::GATEWAY_TIMEOUT,
            "DEADLINE_EXCEEDED",
            "there was no answer in time",
        )),
    }
}

/// Refuses names that are not ours, and pages of other sites.
fn at_home(hosts: &Hosts, request: &Request) -> Result<(), Failure> {
    let headers = request.headers();
    let authority = match headers.get(HOST) {
        Some(value) => value.to_str().ok(),
        None => request.uri().authority().map(http::uri::Authority::as_str),
    };
    if !authority.is_some_and(|authority| hosts.allow(authority)) {
        return Err(Failure::new(
            StatusCode::MISDIRECTED_REQUEST,
            "PERMISSION_DENIED",
            "this server does not answer to that host name (server.allowed_hosts)",
        ));
    }
    let foreign = headers
        .get(ORIGIN)
        .is_some_and(|origin| !origin.to_str().is_ok_and(|origin| hosts.allow_origin(origin)));
    if foreign {
        return Err(Failure::new(
            StatusCode::FORBIDDEN,
            "PERMISSION_DENIED",
            "pages of other sites may not call this server (server.allowed_hosts)",
        ));
    }
    Ok(())
}

/// Establishes the tenant (INV-6).
pub(super) async fn authenticate(
    State(options): State<EdgeOptions>,
    mut request: Request,
    next: Next,
) -> Response {
    match options.tenancy.establish(request.headers()) {
        Ok(tenant) => {
            request.extensions_mut().insert(tenant);
            next.run(request).await
        }
        Err(_) => Failure::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", UNAUTHENTICATED)
            .into_response(),
    }
}
