//! A line to the server, and what its refusals mean.
//!
//! The calls are `qdrant-client`'s generated ones over a channel of our own. Its `Qdrant` on top of them cannot change two
//! aliases at once, asks a request of its own before every answer of a server that came back, and prints on stdout.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use http::Uri;
use http::uri::PathAndQuery;
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, IntoRequest, Request, Response, Status};

use super::Config;
use crate::store::StoreError;

/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(2);
/// How often a silent line is tried, and how long it may stay silent then: a server that went away without a word is
/// noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
const KEEP_ALIVE_ANSWER: Duration = Duration::from_secs(3);
/// Ports of gRPC, which we speak, and of HTTP, which we do not.
const GRPC_PORT: u16 = 6334;
const HTTP_PORT: u16 = 6333;
/// Largest answer: thousands of points with their payload.
const ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// A line to one server, which is made when it is first needed and again when it broke.
pub(super) struct Connection {
    endpoint: Endpoint,
    channel: OnceLock<Channel>,
    api_key: Option<MetadataValue<Ascii>>,
    /// Host and port, for messages.
    server: String,
    port: u16,
}

impl Connection {
    /// A line to the server that `config` names. Nothing is sent yet.
    pub(super) fn new(config: &Config) -> Result<Self, StoreError> {
        let uri = address(&config.url)?;
        let port = uri.port_u16().unwrap_or(GRPC_PORT);
        let server = format!("{}:{port}", uri.host().unwrap_or_default());
        let is_tls = uri.scheme_str() == Some("https");
        let unusable = |error: &(dyn std::error::Error + 'static)| StoreError::Unreachable {
            server: server.clone(),
            detail: causes(error),
        };
        let mut endpoint = Endpoint::new(uri)
            .map_err(|error| unusable(&error))?
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE_ANSWER)
            .keep_alive_while_idle(true);
        if is_tls {
            endpoint = endpoint
                .tls_config(ClientTlsConfig::new().with_native_roots())
                .map_err(|error| unusable(&error))?;
        }
        let api_key = match &config.api_key {
            None => None,
            Some(key) => {
                let mut value: MetadataValue<Ascii> =
                    key.expose().parse().map_err(|_| StoreError::Setting {
                        field: "qdrant_api_key",
                        value: "[redacted]".to_owned(),
                        valid: "printable ASCII characters",
                    })?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        Ok(Self {
            endpoint,
            channel: OnceLock::new(),
            api_key,
            server,
            port,
        })
    }

    /// Host and port.
    pub(super) fn server(&self) -> String {
        self.server.clone()
    }

    /// A channel wants a runtime, which there may not be yet when the store is opened.
    fn channel(&self) -> Channel {
        let channel = self.channel.get_or_init(|| self.endpoint.connect_lazy());
        channel.clone()
    }

    /// Calls about collections and aliases.
    pub(super) fn collections(&self) -> CollectionsClient<Channel> {
        CollectionsClient::new(self.channel())
    }

    /// Calls about points.
    pub(super) fn points(&self) -> PointsClient<Channel> {
        PointsClient::new(self.channel()).max_decoding_message_size(ANSWER_BYTES)
    }

    /// A message with the key beside it.
    pub(super) fn signed<T>(&self, message: T) -> Request<T> {
        let mut request = message.into_request();
        if let Some(key) = &self.api_key {
            request.metadata_mut().insert("api-key", key.clone());
        }
        request
    }

    /// The answer to a call that is to `deed`; `None` if what it is about does not exist.
    pub(super) async fn look<T>(
        &self,
        deed: &'static str,
        within: Duration,
        call: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<Option<T>, StoreError> {
        let unreachable = |detail: String| {
            let hint = if self.port == HTTP_PORT {
                "; 6333 is the port of its HTTP interface, gRPC has 6334"
            } else {
                ""
            };
            StoreError::Unreachable {
                server: self.server(),
                detail: detail + hint,
            }
        };
        let status = match tokio::time::timeout(within, call).await {
            Ok(Ok(answer)) => return Ok(Some(answer.into_inner())),
            Ok(Err(status)) => status,
            Err(_) => return Err(unreachable(format!("nothing in {} ms", within.as_millis()))),
        };
        match status.code() {
            Code::NotFound => Ok(None),
            Code::Unavailable
            | Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Unknown
            | Code::Internal => Err(unreachable(causes(&status))),
            _ => Err(self.refused(deed, status.message())),
        }
    }

    /// The same, of something that exists.
    pub(super) async fn call<T>(
        &self,
        deed: &'static str,
        within: Duration,
        call: impl Future<Output = Result<Response<T>, Status>>,
    ) -> Result<T, StoreError> {
        let answer = self.look(deed, within, call).await?;
        answer.ok_or_else(|| self.refused(deed, "it is gone"))
    }

    fn refused(&self, deed: &'static str, detail: &str) -> StoreError {
        StoreError::Refused {
            server: self.server(),
            deed,
            detail: detail.to_owned(),
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Connection").field(&self.server).finish()
    }
}

/// An error with all that caused it: the outermost says little more than `transport error`.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said = match error.downcast_ref::<Status>() {
        Some(status) => status.message().to_owned(),
        None => error.to_string(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !said.contains(&more) {
            said = format!("{said}: {more}");
        }
        cause = error.source();
    }
    said
}

/// The address of a server, with a port.
fn address(url: &str) -> Result<Uri, StoreError> {
    let invalid = |shown: &str| StoreError::Setting {
        field: "qdrant_url",
        value: shown.to_owned(),
        valid: "http or https, host and the gRPC port, such as http://127.0.0.1:6334",
    };
    let uri: Uri = url.trim().parse().map_err(|_| invalid(url))?;
    if uri
        .authority()
        .is_some_and(|all| all.as_str().contains('@'))
    {
        // It would be logged with the address.
        return Err(invalid("an address with a password; the key is set apart"));
    }
    let (Some("http" | "https"), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err(invalid(url));
    };
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err(invalid(url));
    }
    let port = uri.port_u16().unwrap_or(GRPC_PORT);
    let authority = format!("{host}:{port}");
    let mut parts = uri.into_parts();
    parts.authority = Some(authority.parse().map_err(|_| invalid(url))?);
    parts.path_and_query = Some(PathAndQuery::from_static("/"));
    Uri::from_parts(parts).map_err(|_| invalid(url))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiKey;

    #[test]
    fn addresses_get_a_port_and_nothing_else() {
        for (url, want) in [
            ("http://127.0.0.1:6334", "http://127.0.0.1:6334/"),
            ("http://qdrant", "http://qdrant:6334/"),
            (
                "https://x.cloud.qdrant.io/",
                "https://x.cloud.qdrant.io:6334/",
            ),
            (" http://[::1]:7000 ", "http://[::1]:7000/"),
        ] {
            assert_eq!(address(url).expect(url).to_string(), want, "{url}");
        }
        for url in [
            "",
            "qdrant",
            "qdrant:6334",
            "ftp://qdrant",
            "http://",
            "http://qdrant/collections",
            "http://qdrant?key=x",
            "http://me:secret@qdrant",
        ] {
            let error = address(url).expect_err(url).to_string();
            assert!(error.contains("`qdrant_url`"), "{error}");
            assert!(error.contains("http://127.0.0.1:6334"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_key_that_no_header_takes_is_refused_without_being_shown() {
        let config = Config {
            url: "http://127.0.0.1:1".to_owned(),
            api_key: Some(ApiKey::new("se\ncret")),
            collection: "faq".to_owned(),
        };
        let error = Connection::new(&config).expect_err("refused").to_string();
        assert!(
            error.contains("qdrant_api_key") && !error.contains("cret"),
            "{error}"
        );
        assert!(!format!("{config:?}").contains("cret"), "{config:?}");
    }
}
