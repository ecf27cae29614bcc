//! The service called as its callers do, without a socket and without a model: errors, headers, catalogue,
//! health and documents. What needs a trained model is tested from the `tests` crate.

/// Makes, models and completion.
mod catalogue;
/// Connections that send slowly, too much, or nothing.
mod connections;
/// What holds for every address: errors, ids, CORS, health and metrics.
mod operation;
/// The page and the documents.
mod page;
/// What `/predict` refuses, and how it says so.
mod predict;
/// The binary itself: exit codes and messages.
mod process;
/// A running service and its callers.
mod socket;
/// The deadline of a request, and how the service stops.
mod stopping;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use clap::Parser;
use serde_json::Value;
use serve::{AppState, Config, Flags, app};
use tower::ServiceExt;

fn state(flags: &[&str]) -> AppState {
    let flags = Flags::try_parse_from([&["serve"], flags].concat()).expect("flags");
    AppState::new(Config::resolve(flags).expect("configuration"))
}

async fn call(state: AppState, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
    let reply = app(state).oneshot(request).await.expect("infallible");
    let (head, body) = reply.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    (head.status, head.headers, body)
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

fn post(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("a request")
}

/// Calls, and expects a problem of `status`; gives its body.
async fn problem(state: AppState, request: Request<Body>, status: StatusCode) -> Value {
    let place = format!("{} {}", request.method(), request.uri());
    let path = request.uri().path().to_owned();
    let (found, headers, body) = call(state, request).await;
    let body = String::from_utf8_lossy(&body).into_owned();
    assert_eq!(found, status, "{place}: {body}");
    assert_eq!(
        headers[header::CONTENT_TYPE],
        "application/problem+json",
        "{place}"
    );
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["status"], status.as_u16(), "{place}");
    assert_eq!(body["instance"], path, "{place}");
    assert_eq!(
        body["request_id"],
        headers["x-request-id"].to_str().expect("text"),
        "{place}"
    );
    for field in ["type", "title", "detail"] {
        assert!(
            body[field].as_str().is_some_and(|text| !text.is_empty()),
            "{place}: {field}"
        );
    }
    body
}
