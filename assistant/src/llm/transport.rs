//! HTTP: one request, its status and its body. Redirects are not followed, for a key must not travel; proxies are not used.

use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;

use super::fault::Fault;
use super::{LlmError, retry};
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
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    endpoint: Uri,
    models: Uri,
    key: Option<ApiKey>,
    authorization: Option<HeaderValue>,
}

impl Transport {
    /// A transport that trusts the system's certificates, where the endpoint is `https`.
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
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let provider = Arc::new(ring::default_provider());
        let builder = HttpsConnectorBuilder::new();
        let builder = if endpoint.scheme_str() == Some("https") {
            builder
                .with_provider_and_native_roots(provider)
                .map_err(|error| LlmError::Config {
                    field: "base_url",
                    message: format!("is https, and the system has no certificates: {error}"),
                })?
        } else {
            // A machine without certificates may well ask a server of its own.
            let config = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|error| LlmError::Config {
                    field: "base_url",
                    message: error.to_string(),
                })?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            builder.with_tls_config(config)
        };
        let http = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            .build(builder.https_or_http().enable_http1().wrap_connector(tcp));
        Ok(Self {
            http,
            endpoint,
            models,
            key,
            authorization,
        })
    }

    /// Posts `body` and hands back a reply with a status of success.
    pub(super) async fn post(&self, body: Bytes) -> Result<Response<Incoming>, LlmError> {
        let mut request = Request::new(Full::new(body));
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

    /// Asks which models there are, and passes where the server lists any.
    pub(super) async fn models(&self) -> Result<(), LlmError> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = self.models.clone();
        self.send(request).await.map(drop)
    }

    async fn send(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, LlmError> {
        if let Some(authorization) = &self.authorization {
            let headers = request.headers_mut();
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        let response = self
            .http
            .request(request)
            .await
            .map_err(|error| LlmError::Connect {
                endpoint: self.endpoint.to_string(),
                message: causes(&error),
            })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry::retry_after(value, SystemTime::now()));
        // A body that cannot be read leaves the status, which says enough.
        let body = match Limited::new(response.into_body(), ERROR_BYTES)
            .collect()
            .await
        {
            Ok(body) => body.to_bytes(),
            Err(_) => Bytes::new(),
        };
        let fault = self.clean(Fault::from_body(&String::from_utf8_lossy(&body)));
        Err(LlmError::Status {
            status,
            fault,
            retry_after,
        })
    }

    /// Takes our key out of what the server quotes.
    pub(super) fn clean(&self, fault: Fault) -> Fault {
        fault.without(self.key.as_ref().map(ApiKey::expose))
    }
}

/// An error with what caused it: `client error (Connect)` alone helps nobody.
fn causes(error: &hyper_util::client::legacy::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
