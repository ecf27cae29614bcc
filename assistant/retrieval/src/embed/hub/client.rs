//! HTTP as far as a model hub needs it, for code that does not wait asynchronously.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, RANGE};
use http::{Request, StatusCode, Uri};
use http_client::{Body, Builder, Problem, Redirects, Reply, RequestBody};
use tokio::runtime::{self, Runtime};

use crate::embed::{Error, Result};

/// How long a connection may be silent before it counts as cut.
const SILENCE: Duration = Duration::from_secs(30);
/// Hubs send on to where large files are kept.
const REDIRECTS: usize = 10;
/// Most of a listing that is read.
const TEXT_BYTES: usize = 10 * 1024 * 1024;

/// A connection to one hub, which may send on to other hosts.
pub(super) struct Client {
    http: http_client::Client,
    runtime: Runtime,
}

/// Refuses endpoints that are neither HTTPS nor on this machine.
pub(super) fn check(endpoint: &str) -> Result<()> {
    let wrong = |detail: &str| Error::Download {
        url: endpoint.to_owned(),
        detail: detail.to_owned(),
    };
    let uri: Uri = endpoint.parse().map_err(|_| wrong("not an address"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) | (Some("http"), Some("127.0.0.1" | "localhost" | "[::1]")) => {
            Ok(())
        }
        _ => Err(wrong("models are fetched over `https://` only")),
    }
}

impl Client {
    pub(super) fn new(endpoint: &str) -> Result<Self> {
        let http = Builder::new(concat!("giaxe/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(SILENCE)
            .read_timeout(SILENCE)
            .redirects(Redirects::Follow(REDIRECTS))
            .tls_only(endpoint.starts_with("https:"))
            .build()
            .map_err(|error| failed(endpoint, &error.to_string()))?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(Self { http, runtime })
    }

    /// A short text.
    pub(super) fn text(&self, url: &str) -> Result<String> {
        let reply = self.get(url, 0)?;
        if reply.status() != StatusCode::OK {
            return Err(failed(url, &format!("the hub answered {}", reply.status())));
        }
        let bytes = self.runtime.block_on(reply.bytes(TEXT_BYTES));
        let bytes = bytes.map_err(|error| failed(url, &detail(&error)))?;
        String::from_utf8(bytes).map_err(|error| failed(url, &error.to_string()))
    }

    /// The content from byte `from` on, if the other side agrees to leave out what is before; the status tells.
    pub(super) fn get(&self, url: &str, from: u64) -> Result<Reply> {
        // Sizes and ranges are those of the file itself.
        let mut request = Request::get(url).header(ACCEPT_ENCODING, "identity");
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let request = request
            .body(RequestBody::default())
            .map_err(|error| failed(url, &error.to_string()))?;
        let sent = self.runtime.block_on(self.http.send(request));
        sent.map_err(|error| failed(url, &detail(&error)))
    }

    /// The next piece of a body; `None` at its end.
    pub(super) fn chunk(&self, body: &mut Body) -> http_client::Result<Option<Bytes>> {
        self.runtime.block_on(body.chunk())
    }
}

pub(super) fn failed(url: &str, detail: &str) -> Error {
    Error::Download {
        url: url.to_owned(),
        detail: detail.to_owned(),
    }
}

/// What happened, for an error that names the address itself.
pub(super) fn detail(error: &http_client::Error) -> String {
    error
        .problem()
        .map_or_else(|| error.to_string(), Problem::to_string)
}
