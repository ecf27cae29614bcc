//! One GET: its status, the headers that matter and its unpacked body. Redirects are the caller's business, because each
//! is a request like any other.

use std::io::Read;
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, LOCATION,
};
use http::{HeaderMap, HeaderValue, Request};
use http_client::{Builder, Client, Problem, RequestBody};
use url::Url;

use crate::Result;

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
    client: Client,
    headers: HeaderMap,
    timeout: Duration,
}

impl Transport {
    /// A transport that gives each exchange `timeout`. Without `needs_tls` it works on a machine without certificates too,
    /// which may well ask a replay server of its own.
    pub(crate) fn new(user_agent: &str, timeout: Duration, needs_tls: bool) -> Result<Self> {
        let client = Builder::new(user_agent)
            .timeout(timeout)
            .idle_timeout(IDLE_TIMEOUT)
            .needs_tls(needs_tls)
            .build()?;
        let headers = [
            (ACCEPT, "text/html, application/json;q=0.9, */*;q=0.1"),
            (ACCEPT_ENCODING, "gzip"),
            (ACCEPT_LANGUAGE, "vi"),
        ];
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        Ok(Self {
            client,
            headers: HeaderMap::from_iter(headers),
            timeout,
        })
    }

    /// Asks for `url`, of whose body at most `limit` bytes are taken, packed or unpacked.
    pub(crate) async fn get(
        &self,
        url: &Url,
        limit: usize,
    ) -> std::result::Result<Answer, Failure> {
        let mut request = Request::get(url.as_str())
            .body(RequestBody::default())
            .map_err(|error| Failure::Connection(error.to_string()))?;
        request.headers_mut().clone_from(&self.headers);
        let start = Instant::now();
        let failed = |error: http_client::Error| self.failed(&error);
        let reply = self.client.send(request).await.map_err(failed)?;
        let latency = start.elapsed();
        let status = reply.status().as_u16();
        let retry_after = reply.retry_after();
        let header = |name| reply.header(name).map(str::to_owned);
        let (content_type, location) = (header(&CONTENT_TYPE), header(&LOCATION));
        let encoding = header(&CONTENT_ENCODING);
        let packed = reply.bytes(limit).await.map_err(failed)?;
        Ok(Answer {
            status,
            content_type,
            location,
            retry_after,
            wire_bytes: packed.len() as u64,
            body: unpacked(encoding.as_deref(), packed, limit)?,
            latency,
        })
    }

    fn failed(&self, error: &http_client::Error) -> Failure {
        match error.problem() {
            Some(Problem::Timeout(_)) => Failure::Timeout(self.timeout),
            Some(Problem::TooLong { limit_bytes }) => Failure::TooLarge(*limit_bytes),
            Some(Problem::BrokenOff(why)) => Failure::BrokenOff(why.clone()),
            // Whoever reports a failure names the page.
            Some(problem) => Failure::Connection(problem.to_string()),
            None => Failure::Connection(error.to_string()),
        }
    }
}

/// The body as the host meant it.
fn unpacked(
    encoding: Option<&str>,
    packed: Vec<u8>,
    limit: usize,
) -> std::result::Result<Vec<u8>, Failure> {
    match encoding.map(str::trim).unwrap_or_default() {
        "" | "identity" => Ok(packed),
        "gzip" | "x-gzip" => {
            let mut body = Vec::new();
            let most = limit as u64 + 1;
            MultiGzDecoder::new(&*packed)
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
        let gzip = Some("gzip");
        let whole = unpacked(gzip, packed.clone(), 5000);
        assert_eq!(whole, Ok(vec![b'a'; 5000]));
        assert_eq!(
            unpacked(gzip, packed.clone(), 4999),
            Err(Failure::TooLarge(4999)),
            "a bomb"
        );
        let cut = unpacked(gzip, packed[..packed.len() - 9].to_vec(), 9999);
        assert!(matches!(cut, Err(Failure::BrokenOff(_))), "{cut:?}");
        assert_eq!(unpacked(None, b"x".to_vec(), 9), Ok(b"x".to_vec()));
        assert_eq!(
            unpacked(Some("br"), b"x".to_vec(), 9),
            Err(Failure::Encoding("br".into()))
        );
    }
}
