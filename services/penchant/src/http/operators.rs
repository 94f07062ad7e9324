//! `/livez`, `/readyz`, `/metrics`, `/v1/status`.

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use penchant_proto::v1;
use tokio_util::sync::CancellationToken;

use super::Metrics;
use super::json::Json;
use crate::edge::Calls;

/// The process answers.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// 200 when requests should be sent here, else 503; details either way.
pub(super) async fn ready(
    State(calls): State<Calls>,
    Extension(shutdown): Extension<CancellationToken>,
) -> Response {
    let mut status = calls.status().await;
    if shutdown.is_cancelled() {
        status.ready = false;
        status.problems.push("stopping".to_owned());
    }
    let code = if status.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(status)).into_response()
}

/// As `AdminService.GetStatus`.
pub(super) async fn status(State(calls): State<Calls>) -> Json<v1::GetStatusResponse> {
    Json(calls.status().await)
}

pub(super) async fn metrics(Extension(metrics): Extension<Metrics>) -> Response {
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, text)], metrics()).into_response()
}
