//! What forms do. Each is refused without the token of its page, and goes through the log.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode, Uri};
use penchant_proto::v1;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::pages::{self, Trouble};
use super::session::same;
use super::words::{go, path};
use super::{Console, EFFECT_WITHIN, Visitor};

/// The bodies of all forms here are smaller.
const MAX_FORM_BYTES: usize = 32 * 1024;

#[derive(Deserialize)]
pub(super) struct Decision {
    form_token: String,
    user: String,
    id: String,
    action: String,
    #[serde(default)]
    version: u64,
    #[serde(default)]
    description: String,
}

/// Records a decision about a preference, and shows the preference again once it has taken effect.
pub(super) async fn direct(
    State(console): State<Console>,
    Extension(visitor): Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let form: Decision = read(&headers, &body)?;
    let Decision { form_token, user: user_id, id: preference_id, action, version, description } =
        form;
    must_be_ours(&form_token, &visitor.form_token)?;
    let named = format!("DIRECTIVE_ACTION_{}", action.to_ascii_uppercase());
    let known = v1::DirectiveAction::from_str_name(&named);
    let Some(known) = known.filter(|known| *known != v1::DirectiveAction::Unspecified) else {
        return Err(Trouble::bad("There is no such decision."));
    };
    let edits = known == v1::DirectiveAction::Edit;
    let asked = v1::DirectPreferenceRequest {
        user_id: user_id.clone(),
        preference_id: preference_id.clone(),
        action: known.into(),
        description: if edits { description.trim().to_owned() } else { String::new() },
        expected_version: version,
        ..v1::DirectPreferenceRequest::default()
    };
    let recorded = console.calls.direct(&visitor.tenant, asked).await?;
    let done = if in_effect(&console, recorded.position).await { "done" } else { "later" };
    let to = [("user", user_id.as_str()), ("id", &preference_id), (done, &action)];
    Ok(go(&path("/console/preference", &to)))
}

#[derive(Deserialize)]
pub(super) struct Erasure {
    form_token: String,
    user: String,
    #[serde(default)]
    typed: String,
}

/// Forgets a user, if the id was typed once more.
pub(super) async fn erase(
    State(console): State<Console>,
    Extension(visitor): Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let Erasure { form_token, user, typed } = read(&headers, &body)?;
    must_be_ours(&form_token, &visitor.form_token)?;
    if typed.trim() != user {
        return Err(Trouble::bad(
            "Nothing was erased: what was typed is not the user's id. Go back and type it as it \
             is shown.",
        ));
    }
    let asked = v1::EraseUserRequest { user_id: user };
    let recorded = console.calls.erase(&visitor.tenant, asked).await?;
    let done = if in_effect(&console, recorded.position).await { "done" } else { "later" };
    Ok(go(&path("/console/users", &[(done, "erase")])))
}

#[derive(Deserialize)]
pub(super) struct Credential {
    form_token: String,
    #[serde(default)]
    token: String,
}

pub(super) async fn sign_in(
    State(console): State<Console>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let Credential { form_token, token } = read(&headers, &body)?;
    must_be_ours(&form_token, &console.sessions.stranger())?;
    match console.sessions.begin(token.trim()) {
        Some(cookie) => {
            let mut response = go("/console");
            response.headers_mut().insert(SET_COOKIE, cookie);
            Ok(response)
        }
        None => {
            let again = pages::sign_in_form(&console.sessions.stranger(), true);
            Ok((StatusCode::UNAUTHORIZED, again).into_response())
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Nothing {
    form_token: String,
}

pub(super) async fn sign_out(
    State(console): State<Console>,
    Extension(visitor): Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let Nothing { form_token } = read(&headers, &body)?;
    must_be_ours(&form_token, &visitor.form_token)?;
    let mut response = go("/console/sign-in");
    response.headers_mut().insert(SET_COOKIE, console.sessions.end(&headers));
    Ok(response)
}

fn must_be_ours(given: &str, wanted: &str) -> Result<(), Trouble> {
    if same(given, wanted) { Ok(()) } else { Err(Trouble::foreign_form()) }
}

/// Whether the record takes effect while the visitor waits.
async fn in_effect(console: &Console, position: Option<v1::Position>) -> bool {
    let position = position.map(penchant_proto::convert::position::decode);
    let deadline = tokio::time::Instant::now().checked_add(EFFECT_WITHIN);
    console.gateway.reached(position, deadline).await.is_ok()
}

/// A form as browsers send it.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Trouble> {
    let wrong = || Trouble::bad("The form could not be read.");
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(wrong());
    }
    if body.len() > MAX_FORM_BYTES {
        return Err(Trouble::bad("The form is too large."));
    }
    // A form's body is written like the query of an address.
    let text = std::str::from_utf8(body).map_err(|_| wrong())?;
    let address: Uri = format!("/?{text}").parse().map_err(|_| wrong())?;
    let Query(form) = Query::try_from_uri(&address).map_err(|_| wrong())?;
    Ok(form)
}
