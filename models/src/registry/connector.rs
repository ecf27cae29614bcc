//! How the requests of object_store are carried: by the workspace's HTTP client. The one that object_store would bring needs
//! aws-lc, a second TLS library.

use std::time::Duration;

use http_body_util::BodyExt as _;
use http_client::{Builder, Client, Problem, RequestBody};
use object_store::{
    ClientConfigKey, ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
        HttpResponseBody, HttpService,
    },
};

/// Longest time for a connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest silence: from a request to the head of its reply, and between two pieces of a body.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Makes the clients of object_store.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    /// A client that speaks TLS, and plain HTTP only if `options` allow it (`AWS_ALLOW_HTTP=true`).
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_http = options
            .get_config_value(&ClientConfigKey::AllowHttp)
            .is_some_and(|allowed| allowed == "true");
        let client = Builder::new(concat!("giaxe/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .tls_only(!allows_http)
            .build()
            .map_err(|error| object_store::Error::Generic {
                store: "registry",
                source: error.into(),
            })?;
        Ok(HttpClient::new(Service(client)))
    }
}

#[derive(Debug)]
struct Service(Client);

#[async_trait::async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let reply = self.0.send(request.map(RequestBody::wrap)).await;
        let reply = reply.map_err(|error| HttpError::new(kind(&error), error))?;
        let (head, body) = reply.into_http().into_parts();
        let body = body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error));
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)))
    }
}

/// Which failures may pass when the request is sent again.
fn kind(error: &http_client::Error) -> HttpErrorKind {
    match error.problem() {
        Some(Problem::NoConnection(_)) => HttpErrorKind::Connect,
        Some(Problem::Timeout(_)) => HttpErrorKind::Timeout,
        Some(Problem::Closed(_)) => HttpErrorKind::Request,
        Some(Problem::Broken(_) | Problem::BrokenOff(_)) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    }
}
