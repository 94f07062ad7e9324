//! `/v1/users…`: list, export, erase.

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::StreamExt as _;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use penchant_proto::v1;

use super::Tenant;
use super::failure::Failure;
use super::json::Json;
use super::preferences::number;
use crate::edge::Calls;

/// `?page_size=20&page_token=…`
pub(super) async fn list(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<v1::ListUsersResponse>, Failure> {
    let mut asked = v1::ListUsersRequest::default();
    for (name, value) in parameters {
        match name.as_str() {
            "page_size" => asked.page_size = Some(number(&name, &value)?),
            "page_token" => asked.page_token = value,
            _ => return Err(Failure::invalid(name, "is no parameter of this path")),
        }
    }
    Ok(Json(calls.users(&tenant, asked).await?))
}

/// NDJSON, one part per line; complete only if the last line is `{"end": …}`. An error on the way
/// breaks the body off.
pub(super) async fn export(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Path(user_id): Path<String>,
) -> Result<Response, Failure> {
    let parts = calls.export(&tenant, v1::ExportUserRequest { user_id }).await?;
    let lines = parts.map(|part| -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
        let part = part.inspect_err(|error| tracing::warn!(%error, "an export broke off"))?;
        let mut line = serde_json::to_vec(&part)?;
        line.push(b'\n');
        Ok(line.into())
    });
    let ndjson = HeaderValue::from_static("application/x-ndjson");
    Ok(([(CONTENT_TYPE, ndjson)], Body::from_stream(lines)).into_response())
}

pub(super) async fn erase(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Path(user_id): Path<String>,
) -> Result<Json<v1::EraseUserResponse>, Failure> {
    Ok(Json(calls.erase(&tenant, v1::EraseUserRequest { user_id }).await?))
}
