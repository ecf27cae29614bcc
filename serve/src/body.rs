//! JSON bodies whose mistakes are told like all others.

use std::ops::Deref;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;

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
    let limit = state.config.body.limit_bytes;
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

/// A body of at most this many bytes needs no room in the memory for long bodies.
const SHORT_BYTES: usize = 64 * 1024;

/// The bytes of a whole body, with the room that they take.
#[derive(Debug)]
pub struct WholeBody {
    bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl Deref for WholeBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a body to its end.
///
/// # Errors
/// [`ApiError::TooLarge`], [`ApiError::BodyTooSlow`], [`ApiError::NoBodyMemory`], and [`ApiError::Unreadable`] for one that
/// was cut off.
pub async fn read(request: Request, state: &AppState) -> Result<WholeBody, ApiError> {
    let whole = collect(request.into_body(), state);
    let limit = state.config.body.timeout;
    // The timer is only set up for a body that is not there yet.
    tokio::time::timeout(limit, whole)
        .await
        .unwrap_or(Err(ApiError::BodyTooSlow(limit)))
}

async fn collect(body: Body, state: &AppState) -> Result<WholeBody, ApiError> {
    let limit = state.config.body.limit_bytes;
    let mut pieces = body.into_data_stream();
    let mut next = async || {
        let piece = pieces.next().await.transpose();
        piece.map_err(|_| ApiError::Unreadable("The body ended before it was whole.".to_owned()))
    };
    let first = next().await?.unwrap_or_default();
    check_length(first.len(), limit)?;
    let Some(second) = next().await? else {
        return Ok(WholeBody {
            bytes: first,
            _room: None,
        });
    };
    let mut bytes = Vec::with_capacity(first.len() + second.len());
    bytes.extend_from_slice(&first);
    let mut room: Option<OwnedSemaphorePermit> = None;
    let mut piece = Some(second);
    while let Some(more) = piece {
        let length = bytes.len() + more.len();
        check_length(length, limit)?;
        let taken = room.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if length > SHORT_BYTES.max(taken) {
            let wanted = length.next_power_of_two() - taken;
            let more_room = Arc::clone(&state.body_memory)
                .try_acquire_many_owned(u32::try_from(wanted).unwrap_or(u32::MAX))
                .map_err(|_| ApiError::NoBodyMemory)?;
            match &mut room {
                Some(room) => room.merge(more_room),
                None => room = Some(more_room),
            }
        }
        bytes.extend_from_slice(&more);
        piece = next().await?;
    }
    Ok(WholeBody {
        bytes: bytes.into(),
        _room: room,
    })
}

fn check_length(length: usize, limit: usize) -> Result<(), ApiError> {
    if length > limit {
        return Err(ApiError::TooLarge(limit));
    }
    Ok(())
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
