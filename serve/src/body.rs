//! JSON bodies whose mistakes are told like all others.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, FieldError};
use crate::state::AppState;

/// Refuses a POST by its head: a body that is not declared as JSON, or that is announced to be larger than the limit.
///
/// A page of another site may post a form or a text to any service that its user can reach, and the browser asks nobody.
/// For `application/json` it asks the service first (a CORS preflight), so nothing else is taken, also not a body without a
/// type. This is checked for every route at once, before any of the body is read.
///
/// # Errors
/// [`ApiError::UnsupportedMediaType`] and [`ApiError::TooLarge`].
pub fn check_head(headers: &HeaderMap, state: &AppState) -> Result<(), ApiError> {
    let kind = headers.get(header::CONTENT_TYPE);
    if !kind.is_some_and(is_json) {
        let kind = kind.map(|kind| kind.to_str().unwrap_or("unreadable").to_owned());
        return Err(ApiError::UnsupportedMediaType(kind));
    }
    let limit = state.config.body_limit_bytes;
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(ApiError::TooLarge(limit));
    }
    Ok(())
}

/// `application/json` or `application/…+json`, with any parameters.
fn is_json(kind: &HeaderValue) -> bool {
    let Ok(kind) = kind.to_str() else {
        return false;
    };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let Some(subtype) = kind
        .split_at_checked("application/".len())
        .filter(|(start, _)| start.eq_ignore_ascii_case("application/"))
        .map(|(_, subtype)| subtype)
    else {
        return false;
    };
    let suffix = subtype.len().checked_sub("+json".len());
    subtype.eq_ignore_ascii_case("json")
        || suffix
            .and_then(|at| subtype.split_at_checked(at))
            .is_some_and(|(name, suffix)| !name.is_empty() && suffix.eq_ignore_ascii_case("+json"))
}

/// A body read as JSON into `T`.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        parse(&read(request, state).await?).map(Self)
    }
}

/// Reads a JSON body into `T`.
///
/// # Errors
/// [`ApiError::Unreadable`] if it is not JSON, [`ApiError::Invalid`] if it is not a `T`.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            return ApiError::Invalid(vec![FieldError {
                pointer: String::new(),
                code: "type",
                message: error.to_string(),
            }]);
        }
        ApiError::Unreadable(format!("The body is not JSON: {error}."))
    })
}

/// The bytes of a body.
///
/// # Errors
/// [`ApiError::TooLarge`], and [`ApiError::Unreadable`] for one that was cut off.
pub async fn read(request: Request, state: &AppState) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                return ApiError::TooLarge(state.config.body_limit_bytes);
            }
            ApiError::Unreadable("The body ended before it was whole.".to_owned())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_by_any_of_its_names_is_json_and_nothing_else_is() {
        for (kind, taken) in [
            ("application/json", true),
            ("APPLICATION/JSON;charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("application/Problem+JSON ; a=b", true),
            ("text/json", false),
            ("text/plain", false),
            ("text/plain;application/json", false),
            ("", false),
            ("application/+json", false),
            ("application/jsonx", false),
            ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false),
        ] {
            let kind = HeaderValue::from_str(kind).expect("a header");
            assert_eq!(is_json(&kind), taken, "{kind:?}");
        }
    }
}
