//! The outermost layer: request id, deadline, metrics, access log, body of error replies, and what is refused before its
//! body is read.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::body;
use crate::error::ApiError;
use crate::problem::with_body;
use crate::request_id::X_REQUEST_ID;
use crate::state::AppState;

/// Answers `request` with an id, within the deadline, counted and logged; see [`crate::error`] for its part in
/// errors.
///
/// One layer does all of it: each further layer would box one more future for every request, and a valuation takes so
/// little time that this would show.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let uri = request.uri().clone();
    let route = request.extensions().get::<MatchedPath>();
    let active = state
        .metrics
        .http
        .enter(&method, route.map(MatchedPath::as_str), Instant::now());
    let id = state.ids.of(request.headers());

    let refused = if method == Method::POST && route.is_some() {
        body::check_head(request.headers(), &state).err()
    } else {
        None
    };
    let mut reply = match refused {
        Some(error) => error.into_response(),
        // The timer is only set up when the handler has to wait, which a valuation whose body has arrived does not.
        None => tokio::time::timeout(state.config.request_deadline, next.run(request))
            .await
            .unwrap_or_else(|_| ApiError::Deadline.into_response()),
    };

    let status = reply.status();
    if status.is_client_error() || status.is_server_error() {
        reply = with_body(reply, uri.path(), &id);
    }
    let duration_ms = active.answered(status).as_secs_f64() * 1e3;
    let request_id = id.to_str().unwrap_or_default();
    let (path, code) = (uri.path(), status.as_u16());
    if status.is_server_error() {
        tracing::error!(%method, path, status = code, duration_ms, request_id, "request failed");
    } else if status.is_client_error() {
        tracing::info!(%method, path, status = code, duration_ms, request_id, "request refused");
    } else {
        tracing::debug!(%method, path, status = code, duration_ms, request_id, "request answered");
    }
    reply.headers_mut().insert(X_REQUEST_ID, id);
    reply
}
