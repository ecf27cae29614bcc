//! HTTP: one GET, its status, the headers that matter and its unpacked body. Redirects are the caller's business, for
//! each is a request like any other; cookies are not kept; proxies are not used.

use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, LOCATION,
    RETRY_AFTER, USER_AGENT,
};
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use url::Url;

use super::retry;
use crate::{Error, Result};

/// Time for a TCP connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than the usual interval, so that a crawl keeps its one connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);

/// What a host answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    /// Where a redirect points to.
    pub(crate) location: Option<String>,
    /// How long the host wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
    /// Unpacked.
    pub(crate) body: Vec<u8>,
    /// Bytes of the body as they came.
    pub(crate) wire_bytes: u64,
    pub(crate) latency: Duration,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("no answer within {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("{0}")]
    Connection(String),
    #[error("the body breaks off: {0}")]
    BrokenOff(String),
    #[error("the body is longer than {0} bytes")]
    TooLarge(usize),
    #[error("the body is packed as `{0}`")]
    Encoding(String),
}

/// Sends requests.
#[derive(Debug)]
pub(crate) struct Transport {
    http: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    headers: HeaderMap,
    timeout: Duration,
}

impl Transport {
    /// A transport that trusts the system's certificates, where it `needs_tls`.
    pub(crate) fn new(user_agent: &str, timeout: Duration, needs_tls: bool) -> Result<Self> {
        let unusable = |error: &dyn std::fmt::Display| Error::Http(error.to_string());
        let mut headers = HeaderMap::new();
        let agent = HeaderValue::from_str(user_agent).map_err(|error| unusable(&error))?;
        headers.insert(USER_AGENT, agent);
        for (name, value) in [
            (ACCEPT, "text/html, application/json;q=0.9, */*;q=0.1"),
            (ACCEPT_ENCODING, "gzip"),
            (ACCEPT_LANGUAGE, "vi"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let provider = Arc::new(ring::default_provider());
        let builder = HttpsConnectorBuilder::new();
        let builder = if needs_tls {
            builder
                .with_provider_and_native_roots(provider)
                .map_err(|error| {
                    unusable(&format_args!("the system has no certificates: {error}"))
                })?
        } else {
            // A machine without certificates may well ask a replay server of its own.
            let config = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|error| unusable(&error))?
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
            headers,
            timeout,
        })
    }

    /// Asks for `url`, of whose body at most `limit` bytes are taken, packed or unpacked.
    pub(crate) async fn get(
        &self,
        url: &Url,
        limit: usize,
    ) -> std::result::Result<Answer, Failure> {
        let answer = tokio::time::timeout(self.timeout, self.exchange(url, limit)).await;
        answer.unwrap_or(Err(Failure::Timeout(self.timeout)))
    }

    async fn exchange(&self, url: &Url, limit: usize) -> std::result::Result<Answer, Failure> {
        let connection = |error: &dyn std::fmt::Display| Failure::Connection(error.to_string());
        let mut request = Request::get(url.as_str())
            .body(Empty::new())
            .map_err(|error| connection(&error))?;
        request.headers_mut().clone_from(&self.headers);
        let start = Instant::now();
        let response = self
            .http
            .request(request)
            .await
            .map_err(|error| connection(&causes(&error)))?;
        let latency = start.elapsed();
        let (head, body) = response.into_parts();
        let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        let packed = Limited::new(body, limit)
            .collect()
            .await
            .map_err(|error| match error.downcast_ref::<LengthLimitError>() {
                Some(_) => Failure::TooLarge(limit),
                None => Failure::BrokenOff(causes(&*error)),
            })?
            .to_bytes();
        Ok(Answer {
            status: head.status.as_u16(),
            content_type: header(CONTENT_TYPE).map(str::to_owned),
            location: header(LOCATION).map(str::to_owned),
            retry_after: header(RETRY_AFTER)
                .and_then(|text| retry::retry_after(text, SystemTime::now())),
            wire_bytes: packed.len() as u64,
            body: unpacked(header(CONTENT_ENCODING), &packed, limit)?,
            latency,
        })
    }
}

/// The body as the host meant it.
fn unpacked(
    encoding: Option<&str>,
    packed: &[u8],
    limit: usize,
) -> std::result::Result<Vec<u8>, Failure> {
    match encoding.map(str::trim).unwrap_or_default() {
        "" | "identity" => Ok(packed.to_vec()),
        "gzip" | "x-gzip" => {
            let mut body = Vec::new();
            let most = limit as u64 + 1;
            MultiGzDecoder::new(packed)
                .take(most)
                .read_to_end(&mut body)
                .map_err(|error| Failure::BrokenOff(error.to_string()))?;
            if body.len() > limit {
                return Err(Failure::TooLarge(limit));
            }
            Ok(body)
        }
        other => Err(Failure::Encoding(other.to_owned())),
    }
}

/// An error with what caused it: `client error (Connect)` alone helps nobody.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    #[test]
    fn bodies_are_unpacked_within_a_limit() {
        let packed = gzip(&[b'a'; 5000]);
        assert_eq!(unpacked(Some("gzip"), &packed, 5000), Ok(vec![b'a'; 5000]));
        assert_eq!(
            unpacked(Some("gzip"), &packed, 4999),
            Err(Failure::TooLarge(4999)),
            "a bomb"
        );
        let cut = unpacked(Some("gzip"), &packed[..packed.len() - 9], 9999);
        assert!(matches!(cut, Err(Failure::BrokenOff(_))), "{cut:?}");
        assert_eq!(unpacked(None, b"x", 9), Ok(b"x".to_vec()));
        assert_eq!(
            unpacked(Some("br"), b"x", 9),
            Err(Failure::Encoding("br".into()))
        );
    }
}
