//! gRPC without a gRPC client: what a well-behaved client would not send, and answers as they are.

use std::net::SocketAddr;

use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use http::{HeaderMap, Request};
use prost::Message;
use tokio::net::TcpStream;

pub(crate) struct Connection {
    send: SendRequest<Bytes>,
    authority: String,
}

/// How a call ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: String,
    pub(crate) body: Bytes,
}

/// A gRPC frame, uncompressed.
pub(crate) fn frame(message: &[u8]) -> Bytes {
    flagged(0, message)
}

/// A gRPC frame with any compression flag.
pub(crate) fn flagged(flag: u8, message: &[u8]) -> Bytes {
    let mut framed = BytesMut::new();
    framed.extend_from_slice(&[flag]);
    framed.extend_from_slice(&u32::try_from(message.len()).unwrap().to_be_bytes());
    framed.extend_from_slice(message);
    framed.freeze()
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (send, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        Self { send, authority: address.to_string() }
    }

    /// One call with a message and further headers.
    pub(crate) async fn call(
        &mut self,
        path: &str,
        headers: &[(&'static str, &str)],
        message: &impl Message,
    ) -> Ended {
        self.send(path, headers, frame(&message.encode_to_vec())).await
    }

    /// One call with these very bytes.
    pub(crate) async fn send(
        &mut self,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Bytes,
    ) -> Ended {
        let mut request = Request::post(format!("http://{}{path}", self.authority))
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut send = self.send.clone().ready().await.unwrap();
        let (response, mut stream) = send.send_request(request.body(()).unwrap(), false).unwrap();
        stream.send_data(body, true).unwrap();
        let (head, mut incoming) = response.await.unwrap().into_parts();
        let mut body = BytesMut::new();
        while let Some(data) = incoming.data().await {
            let data = data.unwrap();
            body.extend_from_slice(&data);
            incoming.flow_control().release_capacity(data.len()).unwrap();
        }
        let trailers = incoming.trailers().await.unwrap().unwrap_or(head.headers);
        let text = |name: &str| text(&trailers, name);
        Ended { status: text("grpc-status"), body: body.freeze() }
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}
