//! `RecordEvents` and `StreamEvents`.

use std::collections::BTreeMap;

use penchant_core::limits::MAX_BATCH;
use penchant_core::validate::{self, InvalidField};
use penchant_core::{Event, EventId, Position, TenantId, Timestamp};
use penchant_ports::Certainty;
use penchant_proto::convert::event::{Defaults, decode};
use penchant_proto::v1;
use penchant_proto::v1::event_result::{Accepted, Failed, Outcome, Rejected};
use penchant_telemetry::{EventRejected, EventsRecorded};
use uuid::Uuid;

use super::{Calls, shape};
use crate::gateway::{GatewayError, RecordError};

struct AtTheEdge {
    now: Timestamp,
}

impl Defaults for AtTheEdge {
    #[allow(clippy::expect_used, reason = "a UUID is hexadecimal digits and hyphens")]
    fn id(&mut self) -> EventId {
        EventId::try_new(Uuid::now_v7().to_string()).expect("a UUID is a valid id")
    }

    fn occurred_at(&mut self) -> Timestamp {
        self.now
    }
}

impl Calls {
    /// Records a batch; one result per event, in order.
    ///
    /// # Errors
    /// `Invalid` for an empty or too large batch; `Unavailable` when nothing was recorded, for
    /// certain, for want of the log.
    pub async fn record(
        &self,
        tenant: &TenantId,
        request: v1::RecordEventsRequest,
    ) -> Result<v1::RecordEventsResponse, GatewayError> {
        shape::count("events", request.events.len(), MAX_BATCH)?;
        let results = self.record_all(tenant, request.events).await;
        match nothing_recorded(&results) {
            Some(error) => Err(error),
            None => Ok(v1::RecordEventsResponse { results }),
        }
    }

    /// Records events of a stream; one result per event, in order.
    pub async fn record_all(
        &self,
        tenant: &TenantId,
        events: Vec<v1::Event>,
    ) -> Vec<v1::EventResult> {
        let mut defaults = AtTheEdge { now: self.clock.now() };
        let read: Vec<Result<Event, InvalidField>> = events
            .into_iter()
            .map(|wire| {
                let event = decode(wire, tenant, &mut defaults)?;
                validate::event(&event)?;
                Ok(event)
            })
            .collect();
        let known: Vec<(EventId, &'static str)> =
            read.iter().flatten().map(|event| (event.id.clone(), event.body.kind())).collect();
        let refused: Vec<Option<InvalidField>> =
            read.iter().map(|one| one.as_ref().err().cloned()).collect();
        let sound: Vec<Event> = read.into_iter().flatten().collect();
        let outcomes =
            if sound.is_empty() { Vec::new() } else { self.gateway.record(tenant, sound).await };
        tell(&known, &outcomes);
        let mut answered = known.into_iter().zip(outcomes);
        let results = refused.into_iter().map(|refusal| match refusal {
            Some(field) => rejected(field),
            None => match answered.next() {
                Some(((id, _), outcome)) => result(&id, outcome),
                None => failed(String::new(), "the log gave no outcome".to_owned(), true, None),
            },
        });
        results.collect()
    }
}

/// When all that could be recorded was, for certain, not: the whole call may be sent again.
fn nothing_recorded(results: &[v1::EventResult]) -> Option<GatewayError> {
    let mut first = None;
    for result in results {
        match &result.outcome {
            Some(Outcome::Failed(failed)) if !failed.may_have_happened => {
                first.get_or_insert(failed);
            }
            Some(Outcome::Rejected(_)) => {}
            Some(Outcome::Failed(_) | Outcome::Accepted(_)) | None => return None,
        }
    }
    first.map(|failed| GatewayError::Unavailable {
        reason: failed.reason.clone(),
        retry_after: failed.retry_after.and_then(|after| after.try_into().ok()),
    })
}

fn result(id: &EventId, outcome: Result<Position, RecordError>) -> v1::EventResult {
    match outcome {
        Ok(position) => wire(Outcome::Accepted(Accepted {
            event_id: id.to_string(),
            position: Some(position.into()),
        })),
        Err(RecordError::Rejected(field)) => rejected(field),
        Err(RecordError::Failed { reason, certainty, retry_after }) => {
            failed(id.to_string(), reason, certainty == Certainty::Indeterminate, retry_after)
        }
    }
}

fn rejected(InvalidField { field, reason }: InvalidField) -> v1::EventResult {
    // Only the outermost name: below it stand the client's own attribute names.
    EventRejected { reason: field.split(['.', '[']).next().unwrap_or_default() }.emit();
    wire(Outcome::Rejected(Rejected { field, reason }))
}

fn failed(
    event_id: String,
    reason: String,
    may_have_happened: bool,
    retry_after: Option<std::time::Duration>,
) -> v1::EventResult {
    let retry_after = retry_after.map(Into::into);
    wire(Outcome::Failed(Failed { event_id, reason, may_have_happened, retry_after }))
}

fn wire(outcome: Outcome) -> v1::EventResult {
    v1::EventResult { outcome: Some(outcome) }
}

fn tell(known: &[(EventId, &'static str)], outcomes: &[Result<Position, RecordError>]) {
    let mut recorded: BTreeMap<&'static str, u64> = BTreeMap::new();
    for ((_, kind), outcome) in known.iter().zip(outcomes) {
        if outcome.is_ok() {
            *recorded.entry(kind).or_default() += 1;
        }
    }
    for (kind, count) in recorded {
        EventsRecorded { kind, count }.emit();
    }
}
