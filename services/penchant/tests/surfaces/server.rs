//! Real servers on port 0 over one scripted gateway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use penchant::edge::EdgeOptions;
use penchant::gateway::Gateway;
use penchant::grpc::serve_grpc;
use penchant::http::{HttpOptions, serve_http};
use penchant_core::Timestamp;
use penchant_ports::ManualClock;
use penchant_proto::v1::admin_service_client::AdminServiceClient;
use penchant_proto::v1::event_service_client::EventServiceClient;
use penchant_proto::v1::preference_service_client::PreferenceServiceClient;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};

use crate::double::Double;

/// The clock's time, for events that come without one.
pub(crate) const NOW: i64 = 1_780_000_000_000;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) double: Arc<Double>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) serving: JoinHandle<std::io::Result<()>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(crate) fn options() -> EdgeOptions {
    let clock = Arc::new(ManualClock::new(Timestamp::from_millis(NOW)));
    EdgeOptions { grace: Duration::from_millis(200), ..EdgeOptions::new(clock) }
}

pub(crate) async fn grpc(options: EdgeOptions) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let double = Arc::new(Double::default());
    let shutdown = CancellationToken::new();
    let gateway: Arc<dyn Gateway> = Arc::<Double>::clone(&double);
    let serving = tokio::spawn(serve_grpc(listener, gateway, options, shutdown.clone()));
    Server { address, double, shutdown, serving }
}

pub(crate) async fn http(options: EdgeOptions, http: HttpOptions) -> Server {
    http_over(Arc::new(Double::default()), options, http).await
}

pub(crate) async fn http_over(
    double: Arc<Double>,
    options: EdgeOptions,
    http: HttpOptions,
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let gateway: Arc<dyn Gateway> = Arc::<Double>::clone(&double);
    let serving = tokio::spawn(serve_http(listener, gateway, options, http, shutdown.clone()));
    Server { address, double, shutdown, serving }
}

pub(crate) struct Clients {
    pub(crate) events: EventServiceClient<Channel>,
    pub(crate) preferences: PreferenceServiceClient<Channel>,
    pub(crate) admin: AdminServiceClient<Channel>,
    pub(crate) channel: Channel,
}

impl Server {
    /// Clients that share one connection.
    pub(crate) async fn clients(&self) -> Clients {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        let channel = endpoint.connect().await.unwrap();
        Clients {
            events: EventServiceClient::new(channel.clone()),
            preferences: PreferenceServiceClient::new(channel.clone()),
            admin: AdminServiceClient::new(channel.clone()),
            channel,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
