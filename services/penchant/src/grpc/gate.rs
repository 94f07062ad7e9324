//! What every gRPC request passes before its handler, and what its answer passes after it.

use std::panic::AssertUnwindSafe;
use std::pin::pin;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName};
use tokio::time::{Instant, sleep_until};
use tonic::{Code, Status};

use super::{deadline, status};
use crate::edge::deadline::within;
use crate::edge::{EdgeOptions, Held, Served};
use crate::gateway::GatewayError;

/// Methods by name, and whether they stream: names for measurements (paths that are none of ours
/// must not become labels), and which calls may last without a deadline.
const METHODS: &[(&str, &str, bool)] = &[
    ("EventService", "RecordEvents", false),
    ("EventService", "StreamEvents", true),
    ("PreferenceService", "Retrieve", false),
    ("PreferenceService", "BatchRetrieve", false),
    ("PreferenceService", "ListPreferences", false),
    ("PreferenceService", "GetPreference", false),
    ("PreferenceService", "DirectPreference", false),
    ("PreferenceService", "RankCandidates", false),
    ("PreferenceService", "SuggestQuestions", false),
    ("PreferenceService", "WatchPreferences", true),
    ("PreferenceService", "ExportUser", true),
    ("PreferenceService", "EraseUser", false),
    ("AdminService", "GetStatus", false),
    ("AdminService", "ListUsers", false),
];

/// A method's name, and whether it streams.
fn method(path: &str) -> (&'static str, bool) {
    let called = path.strip_prefix("/penchant.v1.").and_then(|rest| rest.split_once('/'));
    METHODS
        .iter()
        .find(|(service, method, _)| called == Some((*service, *method)))
        .map_or(("other", false), |(_, method, streams)| (*method, *streams))
}

/// Services that anyone may ask: probes have no credentials, and the schema is no secret.
const PUBLIC: &[&str] = &["/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/"];

/// Lets a request pass, or answers in its handler's stead.
pub(super) async fn pass(
    State(options): State<EdgeOptions>,
    mut request: Request,
    next: Next,
) -> Response {
    let arrived = Instant::now();
    let path = request.uri().path();
    if PUBLIC.iter().any(|public| path.starts_with(public)) {
        return next.run(request).await;
    }
    let (method, streams) = method(path);
    let mut served = Served::new(method);
    let mut refuse = |status: Status| {
        served.ended(name(status.code()));
        status.into_http()
    };

    let tenant = match options.tenancy.establish(request.headers()) {
        Ok(tenant) => tenant,
        Err(nobody) => return refuse(Status::unauthenticated(nobody.to_string())),
    };
    request.extensions_mut().insert(tenant);
    let given = match deadline::of(request.headers()) {
        Ok(given) => given,
        Err(deadline::Malformed) => {
            return refuse(status::invalid("grpc-timeout", "is none of the protocol's"));
        }
    };
    if given.is_some_and(|span| span.is_zero()) {
        return refuse(Status::deadline_exceeded(status::DEADLINE_EXCEEDED));
    }
    let permit = match options.admission.admit() {
        Ok(permit) => permit,
        Err(shed) => return refuse(status::from_error(shed)),
    };

    // A stream without a deadline may last; a unary call may not.
    let span = given.or_else(|| (!streams).then_some(options.timeout));
    // A span that overflows the clock is no limit.
    let ends = span.and_then(|span| arrived.checked_add(span));
    let handled = AssertUnwindSafe(within(ends, next.run(request))).catch_unwind();
    let outcome = match ends {
        None => handled.await,
        Some(at) => {
            let mut handled = pin!(handled);
            tokio::select! {
                biased;
                outcome = handled.as_mut() => outcome,
                () = sleep_until(at) => {
                    return refuse(Status::deadline_exceeded(status::DEADLINE_EXCEEDED));
                }
            }
        }
    };
    let response = match outcome {
        Ok(response) => response,
        Err(_) => {
            let error = GatewayError::Internal("a handler panicked".into());
            return refuse(status::from_error(error));
        }
    };
    if let Some(code) = code_of(response.headers()) {
        served.ended(code);
        return response;
    }
    let deadline = ends.map(|at| crate::edge::Deadline {
        at: Box::pin(sleep_until(at)),
        trailers: trailers(&Status::deadline_exceeded(status::DEADLINE_EXCEEDED)),
    });
    response.map(|inner| {
        Body::new(Held { inner, deadline, served, code_of, ended: false, _permit: Some(permit) })
    })
}

fn trailers(status: &Status) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    // Fails only for a message that no header could carry; then the call ends without trailers,
    // which clients read as an error too.
    if status.add_header(&mut trailers).is_err() {
        trailers.clear();
    }
    trailers
}

fn code_of(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(HeaderName::from_static("grpc-status"))?;
    Some(name(Code::from_bytes(value.as_bytes())).to_owned())
}

/// A code's name in measurements.
const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "ok",
        Code::Cancelled => "cancelled",
        Code::Unknown => "unknown",
        Code::InvalidArgument => "invalid_argument",
        Code::DeadlineExceeded => "deadline_exceeded",
        Code::NotFound => "not_found",
        Code::AlreadyExists => "already_exists",
        Code::PermissionDenied => "permission_denied",
        Code::ResourceExhausted => "resource_exhausted",
        Code::FailedPrecondition => "failed_precondition",
        Code::Aborted => "aborted",
        Code::OutOfRange => "out_of_range",
        Code::Unimplemented => "unimplemented",
        Code::Internal => "internal",
        Code::Unavailable => "unavailable",
        Code::DataLoss => "data_loss",
        Code::Unauthenticated => "unauthenticated",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use prost::Message as _;

    use super::*;

    #[test]
    fn every_method_of_the_definitions_is_known() {
        let described = penchant_proto::FILE_DESCRIPTOR_SET;
        let files = prost_types::FileDescriptorSet::decode(described).unwrap().file;
        let mut defined = 0;
        for service in files.iter().flat_map(|file| &file.service) {
            for rpc in &service.method {
                let path = format!("/penchant.v1.{}/{}", service.name(), rpc.name());
                let streams = rpc.client_streaming() || rpc.server_streaming();
                assert_eq!(method(&path), (rpc.name(), streams));
                defined += 1;
            }
        }
        assert_eq!(defined, METHODS.len());
        assert_eq!(method("/penchant.v1.PreferenceService/Guess"), ("other", false));
    }
}
