//! Problem details (RFC 9457): the one form of every error reply, and the bounds of what it repeats of a request.
//!
//! A request decides how long its own error reply gets, so the reply is bounded: it lists [`MAX_ERRORS`] errors and says
//! how many more there are, and each text of the caller's is cut ([`datasets::text::clipped`]).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use datasets::text::cut;
use serde::Serialize;
use utoipa::ToSchema;

/// Most errors that one reply lists.
pub const MAX_ERRORS: usize = 20;

/// Most characters of a message or a pointer. What this service says itself fits; a longer one holds a caller's text.
const MAX_MESSAGE: usize = 500;

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

/// What the body of an error reply will say, carried in the reply's extensions until its id is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// For people: what happened this time. Never internals.
    pub detail: String,
    /// What is wrong with the request, if it could be read: [`MAX_ERRORS`] at most.
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// A problem without a list of errors.
    pub fn new(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// A request that breaks rules: these, the first of `count`.
    pub fn invalid(mut errors: Vec<FieldError>, count: usize) -> Self {
        errors.truncate(MAX_ERRORS);
        for error in &mut errors {
            for text in [&mut error.pointer, &mut error.message] {
                if text.len() > MAX_MESSAGE {
                    *text = cut(text, MAX_MESSAGE);
                }
            }
        }
        let left_out = count.saturating_sub(errors.len());
        let detail = match errors.as_slice() {
            [only] if left_out == 0 => only.message.clone(),
            listed if left_out == 0 => {
                format!("{} values are not valid; see `errors`.", listed.len())
            }
            listed => format!(
                "{count} values are not valid; `errors` lists {}, {left_out} more are left out.",
                listed.len()
            ),
        };
        Self { detail, errors }
    }

    /// The problem behind an error reply that the framework made.
    pub fn of_status(status: StatusCode) -> Self {
        Self::new(match status {
            StatusCode::NOT_FOUND => "There is nothing at this address.",
            StatusCode::METHOD_NOT_ALLOWED => {
                "This address does not take that method; see the `Allow` header."
            }
            status if status.is_server_error() => {
                "The service failed to answer; the request id finds the cause in its log."
            }
            _ => "The request cannot be answered as it is.",
        })
    }

    /// A reply without a body that carries this problem to the outermost layer.
    pub fn into_reply(self, status: StatusCode) -> Response {
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
            instance: cut(instance, MAX_MESSAGE),
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

/// Marks an error reply whose body is the answer, as `/readyz` gives it.
#[derive(Debug, Clone, Copy)]
pub struct Verbatim;

/// Writes the problem into an error reply that has no body of its own kind yet, keeping its other headers (`Allow`, CORS).
pub fn with_body(mut reply: Response, instance: &str, id: &HeaderValue) -> Response {
    if reply.extensions().get::<Verbatim>().is_some() {
        return reply;
    }
    let status = reply.status();
    let problem = reply
        .extensions_mut()
        .remove::<Problem>()
        .unwrap_or_else(|| Problem::of_status(status));
    let mut with_body = problem.body(status, instance, id.to_str().unwrap_or_default());
    for (name, value) in reply.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            with_body.headers_mut().append(name.clone(), value.clone());
        }
    }
    with_body
}

fn slug(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "unreadable",
        StatusCode::NOT_FOUND => "not-found",
        StatusCode::METHOD_NOT_ALLOWED => "method-not-allowed",
        StatusCode::REQUEST_TIMEOUT => "body-too-slow",
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
    instance: String,
    /// The reply's `X-Request-Id`.
    request_id: &'a str,
    /// Every single thing wrong with the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(count: usize) -> Vec<FieldError> {
        (0..count)
            .map(|n| FieldError::at(&format!("f{n}"), "unknown_field", format!("f{n} is wrong")))
            .collect()
    }

    #[test]
    fn a_reply_lists_twenty_errors_and_counts_the_rest() {
        let few = Problem::invalid(errors(20), 20);
        assert_eq!(few.errors.len(), 20);
        assert_eq!(few.detail, "20 values are not valid; see `errors`.");
        let many = Problem::invalid(errors(21), 80_000);
        assert_eq!(many.errors.len(), 20);
        assert_eq!(
            many.detail,
            "80000 values are not valid; `errors` lists 20, 79980 more are left out."
        );
        assert_eq!(Problem::invalid(errors(1), 1).detail, "f0 is wrong");
    }

    #[test]
    fn a_long_text_of_the_caller_is_cut() {
        let long = "ă".repeat(100_000);
        let error = FieldError::at(&long, "unknown_field", format!("unknown field `{long}`"));
        let problem = Problem::invalid(vec![error], 1);
        assert!(problem.errors[0].pointer.chars().count() <= MAX_MESSAGE + 1);
        assert!(problem.detail.chars().count() <= MAX_MESSAGE + 1);
    }
}
