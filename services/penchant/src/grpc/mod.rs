//! gRPC `penchant.v1`: thin handlers over [`Calls`], behind one gate.
//!
//! A request passes, in this order: [`gate`] (who is asking, deadline, admission, panics), tonic's
//! codec (at most [`MAX_MESSAGE_BYTES`]), the handler, and [`status`] for what went wrong. Health
//! and reflection need no credentials; health is NOT_SERVING until the service says that it is
//! ready, and again while it drains.

mod admin;
mod deadline;
mod events;
mod gate;
mod health;
mod preferences;
pub mod status;

use std::io;
use std::sync::Arc;

use axum::middleware;
use penchant_core::TenantId;
use penchant_proto::v1::admin_service_server::AdminServiceServer;
use penchant_proto::v1::event_service_server::EventServiceServer;
use penchant_proto::v1::preference_service_server::PreferenceServiceServer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;
use tonic::{Request, Status};

use crate::edge::transport::{self, Protocol};
use crate::edge::{Calls, EdgeOptions, MAX_MESSAGE_BYTES};
use crate::gateway::Gateway;

/// Serves gRPC on a bound listener until `shutdown`, then drains for at most the grace period.
///
/// # Errors
/// When the reflection service cannot be built from the descriptors, which a test excludes.
pub async fn serve_grpc(
    listener: TcpListener,
    gateway: Arc<dyn Gateway>,
    options: EdgeOptions,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let calls = Calls::new(Arc::clone(&gateway), Arc::clone(&options.clock), options.defaults);
    let (health, watching) = health::watch(gateway, shutdown.clone()).await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(penchant_proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(io::Error::other)?;

    macro_rules! limited {
        ($server:ident) => {
            $server::new(calls.clone())
                .accept_compressed(CompressionEncoding::Gzip)
                .max_decoding_message_size(MAX_MESSAGE_BYTES)
        };
    }
    let mut routes = Routes::builder();
    routes
        .add_service(limited!(EventServiceServer))
        .add_service(limited!(PreferenceServiceServer))
        .add_service(limited!(AdminServiceServer))
        .add_service(health)
        .add_service(reflection);
    let gated = middleware::from_fn_with_state(options.clone(), gate::pass);
    let router = routes.routes().into_axum_router().layer(gated);

    let served = transport::serve(listener, router, Protocol::Http2, options.grace, shutdown).await;
    watching.abort();
    served
}

/// The tenant that the gate has established.
fn tenant<T>(request: &Request<T>) -> Result<TenantId, Status> {
    // Without it the gate was left out: a defect, and no call may go on.
    request.extensions().get().cloned().ok_or_else(|| Status::internal("no tenant"))
}
