//! JSON bodies whose mistakes are told like all others.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, FieldError};
use crate::routes::predict::request::clipped;
use crate::state::AppState;

/// A body read as JSON into `T`.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let body = read(request, state).await?;
        serde_json::from_slice(&body).map(Self).map_err(|error| {
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
}

/// The bytes of a body that is declared as JSON.
///
/// # Errors
/// [`ApiError::UnsupportedMediaType`], [`ApiError::TooLarge`], and [`ApiError::Unreadable`] for one that was cut off.
pub async fn read(request: Request, state: &AppState) -> Result<Bytes, ApiError> {
    accept_json(request.headers())?;
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                return ApiError::TooLarge(state.config.body_limit_bytes);
            }
            ApiError::Unreadable("The body ended before it was whole.".to_owned())
        })
}

/// A body must be declared as JSON, or not declared at all: the service before this one took such calls.
fn accept_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let value = value.to_str().unwrap_or("unreadable");
    let kind = value.split(';').next().unwrap_or_default().trim();
    let is_json = kind.eq_ignore_ascii_case("application/json")
        || (kind.starts_with("application/") && kind.ends_with("+json"));
    if is_json {
        return Ok(());
    }
    Err(ApiError::UnsupportedMediaType(clipped(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_by_any_of_its_names_is_taken() {
        for (kind, taken) in [
            (Some("application/json"), true),
            (Some("APPLICATION/JSON;charset=utf-8"), true),
            (Some("application/merge-patch+json"), true),
            (None, true),
            (Some("text/json"), false),
            (Some(""), false),
            (Some("application/jsonx"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(kind) = kind {
                headers.insert(header::CONTENT_TYPE, kind.parse().expect("a header"));
            }
            assert_eq!(accept_json(&headers).is_ok(), taken, "{kind:?}");
        }
    }
}
