//! Reaching a running penchant over gRPC.

use anyhow::{Context as _, Result};
use clap::Args;
use penchant_proto::v1::admin_service_client::AdminServiceClient;
use penchant_proto::v1::event_service_client::EventServiceClient;
use penchant_proto::v1::preference_service_client::PreferenceServiceClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// Where the service is, and who is asking.
#[derive(Debug, Clone, Args)]
pub(crate) struct ClientArgs {
    /// Address of the service's gRPC
    #[arg(long, env = "PENCHANT_ENDPOINT", default_value = "http://127.0.0.1:7600", global = true)]
    endpoint: String,
    /// Token, where the service asks for one
    #[arg(long, env = "PENCHANT_TOKEN", hide_env_values = true, global = true)]
    token: Option<String>,
}

/// A channel that adds the token to each call.
pub(crate) type Authorized = InterceptedService<Channel, Authorize>;

/// Adds the token.
#[derive(Debug, Clone)]
pub(crate) struct Authorize(Option<MetadataValue<Ascii>>);

impl tonic::service::Interceptor for Authorize {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request.metadata_mut().insert("authorization", value.clone());
        }
        Ok(request)
    }
}

impl ClientArgs {
    async fn connect(&self) -> Result<Authorized> {
        let token = match &self.token {
            Some(token) => {
                let mut value: MetadataValue<Ascii> =
                    format!("Bearer {token}").parse().context("--token is no header value")?;
                value.set_sensitive(true);
                Some(value)
            }
            None => None,
        };
        let channel = Endpoint::from_shared(self.endpoint.clone())
            .context("--endpoint is no address")?
            .connect()
            .await
            .with_context(|| {
                format!("nothing answers at {}; is `penchant run` running?", self.endpoint)
            })?;
        Ok(InterceptedService::new(channel, Authorize(token)))
    }

    pub(crate) async fn events(&self) -> Result<EventServiceClient<Authorized>> {
        Ok(EventServiceClient::new(self.connect().await?))
    }

    pub(crate) async fn preferences(&self) -> Result<PreferenceServiceClient<Authorized>> {
        Ok(PreferenceServiceClient::new(self.connect().await?))
    }

    pub(crate) async fn admin(&self) -> Result<AdminServiceClient<Authorized>> {
        Ok(AdminServiceClient::new(self.connect().await?))
    }
}

/// A refused call, as people read it.
pub(crate) fn refused(status: &Status) -> anyhow::Error {
    anyhow::anyhow!("{:?}: {}", status.code(), status.message())
}
