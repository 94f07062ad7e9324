//! Calls: one channel, the key, deadlines, and resends that never double anything.
//!
//! The generated clients are used on a channel of our own: the client crate's pool resends a write
//! silently, prints to standard output, and hides whether a call ever left.

use std::fmt;
use std::time::Duration;

use penchant_ports::{Certainty, PortError};
use penchant_telemetry::happenings::StoreRetried;
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::qdrant_client::QdrantClient;
use qdrant_client::qdrant::{UpdateResult, UpdateStatus};
use tokio::time::{Instant, sleep, timeout_at};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Response, Status};

use crate::config::QdrantConfig;
use crate::error::{Effect, after, failed, invalid, silent, unavailable};

/// Largest answer taken: 256 points of 64 KiB and their vectors, or 64 heads of 128 KiB.
const MAX_ANSWER_BYTES: usize = 64 << 20;
/// How often a call is sent before its failure is reported.
const ATTEMPTS: u32 = 3;
/// Pause before the first resend; doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// A connection to one server, made on the first call and made again when it breaks.
#[derive(Clone)]
pub(crate) struct Client {
    channel: Channel,
    key: Option<MetadataValue<Ascii>>,
    timeout: Duration,
    url: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn new(config: &QdrantConfig) -> Result<Self, PortError> {
        let url = config.url.clone();
        let wrong = |why: String| {
            invalid(format!("{url} is no address of a server: {why}; write http://HOST:6334"))
        };
        let tls = match url.split_once("://") {
            Some(("http", _)) => false,
            Some(("https", _)) => true,
            _ => return Err(wrong("it must begin with http:// or https://".to_owned())),
        };
        let mut endpoint = Endpoint::from_shared(url.clone())
            .map_err(|e| wrong(e.to_string()))?
            .connect_timeout(config.timeout)
            .http2_keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(config.timeout)
            .tcp_nodelay(true);
        if tls {
            endpoint = endpoint
                .tls_config(ClientTlsConfig::new().with_native_roots())
                .map_err(|e| wrong(e.to_string()))?;
        }
        let key = match &config.api_key {
            None => None,
            Some(key) => {
                let mut value: MetadataValue<Ascii> = key.expose().parse().map_err(|_| {
                    invalid("the API key holds characters that no header can carry")
                })?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        Ok(Self { channel: endpoint.connect_lazy(), key, timeout: config.timeout, url })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn points(&self) -> PointsClient<Channel> {
        PointsClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    pub(crate) fn collections(&self) -> CollectionsClient<Channel> {
        CollectionsClient::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER_BYTES)
    }

    pub(crate) fn root(&self) -> QdrantClient<Channel> {
        QdrantClient::new(self.channel.clone())
    }

    fn request<M: Clone>(&self, message: &M) -> Request<M> {
        let mut request = Request::new(message.clone());
        if let Some(key) = &self.key {
            request.metadata_mut().insert("api-key", key.clone());
        }
        request
    }

    /// Sends `message`, and sends it again after a transient failure: every message of this crate
    /// may be carried out twice. All within one timeout.
    pub(crate) async fn call<M, R, F>(
        &self,
        doing: &str,
        effect: Effect,
        message: M,
        send: impl Fn(Request<M>) -> F,
    ) -> Result<R, PortError>
    where
        M: Clone,
        F: Future<Output = Result<Response<R>, Status>>,
    {
        let deadline = Instant::now() + self.timeout;
        let (mut pause, mut attempt, mut certainty) = (FIRST_PAUSE, 0, Certainty::Determinate);
        loop {
            attempt += 1;
            let answer = timeout_at(deadline, send(self.request(&message))).await;
            let error = match answer {
                Ok(Ok(answer)) => return Ok(answer.into_inner()),
                Ok(Err(status)) => failed(doing, status, effect),
                Err(_) => return Err(silent(doing, self.timeout, effect)),
            };
            if error.certainty == Certainty::Indeterminate {
                certainty = Certainty::Indeterminate;
            }
            let hopeless = !error.transient()
                || error.retry_after.is_some()
                || crate::error::refused_key(&error)
                || attempt == ATTEMPTS
                || Instant::now() + pause >= deadline;
            if hopeless {
                return Err(after(certainty, error));
            }
            StoreRetried { kind: "unavailable" }.emit();
            sleep(pause).await;
            pause *= 2;
        }
    }
}

/// Whether an update was carried out before it was answered.
pub(crate) fn completed<'a>(
    doing: &str,
    results: impl IntoIterator<Item = &'a UpdateResult>,
) -> Result<(), PortError> {
    for result in results {
        match result.status() {
            UpdateStatus::Completed => {}
            status => {
                let what = format!("cannot {doing}: the server answered {status:?}");
                return Err(unavailable(what).indeterminate());
            }
        }
    }
    Ok(())
}
