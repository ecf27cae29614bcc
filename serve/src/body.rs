//! JSON bodies whose mistakes are told like all others.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

use crate::error::{ApiError, FieldError};
use crate::routes::predict::accept_json;
use crate::state::AppState;

/// A body read as JSON into `T`.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        accept_json(request.headers())?;
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| {
                if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                    return ApiError::TooLarge(state.config.body_limit_bytes);
                }
                ApiError::Unreadable("The body ended before it was whole.".to_owned())
            })?;
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
