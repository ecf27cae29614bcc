//! Why a client cannot be made, and why there is no answer.

use std::time::Duration;

/// An error of this crate. Addresses in messages carry no user, no password and no values of a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// TLS is wanted and the system has no certificates to trust.
    #[error(
        "the system has no certificates: {detail}; set SSL_CERT_FILE or install ca-certificates"
    )]
    NoCertificates {
        /// What was looked for.
        detail: String,
    },
    /// A variable names a proxy that cannot be used.
    #[error(
        "`{variable}` names {value} as proxy; valid: an address such as http://proxy.example:3128"
    )]
    Proxy {
        /// The variable.
        variable: &'static str,
        /// Its value without secrets.
        value: String,
    },
    /// The client cannot be set up.
    #[error("{detail}")]
    Setup {
        /// What is wrong.
        detail: String,
    },
    /// A request that got no answer, or no whole one.
    #[error("{url}: {problem}")]
    Request {
        /// The address without secrets.
        url: String,
        /// What happened.
        problem: Problem,
    },
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What happened to a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The request breaks a rule of this client or of HTTP, and was not sent.
    #[error("cannot be sent: {0}")]
    Unsendable(String),
    /// No connection to the server or to the proxy.
    #[error("no connection: {0}")]
    NoConnection(String),
    /// The connection was closed before the answer began.
    #[error("closed before it answered: {0}")]
    Closed(String),
    /// The connection broke in another way before the answer began.
    #[error("broke before it answered: {0}")]
    Broken(String),
    /// Nothing came within the time that was set.
    #[error("no answer in time: {0}")]
    Timeout(String),
    /// A redirect that is not followed: too many, or to plain HTTP where only TLS is allowed.
    #[error("redirects: {0}")]
    Redirect(String),
    /// The body ends early.
    #[error("the body breaks off: {0}")]
    BrokenOff(String),
    /// The body is longer than the caller takes.
    #[error("the body is longer than {limit_bytes} bytes")]
    TooLong {
        /// Most bytes that the caller takes.
        limit_bytes: usize,
    },
}

impl Error {
    /// What happened to the request, if there was one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Request { problem, .. } => Some(problem),
            _ => None,
        }
    }
}

impl Problem {
    /// From what was reported before the answer began. `proxy` is the one that was asked, without secrets.
    pub(crate) fn of_request(error: reqwest::Error, proxy: Option<&str>) -> Self {
        let error = error.without_url();
        let detail = match proxy {
            Some(proxy) => format!("{} (through the proxy {proxy})", causes(&error)),
            None => causes(&error),
        };
        if error.is_builder() {
            Self::Unsendable(detail)
        } else if error.is_connect() {
            // A connection that is not made in time is one of these too.
            Self::NoConnection(detail)
        } else if error.is_timeout() {
            Self::Timeout(detail)
        } else if error.is_redirect() {
            Self::Redirect(detail)
        } else if is_closed(&error) {
            Self::Closed(detail)
        } else {
            Self::Broken(detail)
        }
    }

    /// From what was reported while the body was read.
    pub(crate) fn of_body(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let detail = causes(&error);
        if error.is_timeout() {
            Self::Timeout(detail)
        } else {
            Self::BrokenOff(detail)
        }
    }
}

/// Whether the server took the connection away before it sent a whole head.
fn is_closed(error: &reqwest::Error) -> bool {
    let error: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<hyper::Error>())
        .any(|error| error.is_closed() || error.is_incomplete_message() || error.is_canceled())
}

/// An error with what caused it: `error sending request` alone helps nobody.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        // Some libraries repeat the cause in their own message.
        if !text.ends_with(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = inner.source();
    }
    text
}

/// A time as messages have it.
pub(crate) fn ms(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
