//! What callers are told when something fails: the only place that maps failures to HTTP statuses.
//!
//! A handler returns an [`ApiError`]. Its reply has no body yet, only a [`Problem`] among its extensions: the outermost
//! layer ([`crate::observe`]) knows the request's id and path and writes the body. Replies of the framework itself (404,
//! 405, a caught panic) go the same way, so that every error looks alike.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use datasets::text::clipped;

pub use crate::problem::{FieldError, ProblemBody};

use crate::problem::Problem;

/// Why a request was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// The body or the address cannot be read at all.
    Unreadable(String),
    /// What the address names does not exist.
    NotFound(String),
    /// The body is larger than the limit, in bytes.
    TooLarge(usize),
    /// The body did not arrive in time; the time.
    BodyTooSlow(Duration),
    /// The bodies of other requests take all the memory that there is for them.
    NoBodyMemory,
    /// The body is not declared as JSON; the content type, if there is one.
    UnsupportedMediaType(Option<String>),
    /// The request can be read, but breaks these rules.
    Invalid(Vec<FieldError>),
    /// The request breaks so many rules; these are the first of them.
    InvalidMany {
        /// The first errors.
        first: Vec<FieldError>,
        /// How many there are.
        count: usize,
    },
    /// No model is loaded.
    NoModel,
    /// There is no assistant, or it cannot do its part.
    NoAssistant,
    /// As many questions are being answered as may be at once.
    Busy,
    /// The request took longer than it may.
    Deadline,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) | Self::InvalidMany { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NoModel | Self::NoAssistant | Self::NoBodyMemory => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Deadline => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let problem = match self {
            Self::Unreadable(detail) | Self::NotFound(detail) => Problem::new(detail),
            Self::TooLarge(limit) => {
                Problem::new(format!("The body is larger than {limit} bytes."))
            }
            Self::BodyTooSlow(limit) => Problem::new(format!(
                "The body did not arrive within {} ms.",
                limit.as_millis()
            )),
            Self::NoBodyMemory => Problem::new("Too many large bodies are being read at once."),
            Self::UnsupportedMediaType(Some(found)) => Problem::new(format!(
                "The content type is `{}`; valid: application/json.",
                clipped(&found)
            )),
            Self::UnsupportedMediaType(None) => {
                Problem::new("The header Content-Type is missing; valid: application/json.")
            }
            Self::Invalid(errors) => {
                let count = errors.len();
                Problem::invalid(errors, count)
            }
            Self::InvalidMany { first, count } => Problem::invalid(first, count),
            Self::NoModel => Problem::new("No valuation model is loaded."),
            Self::NoAssistant => Problem::new("The assistant is not available."),
            Self::Busy => Problem::new("Too many questions are being answered at once."),
            Self::Deadline => Problem::new("The request took longer than it may."),
        };
        problem.into_reply(status)
    }
}
