//! Reading an answer.

use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use reqwest::Response;
use url::Url;

use crate::{Error, Problem, RequestBody, Result, redacted, retry_after};

/// The head of an answer. Dropping it closes the connection, unless the body is empty.
#[derive(Debug)]
pub struct Reply(Response);

impl Reply {
    pub(crate) fn new(response: Response) -> Self {
        Self(response)
    }

    /// Status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// Headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// A header's value, if it is there and is text.
    pub fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    /// Address that answered, after redirects.
    pub fn url(&self) -> &Url {
        self.0.url()
    }

    /// How long the server asks us to wait.
    pub fn retry_after(&self) -> Option<std::time::Duration> {
        retry_after(self.header(&header::RETRY_AFTER)?, SystemTime::now())
    }

    /// The body, of which at most `limit_bytes` are taken.
    pub fn body(self, limit_bytes: usize) -> Body {
        Body {
            response: self.0,
            read_bytes: 0,
            limit_bytes,
        }
    }

    /// The whole body, of at most `limit_bytes`.
    ///
    /// # Errors
    /// As [`Body::chunk`].
    pub async fn bytes(self, limit_bytes: usize) -> Result<Vec<u8>> {
        let mut body = self.body(limit_bytes);
        let mut bytes = Vec::new();
        while let Some(chunk) = body.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The answer for a library that reads bodies itself, without a limit.
    pub fn into_http(self) -> http::Response<RequestBody> {
        self.0.into()
    }
}

/// A body that is being read.
#[derive(Debug)]
pub struct Body {
    response: Response,
    read_bytes: usize,
    limit_bytes: usize,
}

impl Body {
    /// The next piece, as soon as it is there; `None` at the end.
    ///
    /// # Errors
    /// [`Problem::TooLong`] as soon as the body, or what its header announces, is longer than the limit;
    /// [`Problem::BrokenOff`] and [`Problem::Timeout`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let announced = self.response.content_length();
        if self.read_bytes == 0 && announced.is_some_and(|bytes| bytes > self.limit_bytes as u64) {
            return Err(self.too_long());
        }
        let chunk = match self.response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(None),
            Err(error) => return Err(self.failed(Problem::of_body(error))),
        };
        self.read_bytes += chunk.len();
        if self.read_bytes > self.limit_bytes {
            return Err(self.too_long());
        }
        Ok(Some(chunk))
    }

    fn too_long(&self) -> Error {
        self.failed(Problem::TooLong {
            limit_bytes: self.limit_bytes,
        })
    }

    fn failed(&self, problem: Problem) -> Error {
        Error::Request {
            url: redacted(self.response.url().as_str()),
            problem,
        }
    }
}
