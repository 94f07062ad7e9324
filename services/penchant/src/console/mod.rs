//! Pages for people: what is remembered about whom, and why, with the means to correct it.
//!
//! Rendered here, without scripts; everything is read and decided through [`Calls`], like any
//! other surface's request, so a decision made on a page goes through the log. The credentials are
//! those of the other surfaces ([`session`]).
//!
//! *Absent on purpose:* rules about preferences, and any way around the log.

mod acts;
mod pages;
mod session;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use http::{HeaderName, HeaderValue, Method};

use crate::edge::{Calls, EdgeOptions};
use crate::gateway::Gateway;

use self::session::Sessions;

/// How long a decision is waited for before its page is shown again.
const EFFECT_WITHIN: Duration = Duration::from_secs(3);

/// Nothing but this server's own style sheet, and forms that go nowhere else. `same-origin`
/// referrers, because with none a browser sends its own forms without an origin.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "same-origin"),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-frame-options"), "DENY"),
];

/// What all pages work with.
#[derive(Clone)]
struct Console {
    calls: Calls,
    gateway: Arc<dyn Gateway>,
    sessions: Arc<Sessions>,
    /// What this process does, for the overview.
    roles: Arc<str>,
}

/// The routes, to stand beside those of HTTP. `roles` is what this process does, in words.
pub fn router(gateway: Arc<dyn Gateway>, options: &EdgeOptions, roles: &str) -> Router {
    let calls = Calls::new(Arc::clone(&gateway), Arc::clone(&options.clock), options.defaults);
    let sessions = Arc::new(Sessions::new(Arc::clone(&options.tenancy)));
    let console = Console { calls, gateway, sessions, roles: roles.into() };
    let inside = Router::new()
        .route("/console", get(pages::overview))
        .route("/console/users", get(pages::users))
        .route("/console/user", get(pages::user))
        .route("/console/preference", get(pages::preference).post(acts::direct))
        .route("/console/erase", post(acts::erase))
        .route("/console/dead-letters", get(pages::dead_letters))
        .route("/console/sign-out", post(acts::sign_out))
        .route_layer(middleware::from_fn_with_state(console.clone(), signed_in));
    Router::new()
        .route("/", get(home))
        .route("/console/style.css", get(style))
        .route("/console/sign-in", get(pages::sign_in).post(acts::sign_in))
        .merge(inside)
        .layer(middleware::from_fn(guarded))
        .with_state(console)
}

async fn home() -> Response {
    words::go("/console")
}

async fn style() -> Response {
    let css = HeaderValue::from_static("text/css; charset=utf-8");
    ([(CONTENT_TYPE, css)], include_str!("style.css")).into_response()
}

/// Sets the headers that every page has.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Establishes who is there (INV-6), or leads to where that is said.
async fn signed_in(State(console): State<Console>, mut request: Request, next: Next) -> Response {
    match console.sessions.visitor(request.headers()) {
        Some(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        None if request.method() == Method::GET => words::go("/console/sign-in"),
        None => pages::Trouble::signed_out().into_response(),
    }
}

type Visitor = Extension<session::Visitor>;
