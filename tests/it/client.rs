//! The HTTP client that tests ask the service with.

use reqwest::{Client, ClientBuilder};
use rustls::crypto::ring;

/// A client that talks to this machine directly, whatever proxy the environment names.
pub(crate) fn client() -> Client {
    builder().build().expect("a client")
}

/// The same, with more to set.
pub(crate) fn builder() -> ClientBuilder {
    choose_tls();
    Client::builder().no_proxy()
}

/// The workspace builds reqwest without a TLS provider of its own (see `http_client`), and then each program has to choose
/// one before its first client, even for plain HTTP.
pub(crate) fn choose_tls() {
    // It fails if another test was first, which chose the same.
    drop(ring::default_provider().install_default());
}
