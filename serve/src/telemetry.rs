//! Logs, and the outermost layer: request id, metrics, deadline, access log and the body of error replies.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::error::{ApiError, Problem};
use crate::state::AppState;

/// Carries a request's id in both directions.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken from a caller.
const MAX_ID: usize = 128;

/// Writes log lines to stderr from here on. Does nothing where a subscriber is set already.
pub fn init(config: &Config) {
    let filter = EnvFilter::new(&config.log_level);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second call, as from a test that starts two services, finds a subscriber set: that one stays.
    let _already_set = match config.log_format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.try_init(),
    };
}

/// Answers `request` with an id, within the deadline, counted and logged; see [`crate::error`] for its part in
/// errors.
///
/// One layer does all of it: each further layer would box one more future for every request, and a valuation
/// takes so little time that this would show.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let _active = state.metrics.enter();
    let method = request.method().clone();
    let uri = request.uri().clone();
    let route = state.metrics.route(
        request
            .extensions()
            .get::<MatchedPath>()
            .map(MatchedPath::as_str),
    );
    let id = given_id(&request).unwrap_or_else(|| state.ids.next());

    // The timer is only set up when the handler has to wait, which a valuation whose body has arrived does not.
    let reply = tokio::time::timeout(state.config.request_deadline, next.run(request)).await;
    let mut reply = reply.unwrap_or_else(|_| ApiError::Deadline.into_response());

    let status = reply.status();
    if status.is_client_error() || status.is_server_error() {
        reply = with_body(reply, uri.path(), &id);
    }
    let took = started.elapsed();
    state.metrics.observe(route, &method, status, took);
    let duration_ms = took.as_secs_f64() * 1e3;
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

/// Writes the problem into an error reply that has no body of its own kind yet, keeping its other headers
/// (`Allow`, CORS).
fn with_body(mut reply: Response, path: &str, id: &HeaderValue) -> Response {
    if reply.extensions().get::<Verbatim>().is_some() {
        return reply;
    }
    let status = reply.status();
    let problem = reply
        .extensions_mut()
        .remove::<Problem>()
        .unwrap_or_else(|| Problem::of_status(status));
    let mut with_body = problem.body(status, path, id.to_str().unwrap_or_default());
    for (name, value) in reply.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            with_body.headers_mut().append(name.clone(), value.clone());
        }
    }
    with_body
}

/// Marks an error reply whose body is the answer, as `/readyz` gives it.
#[derive(Debug, Clone, Copy)]
pub struct Verbatim;

/// The caller's own id, where it is short and plain enough to be put into logs and headers.
fn given_id(request: &Request) -> Option<HeaderValue> {
    let id = request.headers().get(X_REQUEST_ID)?;
    let sane = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte);
    let bytes = id.as_bytes();
    ((1..=MAX_ID).contains(&bytes.len()) && bytes.iter().all(sane)).then(|| id.clone())
}

/// Makes ids: a prefix of this process and a running number.
#[derive(Debug)]
pub struct RequestIds {
    prefix: String,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        let mut prefix = uuid::Uuid::now_v7().simple().to_string();
        prefix.push('-');
        Self {
            prefix,
            next: AtomicU64::new(1),
        }
    }
}

impl RequestIds {
    fn next(&self) -> HeaderValue {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut id = String::with_capacity(self.prefix.len() + 20);
        id.push_str(&self.prefix);
        id.push_str(&number.to_string());
        HeaderValue::try_from(id).expect("hex digits, `-` and decimal digits are header text")
    }
}
