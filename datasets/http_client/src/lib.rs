//! The HTTP client of every program: one set-up of reqwest with rustls and ring, the system's certificates and the proxy
//! variables.
//!
//! - [`Builder`] sets timeouts, redirects and the user agent; [`Client`] sends; [`Reply`] is the head of an answer and
//!   [`Body`] reads the rest, chunk by chunk, up to a limit.
//! - [`Proxies`] says which requests go through a proxy: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
//! - [`Error`] names the address without user, password and the values of its query.
//! - [`retry_after`] reads the header, [`Backoff`] says how long to wait without one. Sending again is left to callers:
//!   each of them knows best which requests may be repeated and when.
//!
//! Connections speak HTTP/1.1. Cookies are not kept, and bodies arrive as the server sent them: nothing is unpacked.

mod backoff;
mod client;
mod error;
mod proxies;
mod redact;
mod reply;
mod retry_after;
#[cfg(test)]
mod tests;
mod trust;

pub use backoff::Backoff;
pub use client::{Builder, Client, Redirects};
pub use error::{Error, Problem, Result};
pub use proxies::Proxies;
pub use redact::redacted;
pub use reply::{Body, Reply};
pub use reqwest::Body as RequestBody;
pub use retry_after::retry_after;
