//! `grpc.health.v1`: NOT_SERVING until the service is ready, whenever it is not, and while it
//! drains.

use std::sync::Arc;
use std::time::Duration;

use penchant_proto::v1::admin_service_server::AdminServiceServer;
use penchant_proto::v1::event_service_server::EventServiceServer;
use penchant_proto::v1::preference_service_server::PreferenceServiceServer;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::server::{HealthReporter, health_reporter};

use crate::edge::Calls;
use crate::gateway::Gateway;

/// How often the service is asked.
const EVERY: Duration = Duration::from_secs(1);

/// The whole server, and each service by name.
const SERVICES: [&str; 4] = [
    "",
    EventServiceServer::<Calls>::NAME,
    PreferenceServiceServer::<Calls>::NAME,
    AdminServiceServer::<Calls>::NAME,
];

/// Starts telling; the handle ends it.
pub(super) async fn watch(
    gateway: Arc<dyn Gateway>,
    shutdown: CancellationToken,
) -> (HealthServer<impl Health>, AbortHandle) {
    let (reporter, server) = health_reporter();
    tell(&reporter, ServingStatus::NotServing).await;
    let task = tokio::spawn(async move {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = ServingStatus::NotServing;
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                _ = ticks.tick() => {}
            }
            let now = if gateway.status().await.ready {
                ServingStatus::Serving
            } else {
                ServingStatus::NotServing
            };
            if now != told {
                tell(&reporter, now).await;
                told = now;
            }
        }
        tell(&reporter, ServingStatus::NotServing).await;
    });
    (server, task.abort_handle())
}

async fn tell(reporter: &HealthReporter, status: ServingStatus) {
    for service in SERVICES {
        reporter.set_service_status(service, status).await;
    }
}
