//! Accepting connections, serving them, and letting them finish.
//!
//! One loop for both surfaces instead of tonic's and axum's own: both leave connections running
//! when a drain takes too long, and axum's sets no timers.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Streams (calls in flight) per connection.
const MAX_STREAMS: u32 = 100;
/// Headers of one request, in bytes.
const MAX_HEADER_BYTES: u32 = 16 * 1024;
/// An idle connection is asked whether it is still there.
const PING_EVERY: Duration = Duration::from_secs(60);
/// It has this long to answer.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// A client has this long to send the headers of an HTTP/1 request.
const HEADERS_WITHIN: Duration = Duration::from_secs(20);
/// Connections are closed gracefully at this age, so that clients spread over new instances.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);
/// Pause after `accept` failed for want of file descriptors or the like.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/2 with prior knowledge: gRPC.
    Http2,
    /// HTTP/1.1, or HTTP/2 with prior knowledge.
    Http,
}

/// Serves until `shutdown`, then closes the listener, lets what is in flight finish for at most
/// `grace`, and cuts off the rest.
///
/// # Errors
/// Never for a single connection; `accept` failures are waited out.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    protocol: Protocol,
    grace: Duration,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let builder = builder(protocol);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let serving = connection(stream, router.clone(), builder.clone(), shutdown.clone());
                    connections.spawn(serving);
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    // New connections are refused from here on instead of being left to wait.
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(grace, drained).await.is_err() {
        tracing::warn!(connections = connections.len(), "grace period over, cutting off");
        connections.shutdown().await;
    }
    Ok(())
}

fn builder(protocol: Protocol) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    if protocol == Protocol::Http2 {
        builder = builder.http2_only();
    }
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_TIMEOUT);
    builder
}

async fn connection(
    stream: TcpStream,
    router: Router,
    builder: Builder<TokioExecutor>,
    shutdown: CancellationToken,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let service = TowerToHyperService::new(router);
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = async { tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(MAX_AGE) => {}
        } } => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        // The other side's doing: a broken connection, or something that is not HTTP.
        tracing::debug!(error = %error, "connection ended");
    }
}
