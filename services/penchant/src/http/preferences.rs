//! `/v1/users/{user}/preferences…`: list, show, and decide.

use axum::Extension;
use axum::extract::{Path, Query, Request, State};
use http::header::CONTENT_TYPE;
use penchant_proto::v1;

use super::Tenant;
use super::failure::{self, Failure};
use super::json::{self, Json};
use crate::edge::Calls;

/// `?status=active&status=quarantined&page_size=20&page_token=…`
pub(super) async fn list(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Path(user_id): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<Json<v1::ListPreferencesResponse>, Failure> {
    let mut asked = v1::ListPreferencesRequest { user_id, ..Default::default() };
    for (name, value) in parameters {
        match name.as_str() {
            "status" => asked.statuses.push(status(&value)?),
            "page_size" => asked.page_size = Some(number(&name, &value)?),
            "page_token" => asked.page_token = value,
            _ => return Err(Failure::invalid(name, "is no parameter of this path")),
        }
    }
    Ok(Json(calls.list(&tenant, asked).await?))
}

pub(super) async fn show(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Path((user_id, preference_id)): Path<(String, String)>,
) -> Result<Json<v1::GetPreferenceResponse>, Failure> {
    let asked = v1::GetPreferenceRequest { user_id, preference_id };
    Ok(Json(calls.get(&tenant, asked).await?))
}

/// Body: none, or `{"description"?, "expected_version"?, "event_id"?}`.
pub(super) async fn direct(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    Path((user_id, preference_id, action)): Path<(String, String, String)>,
    request: Request,
) -> Result<Json<v1::DirectPreferenceResponse>, Failure> {
    let named = format!("DIRECTIVE_ACTION_{}", action.to_ascii_uppercase());
    let action = match v1::DirectiveAction::from_str_name(&named) {
        Some(known) if known != v1::DirectiveAction::Unspecified => known,
        Some(_) | None => return Err(failure::no_such_path().await),
    };
    let mut asked = body(request).await?;
    let named_elsewhere = [
        ("user_id", asked.user_id.is_empty() || asked.user_id == user_id),
        ("preference_id", asked.preference_id.is_empty() || asked.preference_id == preference_id),
        ("action", asked.action == 0 || asked.action == i32::from(action)),
    ];
    if let Some((field, _)) = named_elsewhere.into_iter().find(|(_, agrees)| !agrees) {
        return Err(Failure::invalid(field, "is not what the path says"));
    }
    (asked.user_id, asked.preference_id) = (user_id, preference_id);
    asked.set_action(action);
    Ok(Json(calls.direct(&tenant, asked).await?))
}

async fn body(request: Request) -> Result<v1::DirectPreferenceRequest, Failure> {
    let typed = request.headers().contains_key(CONTENT_TYPE);
    let json = json::media_type(request.headers()).as_deref() == Some("application/json");
    let bytes = json::bytes(request, &()).await?;
    if bytes.is_empty() && (json || !typed) {
        return Ok(v1::DirectPreferenceRequest::default());
    }
    if !json {
        return Err(json::unsupported("application/json"));
    }
    json::read(&bytes)
}

/// A status by its name in the JSON mapping, or its last word in lower case.
fn status(value: &str) -> Result<i32, Failure> {
    let full = format!("STATUS_{}", value.to_ascii_uppercase());
    let known = v1::Status::from_str_name(value).or_else(|| v1::Status::from_str_name(&full));
    known
        .map(i32::from)
        .ok_or_else(|| Failure::invalid("status", format!("has no value {value:?}")))
}

pub(super) fn number(name: &str, value: &str) -> Result<u32, Failure> {
    value.parse().map_err(|_| Failure::invalid(name, "must be a whole number"))
}
