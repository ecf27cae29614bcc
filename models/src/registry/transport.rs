//! How the requests of object_store are carried.

use std::{error::Error, sync::Arc, time::Duration};

use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use object_store::{
    ClientConfigKey, ClientOptions,
    client::{
        HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpResponseBody,
        HttpService,
    },
};
use rustls::crypto::ring;

/// Longest time for a connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest time from a request to the head of its reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a connection that nobody uses is kept.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// A client over hyper that trusts the system's certificates.
#[derive(Debug)]
pub(super) struct Transport(Client<HttpsConnector<HttpConnector>, HttpRequestBody>);

impl Transport {
    /// A client that speaks TLS, and without only where `options` allow it (`AWS_ALLOW_HTTP=true`).
    pub(super) fn new(options: &ClientOptions) -> object_store::Result<Self> {
        let unusable = |error: &dyn Error| object_store::Error::Generic {
            store: "registry",
            source: format!("the system has no certificates: {error}").into(),
        };
        let allows_http = options
            .get_config_value(&ClientConfigKey::AllowHttp)
            .is_some_and(|allowed| allowed == "true");
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let provider = Arc::new(ring::default_provider());
        let trusting =
            HttpsConnectorBuilder::new().with_provider_and_native_roots(provider.clone());
        let builder = match trusting {
            Ok(builder) => builder,
            // A machine without certificates may well ask a store of its own.
            Err(_) if allows_http => HttpsConnectorBuilder::new().with_tls_config(
                rustls::ClientConfig::builder_with_provider(provider)
                    .with_safe_default_protocol_versions()
                    .map_err(|error| unusable(&error))?
                    .with_root_certificates(rustls::RootCertStore::empty())
                    .with_no_client_auth(),
            ),
            Err(error) => return Err(unusable(&error)),
        };
        let builder = if allows_http {
            builder.https_or_http()
        } else {
            builder.https_only()
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            .build(builder.enable_http1().wrap_connector(tcp));
        Ok(Self(client))
    }
}

#[async_trait::async_trait]
impl HttpService for Transport {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let reply = tokio::time::timeout(REPLY_TIMEOUT, self.0.request(request)).await;
        let reply = reply
            .map_err(|elapsed| HttpError::new(HttpErrorKind::Timeout, elapsed))?
            .map_err(|error| HttpError::new(kind(&error), error))?;
        let (head, body) = reply.into_parts();
        let body = body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error));
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)))
    }
}

/// Which failures may pass when the request is sent again.
fn kind(error: &hyper_util::client::legacy::Error) -> HttpErrorKind {
    if error.is_connect() {
        return HttpErrorKind::Connect;
    }
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<hyper::Error>());
    match cause {
        Some(cause) if cause.is_timeout() => HttpErrorKind::Timeout,
        Some(cause) if cause.is_incomplete_message() || cause.is_closed() => HttpErrorKind::Request,
        _ => HttpErrorKind::Interrupted,
    }
}
