//! `EventService`.

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use penchant_core::TenantId;
use penchant_proto::v1;
use penchant_proto::v1::event_service_server::EventService;
use tonic::{Request, Response, Status, Streaming};

use super::{status, tenant};
use crate::edge::Calls;

/// Events of a stream that are recorded together when they arrive together.
const TOGETHER: usize = 256;

#[tonic::async_trait]
impl EventService for Calls {
    async fn record_events(
        &self,
        request: Request<v1::RecordEventsRequest>,
    ) -> Result<Response<v1::RecordEventsResponse>, Status> {
        let tenant = tenant(&request)?;
        let answer = self.record(&tenant, request.into_inner()).await;
        answer.map(Response::new).map_err(status::from_error)
    }

    type StreamEventsStream = BoxStream<'static, Result<v1::StreamEventsResponse, Status>>;

    async fn stream_events(
        &self,
        request: Request<Streaming<v1::StreamEventsRequest>>,
    ) -> Result<Response<Self::StreamEventsStream>, Status> {
        let tenant = tenant(&request)?;
        let calls = self.clone();
        // One batch at a time: the events of one user keep their order, and a slow log slows the
        // client down instead of filling memory.
        let answers = request
            .into_inner()
            .ready_chunks(TOGETHER)
            .then(move |arrived| record_together(calls.clone(), tenant.clone(), arrived))
            .flat_map(stream::iter);
        Ok(Response::new(answers.boxed()))
    }
}

/// Answers to what arrived together; ends with the error where the stream broke off.
async fn record_together(
    calls: Calls,
    tenant: TenantId,
    arrived: Vec<Result<v1::StreamEventsRequest, Status>>,
) -> Vec<Result<v1::StreamEventsResponse, Status>> {
    let mut events = Vec::with_capacity(arrived.len());
    let mut broken = None;
    for message in arrived {
        match message {
            // An event that is not there has no user: it is rejected like any other shape error.
            Ok(message) => events.push(message.event.unwrap_or_default()),
            Err(status) => {
                broken = Some(Err(status));
                break;
            }
        }
    }
    let results = calls.record_all(&tenant, events).await;
    results
        .into_iter()
        .map(|result| Ok(v1::StreamEventsResponse { result: Some(result) }))
        .chain(broken)
        .collect()
}
