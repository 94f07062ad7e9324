//! JSON bodies: read strictly, with the place of what is wrong; written as proto3 JSON.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;

/// A body that must be `application/json`.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        // A page of another site can send a form without asking first, but not this type.
        if media_type(request.headers()).as_deref() != Some("application/json") {
            return Err(unsupported("application/json"));
        }
        read(&bytes(request, state).await?).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let json = HeaderValue::from_static("application/json");
                ([(CONTENT_TYPE, json)], body).into_response()
            }
            Err(error) => Failure::from(crate::gateway::GatewayError::Internal(Box::new(error)))
                .into_response(),
        }
    }
}

/// The body's media type in lower case, without parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

pub(super) fn unsupported(wanted: &str) -> Failure {
    Failure::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "INVALID_ARGUMENT",
        format!("the body's content-type must be {wanted}"),
    )
}

/// The whole body, within the limit.
pub(super) async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let limit = crate::edge::MAX_MESSAGE_BYTES;
            let message = format!("the body is larger than {limit} bytes");
            Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "OUT_OF_RANGE", message)
        } else {
            Failure::invalid("", format!("the body could not be read: {rejection}"))
        }
    })
}

/// Reads one JSON value.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        Failure::invalid(field(&path, &message), message)
    })?;
    match deserializer.end() {
        Ok(()) => Ok(value),
        Err(error) => Err(Failure::invalid("", error.to_string())),
    }
}

/// The field in question: where the parser stood, and the name it did not know.
fn field(path: &str, message: &str) -> String {
    let place = if path == "." || path == "?" { "" } else { path.trim_end_matches(".?") };
    let unknown =
        message.strip_prefix("unknown field `").and_then(|rest| Some(rest.split_once('`')?.0));
    match unknown {
        Some(name) if place.is_empty() => name.to_owned(),
        Some(name) if place.rsplit('.').next() != Some(name) => format!("{place}.{name}"),
        Some(_) | None => place.to_owned(),
    }
}
