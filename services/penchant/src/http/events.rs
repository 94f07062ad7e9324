//! `POST /v1/events`: `{"events": […]}`, or one event per line as NDJSON.

use axum::Extension;
use axum::extract::{Request, State};
use penchant_core::limits::MAX_BATCH;
use penchant_core::validate::InvalidField;
use penchant_proto::v1;
use penchant_proto::v1::event_result::{Outcome, Rejected};

use super::Tenant;
use super::failure::Failure;
use super::json::{self, Json};
use crate::edge::Calls;

pub(super) async fn record(
    State(calls): State<Calls>,
    Extension(tenant): Tenant,
    request: Request,
) -> Result<Json<v1::RecordEventsResponse>, Failure> {
    let asked = match json::media_type(request.headers()).as_deref() {
        Some("application/json") => json::read(&json::bytes(request, &()).await?)?,
        Some("application/x-ndjson" | "application/ndjson") => {
            lines(&json::bytes(request, &()).await?)?
        }
        _ => return Err(json::unsupported("application/json or application/x-ndjson")),
    };
    let answer = calls.record(&tenant, asked).await?;
    match all_rejected(&answer) {
        // A client that looks at nothing but the status must not take this for success.
        Some(failure) => Err(failure),
        None => Ok(Json(answer)),
    }
}

/// One event per line; blank lines are skipped. One that cannot be read fails the whole body, by
/// its number, before anything is recorded.
fn lines(body: &[u8]) -> Result<v1::RecordEventsRequest, Failure> {
    let mut events = Vec::new();
    for (at, line) in body.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if events.len() == MAX_BATCH {
            let reason = format!("must have 1 to {MAX_BATCH} entries, has more");
            return Err(InvalidField::new("events", reason).into());
        }
        let event = json::read(line).map_err(|failure: Failure| failure.in_line(at + 1))?;
        events.push(event);
    }
    Ok(v1::RecordEventsRequest { events })
}

fn all_rejected(answer: &v1::RecordEventsResponse) -> Option<Failure> {
    let rejected = |result: &v1::EventResult| match &result.outcome {
        Some(Outcome::Rejected(rejected)) => Some(rejected.clone()),
        Some(Outcome::Accepted(_) | Outcome::Failed(_)) | None => None,
    };
    let all: Option<Vec<Rejected>> = answer.results.iter().map(rejected).collect();
    let Rejected { field, reason } = all?.into_iter().next()?;
    let results = serde_json::to_value(&answer.results).unwrap_or_default();
    Some(Failure::invalid(format!("events[0].{field}"), reason).with_results(results))
}
