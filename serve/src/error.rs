//! What callers are told when something fails: the only place that maps failures to HTTP statuses.
//!
//! A handler returns an [`ApiError`]. Its reply has no body yet, only a [`Problem`] among its extensions: the
//! outermost layer ([`crate::telemetry::observe`]) knows the request's id and path and writes the body. Replies
//! of the framework itself (404, 405, a caught panic) go the same way, so that every error looks alike.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Seconds after which a caller may try again when the service lacks something, and when it only has too much to do.
const RETRY_LATER_SECONDS: &str = "5";
const RETRY_SOON_SECONDS: &str = "1";

/// One thing wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the value, empty for the whole body; for query parameters, their name.
    #[schema(example = "/year")]
    pub pointer: String,
    /// Stable name of the rule that was broken.
    #[schema(example = "out_of_range")]
    pub code: &'static str,
    /// For people: the value and what is valid.
    #[schema(example = "`year` is 1899; valid: 1990–2030")]
    pub message: String,
}

impl FieldError {
    /// An error at the top-level field `field`.
    pub fn at(field: &str, code: &'static str, message: String) -> Self {
        Self {
            pointer: format!("/{}", field.replace('~', "~0").replace('/', "~1")),
            code,
            message,
        }
    }
}

/// Why a request was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// The body or the address cannot be read at all.
    Unreadable(String),
    /// What the address names does not exist.
    NotFound(String),
    /// The body is larger than the limit, in bytes.
    TooLarge(usize),
    /// The body is not declared as JSON.
    UnsupportedMediaType(String),
    /// The request can be read, but breaks these rules.
    Invalid(Vec<FieldError>),
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
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NoModel | Self::NoAssistant => StatusCode::SERVICE_UNAVAILABLE,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Deadline => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut errors = Vec::new();
        let detail = match self {
            Self::Unreadable(detail) | Self::NotFound(detail) => detail,
            Self::TooLarge(limit) => format!("The body is larger than {limit} bytes."),
            Self::UnsupportedMediaType(found) => {
                format!("The content type is `{found}`; valid: application/json.")
            }
            Self::Invalid(found) => {
                errors = found;
                match errors.as_slice() {
                    [only] => only.message.clone(),
                    several => format!("{} values are not valid; see `errors`.", several.len()),
                }
            }
            Self::NoModel => "No valuation model is loaded.".to_owned(),
            Self::NoAssistant => "The assistant is not available.".to_owned(),
            Self::Busy => "Too many questions are being answered at once.".to_owned(),
            Self::Deadline => "The request took longer than it may.".to_owned(),
        };
        Problem { detail, errors }.into_reply(status)
    }
}

/// What the body of an error reply will say, carried in the reply's extensions until its id is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// For people: what happened this time. Never internals.
    pub detail: String,
    /// Every single thing wrong with the request, where it could be read.
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// The problem behind an error reply that the framework made.
    pub fn of_status(status: StatusCode) -> Self {
        let detail = match status {
            StatusCode::NOT_FOUND => "There is nothing at this address.",
            StatusCode::METHOD_NOT_ALLOWED => {
                "This address does not take that method; see the `Allow` header."
            }
            status if status.is_server_error() => {
                "The service failed to answer; the request id finds the cause in its log."
            }
            _ => "The request cannot be answered as it is.",
        };
        Self {
            detail: detail.to_owned(),
            errors: Vec::new(),
        }
    }

    /// A reply without a body that carries this problem to the outermost layer.
    fn into_reply(self, status: StatusCode) -> Response {
        let mut reply = status.into_response();
        reply.extensions_mut().insert(self);
        reply
    }

    /// The body for the request `request_id` to the path `instance`.
    pub fn body(self, status: StatusCode, instance: &str, request_id: &str) -> Response {
        let mut reply = Json(ProblemBody {
            kind: format!("urn:giaxe:problem:{}", slug(status)),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.detail,
            instance,
            request_id,
            errors: self.errors,
        })
        .into_response();
        *reply.status_mut() = status;
        let headers = reply.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        let retry_after = match status {
            StatusCode::SERVICE_UNAVAILABLE => Some(RETRY_LATER_SECONDS),
            StatusCode::TOO_MANY_REQUESTS => Some(RETRY_SOON_SECONDS),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        reply
    }
}

fn slug(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "unreadable",
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "body-too-large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported-media-type",
        StatusCode::UNPROCESSABLE_ENTITY => "invalid",
        StatusCode::TOO_MANY_REQUESTS => "busy",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        StatusCode::GATEWAY_TIMEOUT => "deadline",
        status if status.is_client_error() => "refused",
        _ => "internal",
    }
}

/// Problem details (RFC 9457), sent as `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Kind of problem, as a URN.
    #[serde(rename = "type")]
    #[schema(example = "urn:giaxe:problem:invalid")]
    kind: String,
    /// Name of the status.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What happened this time.
    detail: String,
    /// Path of the request.
    #[schema(example = "/predict")]
    instance: &'a str,
    /// The reply's `X-Request-Id`.
    request_id: &'a str,
    /// Every single thing wrong with the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
}
