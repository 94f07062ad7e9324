//! The gateway: gRPC and HTTP over one service.

use std::sync::Arc;

use anyhow::Result;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::gateway::Gateway;

/// Serves gRPC until told to stop.
pub async fn grpc(listener: TcpListener, gateway: Arc<dyn Gateway>, config: Config, stop: CancellationToken) -> Result<()> {
    let _ = (listener, gateway, config);
    stop.cancelled().await;
    Ok(())
}
/// Serves HTTP until told to stop.
pub async fn http(listener: TcpListener, gateway: Arc<dyn Gateway>, config: Config, stop: CancellationToken) -> Result<()> {
    let _ = (listener, gateway, config);
    stop.cancelled().await;
    Ok(())
}
