//! What holds for every address: errors, ids, CORS, health and metrics.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use futures_util::stream;
use serde_json::Value;

use crate::{call, get, post, problem, state};

#[tokio::test]
async fn absent_addresses_and_methods_are_problems_too() {
    problem(state(&[]), get("/nowhere"), StatusCode::NOT_FOUND).await;
    problem(state(&[]), get("/v1/catalogue"), StatusCode::NOT_FOUND).await;
    problem(state(&[]), post("/nowhere", "{}"), StatusCode::NOT_FOUND).await;
    problem(state(&[]), get("/predict"), StatusCode::METHOD_NOT_ALLOWED).await;
    problem(
        state(&[]),
        post("/health", "{}"),
        StatusCode::METHOD_NOT_ALLOWED,
    )
    .await;

    let (_, headers, _) = call(state(&[]), get("/predict")).await;
    assert_eq!(headers[header::ALLOW], "POST");
}

#[tokio::test]
async fn every_reply_has_an_id_and_a_sane_one_of_the_caller_is_kept() {
    let long = "x".repeat(129);
    for (given, kept) in [
        (None, false),
        (Some("req-42_a.b:C"), true),
        (Some(""), false),
        (Some("a b"), false),
        (Some("<script>"), false),
        (Some(long.as_str()), false),
    ] {
        for path in ["/livez", "/nowhere"] {
            let mut request = Request::get(path);
            if let Some(given) = given {
                request = request.header("x-request-id", given);
            }
            let request = request.body(Body::empty()).expect("a request");
            let (_, headers, _) = call(state(&[]), request).await;
            let id = headers["x-request-id"].to_str().expect("text");
            assert_eq!(Some(id) == given, kept, "{given:?} became {id}");
            assert!(id.len() > 8);
        }
    }
    let state = state(&[]);
    let (_, first, _) = call(state.clone(), get("/livez")).await;
    let (_, second, _) = call(state, get("/livez")).await;
    assert_ne!(first["x-request-id"], second["x-request-id"]);
}

#[tokio::test]
async fn only_allowed_origins_may_read_replies() {
    const ALLOW: header::HeaderName = header::ACCESS_CONTROL_ALLOW_ORIGIN;
    for (allowed, origin, want) in [
        (
            "https://a.vn,https://b.vn",
            "https://b.vn",
            Some("https://b.vn"),
        ),
        ("https://a.vn", "https://evil.vn", None),
        ("*", "https://any.vn", Some("*")),
        ("", "https://a.vn", None),
    ] {
        for path in ["/livez", "/predict"] {
            let mut request = get(path);
            let value = origin.parse().expect("a header");
            request.headers_mut().insert(header::ORIGIN, value);
            let (_, headers, _) = call(state(&["--allowed-origins", allowed]), request).await;
            let found = headers
                .get(ALLOW)
                .map(|value| value.to_str().expect("text"));
            assert_eq!(found, want, "{allowed} {origin} {path}");
        }
    }
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri("/predict")
        .header(header::ORIGIN, "https://a.vn")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type")
        .body(Body::empty())
        .expect("a request");
    let (status, headers, _) = call(state(&["--allowed-origins", "https://a.vn"]), preflight).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_METHODS], "GET,POST");
    assert!(headers.contains_key("x-request-id"));
}

#[tokio::test]
async fn health_and_readiness_tell_that_there_is_no_model() {
    let (status, _, body) = call(state(&[]), get("/health")).await;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["model_loaded"], false);
    assert_eq!(body["services"]["model"], "down");
    for field in [
        "current_mae",
        "model_type",
        "uptime_s",
        "timestamp",
        "version",
    ] {
        assert!(body.get(field).is_some(), "{field}");
    }

    let (status, headers, body) = call(state(&[]), get("/readyz")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(headers[header::RETRY_AFTER], "5");
    assert_eq!(body, r#"{"status":"not_ready"}"#);

    let draining = state(&[]);
    draining
        .draining
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let (_, _, body) = call(draining, get("/readyz?verbose")).await;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(body["checks"]["model"], "not loaded");
    assert_eq!(body["checks"]["draining"], "yes");

    let (status, _, _) = call(state(&[]), get("/livez")).await;
    assert_eq!(status, StatusCode::OK);
}

/// Every address that takes a question.
const QUESTIONS: [&str; 4] = [
    "/assistant/query",
    "/v1/faq/search",
    "/v1/assistant/feedback",
    "/v1/chat/completions",
];

#[tokio::test]
async fn questions_beyond_the_limit_come_back_later_and_valuations_go_on() {
    let state = state(&["--assistant-max-in-flight", "1"]);
    let places = std::sync::Arc::clone(&state.questions.places);
    let taken = places.try_acquire_owned().expect("a place");
    for path in QUESTIONS {
        let busy = StatusCode::TOO_MANY_REQUESTS;
        let body = problem(state.clone(), post(path, "{}"), busy).await;
        assert_eq!(body["type"], "urn:giaxe:problem:busy", "{path}");
        let (_, headers, _) = call(state.clone(), post(path, "{}")).await;
        assert_eq!(headers[header::RETRY_AFTER], "1", "{path}");
    }
    let car = r#"{"brand": "Toyota", "model": "Vios", "year": 2019, "mileage_km": 45000}"#;
    for (request, status) in [
        // There is no model here, but that is all.
        (post("/predict", car), StatusCode::SERVICE_UNAVAILABLE),
        (get("/v1/models"), StatusCode::OK),
        (get("/health"), StatusCode::OK),
    ] {
        let (found, _, _) = call(state.clone(), request).await;
        assert_eq!(found, status);
    }
    drop(taken);
    let request = post("/assistant/query", r#"{"query": "x"}"#);
    let (status, _, _) = call(state, request).await;
    assert_eq!(
        status,
        StatusCode::SERVICE_UNAVAILABLE,
        "there is no assistant here"
    );
}

#[tokio::test]
async fn questions_whose_body_has_not_ended_take_no_place() {
    let state = state(&["--assistant-max-in-flight", "1"]);
    let slow: Vec<_> = QUESTIONS
        .iter()
        .map(|path| {
            let unended = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
            tokio::spawn(call(state.clone(), post(path, unended)))
        })
        .collect();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let request = post("/assistant/query", r#"{"query": "x"}"#);
    let (status, _, _) = call(state, request).await;
    assert_eq!(
        status,
        StatusCode::SERVICE_UNAVAILABLE,
        "there is no assistant here"
    );
    slow.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn metrics_count_by_route_and_status() {
    let state = state(&["--assistant-max-in-flight", "1"]);
    let places = std::sync::Arc::clone(&state.questions.places);
    let _taken = places.try_acquire_owned().expect("a place");
    call(state.clone(), post("/v1/faq/search", "{}")).await;
    call(state.clone(), get("/v1/catalogue/makes/Toyota/models")).await;
    call(state.clone(), get("/nowhere/at/all")).await;
    call(state.clone(), get("/predict")).await;
    let (status, headers, body) = call(state, get("/metrics")).await;
    assert_eq!(status, StatusCode::OK);
    let kind = headers[header::CONTENT_TYPE].to_str().expect("text");
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = String::from_utf8_lossy(&body);
    for line in [
        r#"http_server_request_duration_seconds_count{method="GET",route="/v1/catalogue/makes/{make}/models",status="200"} 1"#,
        r#"http_server_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 1"#,
        r#"http_server_request_duration_seconds_count{method="GET",route="/predict",status="405"} 1"#,
        r#"http_server_request_duration_seconds_count{method="POST",route="/v1/faq/search",status="429"} 1"#,
        "http_server_active_requests 1",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}
