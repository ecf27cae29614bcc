//! The outermost layer: request id, deadline, metrics, access log, body of error replies, panics, and what is refused before
//! its body is read.
//!
//! One layer does all of it. Each further one would box one more future for every request, and a valuation takes so little
//! time that this would show.

use std::any::Any;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tower::Service;

use crate::body;
use crate::error::ApiError;
use crate::problem::with_body;
use crate::request_id::X_REQUEST_ID;
use crate::state::AppState;

/// A service whose requests are observed.
#[derive(Clone)]
pub struct Observe<S> {
    inner: S,
    state: AppState,
}

impl<S> Observe<S> {
    /// Observes the requests to `inner`.
    pub fn new(inner: S, state: AppState) -> Self {
        Self { inner, state }
    }
}

impl<S> Service<Request> for Observe<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that is ready answers; the copy is asked anew.
        let copy = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, copy);
        Box::pin(observe(self.state.clone(), request, inner).map(Ok))
    }
}

/// Answers `request` with an id, within the deadline, counted and logged; see [`crate::error`] for its part in errors.
async fn observe<S>(state: AppState, request: Request, mut inner: S) -> Response
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
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
    let mut reply = if let Some(error) = refused {
        error.into_response()
    } else {
        let answer = AssertUnwindSafe(async move { inner.call(request).await }).catch_unwind();
        // The timer is only set up when the handler has to wait, which a valuation whose body has arrived does not.
        match tokio::time::timeout(state.config.request_deadline, answer).await {
            Ok(Ok(Ok(reply))) => reply,
            Ok(Err(panic)) => panicked(panic.as_ref()),
            Err(_) => ApiError::Deadline.into_response(),
        }
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

/// A panic costs one request an answer, never the process. What it said goes to the log alone.
fn panicked(payload: &(dyn Any + Send)) -> Response {
    let said = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    tracing::error!(panic = said, "a handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
