//! The one translation from errors to HTTP answers.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use penchant_core::validate::InvalidField;
use serde::Serialize;

use crate::gateway::GatewayError;

/// What went wrong, as a client is told. Rendered by the gate, which knows the request's id.
#[derive(Debug, Clone)]
pub struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
    retry_after: Option<Duration>,
    results: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<&'a serde_json::Value>,
    request_id: &'a str,
}

impl Failure {
    /// A failure that names no field.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, code, message, field: None, retry_after: None, results: None }
    }

    /// 400, naming the field. A body that is not JSON at all has no field.
    #[must_use]
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        let field = Some(field.into()).filter(|field| !field.is_empty());
        Self { field, ..Self::new(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", reason) }
    }

    /// In this line of an NDJSON body, from 1.
    #[must_use]
    pub fn in_line(self, line: usize) -> Self {
        Self { message: format!("line {line} of the body: {}", self.message), ..self }
    }

    /// With what became of each event.
    #[must_use]
    pub fn with_results(self, results: serde_json::Value) -> Self {
        Self { results: Some(results), ..self }
    }

    /// The code as measurements name it.
    #[must_use]
    pub fn code(&self) -> String {
        self.code.to_ascii_lowercase()
    }

    /// The status it is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the caller is told.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The field that is wrong, if one is.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// As an answer to the request of this id.
    #[must_use]
    pub fn render(&self, request_id: &str) -> Response {
        let body = Body {
            code: self.code,
            message: &self.message,
            field: self.field.as_deref(),
            results: self.results.as_ref(),
            request_id,
        };
        // Strings and JSON values always serialise.
        let json = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (self.status, json).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(after) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
        }
        response
    }
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Self {
        let status = match &error {
            GatewayError::Invalid(InvalidField { field, reason }) => {
                return Self::invalid(field, reason);
            }
            GatewayError::NotFound { .. } => StatusCode::NOT_FOUND,
            GatewayError::Stale(_) | GatewayError::AlreadyExists(_) => StatusCode::CONFLICT,
            GatewayError::Behind { .. } | GatewayError::Unavailable { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            GatewayError::Exhausted { .. } => StatusCode::TOO_MANY_REQUESTS,
            GatewayError::Unimplemented(_) => StatusCode::NOT_IMPLEMENTED,
            GatewayError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let retry_after = error.retry_after();
        Self { retry_after, ..Self::new(status, error.code(), error.told()) }
    }
}

impl From<InvalidField> for Failure {
    fn from(error: InvalidField) -> Self {
        Self::invalid(error.field, error.reason)
    }
}

impl IntoResponse for Failure {
    /// Only the status; the gate fills in the rest.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

pub(super) async fn no_such_path() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is nothing at this path")
}

pub(super) async fn no_such_method() -> Failure {
    let message = "this path does not take this method";
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "UNIMPLEMENTED", message)
}
