//! HTTP: one request, its status and the head of its answer. Redirects are not followed, because a key must not travel.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request, Uri};
use http_client::{Builder, Client, Reply, RequestBody, redacted};

use super::LlmError;
use super::upstream_error::UpstreamError;
use crate::ApiKey;

/// Most of an error's body that is read.
const ERROR_BYTES: usize = 64 * 1024;
/// Time for a TCP connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Servers close idle connections after a minute or so; we do it first.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends requests to one endpoint.
#[derive(Debug)]
pub(super) struct Transport {
    client: Client,
    endpoint: Uri,
    models: Uri,
    key: Option<ApiKey>,
    authorization: Option<HeaderValue>,
}

impl Transport {
    /// A transport that trusts the system's certificates if the endpoint is `https`.
    pub(super) fn new(endpoint: Uri, models: Uri, key: Option<ApiKey>) -> Result<Self, LlmError> {
        let authorization = key
            .as_ref()
            .map(|key| HeaderValue::from_str(&format!("Bearer {}", key.expose())))
            .transpose()
            .map_err(|_| LlmError::Config {
                field: "api_key",
                message: "has characters that no header can carry; valid: visible ASCII".to_owned(),
            })?
            .map(|mut value| {
                value.set_sensitive(true);
                value
            });
        let client = Builder::new(concat!("giaxe/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .idle_timeout(IDLE_TIMEOUT)
            .needs_tls(endpoint.scheme_str() == Some("https"))
            .build()
            .map_err(|error| LlmError::Config {
                field: "base_url",
                message: format!("cannot be asked: {error}"),
            })?;
        Ok(Self {
            client,
            endpoint,
            models,
            key,
            authorization,
        })
    }

    /// Posts `body` and hands back a reply with a status of success.
    pub(super) async fn post(&self, body: Bytes) -> Result<Reply, LlmError> {
        let mut request = Request::new(RequestBody::from(body));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            ACCEPT,
            HeaderValue::from_static("text/event-stream, application/json"),
        );
        self.send(request).await
    }

    /// Asks which models there are, and passes if the server lists any.
    pub(super) async fn models(&self) -> Result<(), LlmError> {
        let mut request = Request::new(RequestBody::default());
        *request.uri_mut() = self.models.clone();
        self.send(request).await.map(drop)
    }

    async fn send(&self, mut request: Request<RequestBody>) -> Result<Reply, LlmError> {
        if let Some(authorization) = &self.authorization {
            let headers = request.headers_mut();
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        let sent = self.client.send(request).await;
        let reply = sent.map_err(|error| LlmError::Connect {
            endpoint: redacted(&self.endpoint.to_string()),
            message: match error.problem() {
                Some(problem) => problem.to_string(),
                None => error.to_string(),
            },
        })?;
        if reply.status().is_success() {
            return Ok(reply);
        }
        let status = reply.status().as_u16();
        let retry_after = reply.retry_after();
        // A body that cannot be read leaves the status, which says enough.
        let body = reply.bytes(ERROR_BYTES).await.unwrap_or_default();
        let reported = UpstreamError::from_body(&String::from_utf8_lossy(&body));
        Err(LlmError::Status {
            status,
            upstream: self.clean(reported),
            retry_after,
        })
    }

    /// Takes our key out of what the server quotes.
    pub(super) fn clean(&self, reported: UpstreamError) -> UpstreamError {
        reported.without(self.key.as_ref().map(ApiKey::expose))
    }
}
