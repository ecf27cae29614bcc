//! HTTP as far as a model hub needs it.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Response, StatusCode, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use crate::embed::{Error, Result};

/// How long a connection may be silent before it counts as cut.
const SILENCE: Duration = Duration::from_secs(30);

/// A connection to one hub, which may send on to other hosts.
pub(super) struct Client {
    agent: Agent,
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
        let secure = endpoint.starts_with("https:");
        let mut config = Agent::config_builder()
            .https_only(secure)
            .http_status_as_error(false)
            .user_agent(concat!("giaxe/", env!("CARGO_PKG_VERSION")))
            // Sizes and ranges are those of the file itself.
            .accept_encoding("identity")
            .timeout_connect(Some(SILENCE))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE));
        if secure {
            config = config.tls_config(tls(endpoint)?);
        }
        Ok(Self {
            agent: config.build().into(),
        })
    }

    /// A short text.
    pub(super) fn text(&self, url: &str) -> Result<String> {
        let mut response = self.get(url, 0)?;
        if response.status() != StatusCode::OK {
            return Err(failed(
                url,
                &format!("the hub answered {}", response.status()),
            ));
        }
        let body = response.body_mut().read_to_string();
        body.map_err(|error| failed(url, &error.to_string()))
    }

    /// The content from byte `from` on, if the other side agrees to leave out what is before; the status tells.
    pub(super) fn get(&self, url: &str, from: u64) -> Result<Response<ureq::Body>> {
        let mut request = self.agent.get(url);
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        request
            .call()
            .map_err(|error| failed(url, &error.to_string()))
    }
}

pub(super) fn failed(url: &str, detail: &str) -> Error {
    Error::Download {
        url: url.to_owned(),
        detail: detail.to_owned(),
    }
}

/// TLS that trusts whom this machine trusts.
fn tls(endpoint: &str) -> Result<TlsConfig> {
    let loaded = rustls_native_certs::load_native_certs();
    if loaded.certs.is_empty() {
        let detail = match loaded.errors.first() {
            Some(error) => format!("no certificates on this machine: {error}"),
            None => "no certificates on this machine".into(),
        };
        return Err(failed(endpoint, &detail));
    }
    let certificates: Vec<Certificate<'static>> = loaded
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    let provider = rustls::crypto::ring::default_provider();
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(Arc::new(provider))
        .build())
}
