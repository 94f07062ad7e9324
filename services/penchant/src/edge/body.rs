//! A response body that keeps its call in flight until it ends: the permit, the deadline and the
//! measurement of a streamed answer go on past its headers.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use penchant_telemetry::RequestServed;
use tokio::time::Sleep;

use super::admission::Permit;

/// Measures one call; tells when dropped.
pub(crate) struct Served {
    /// `None`: somebody else measures.
    method: Option<&'static str>,
    started: Instant,
    code: Option<String>,
}

impl Served {
    pub(crate) fn new(method: &'static str) -> Self {
        Self { method: Some(method), started: Instant::now(), code: None }
    }

    /// For a body whose call is measured elsewhere.
    pub(crate) fn unmeasured() -> Self {
        Self { method: None, started: Instant::now(), code: None }
    }

    /// How it ended. Without this it counts as cancelled.
    pub(crate) fn ended(&mut self, code: impl Into<String>) {
        self.code = Some(code.into());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let Some(method) = self.method else { return };
        let code = self.code.as_deref().unwrap_or("cancelled");
        let seconds = self.started.elapsed().as_secs_f64();
        RequestServed { method, code, seconds }.emit();
    }
}

/// What ends a body whose deadline passes: trailers in place of the rest.
pub(crate) struct Deadline {
    pub(crate) at: Pin<Box<Sleep>>,
    pub(crate) trailers: HeaderMap,
}

/// See the module's words.
pub(crate) struct Held {
    pub(crate) inner: Body,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) served: Served,
    /// Reads how the call ended from its trailers.
    pub(crate) code_of: fn(&HeaderMap) -> Option<String>,
    pub(crate) ended: bool,
    /// `None` for calls that need none (health, reflection).
    pub(crate) _permit: Option<Permit>,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let frame = match Pin::new(&mut self.inner).poll_frame(cx) {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                let Some(deadline) = self.deadline.as_mut() else { return Poll::Pending };
                std::task::ready!(deadline.at.as_mut().poll(cx));
                Some(Ok(Frame::trailers(std::mem::take(&mut deadline.trailers))))
            }
        };
        if let Some(Ok(frame)) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            self.ended = true;
            if let Some(code) = (self.code_of)(trailers) {
                self.served.ended(code);
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
