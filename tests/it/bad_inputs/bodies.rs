//! JSON bodies and requests.

use reqwest::{StatusCode, header};
use serde_json::Value;
use tests::{Serve, trained};

/// A request: body, content type, status, and what the problem says.
type Case = (String, &'static str, StatusCode, &'static [&'static str]);

const JSON: &str = "application/json";

fn cases() -> Vec<Case> {
    use StatusCode as S;
    let car = r#""brand":"Toyota","model":"Vios","year":2019,"mileage_km":45000"#;
    let with = |more: &str| format!("{{{car},{more}}}");
    vec![
        (String::new(), JSON, S::BAD_REQUEST, &[]),
        ("{".into(), JSON, S::BAD_REQUEST, &[]),
        (format!("{{{car}"), JSON, S::BAD_REQUEST, &[]),
        ("[".repeat(10_000), JSON, S::BAD_REQUEST, &[]),
        (with(r#""year":NaN"#), JSON, S::BAD_REQUEST, &[]),
        ("null".into(), JSON, S::UNPROCESSABLE_ENTITY, &["type"]),
        ("[]".into(), JSON, S::UNPROCESSABLE_ENTITY, &["type"]),
        (
            "{}".into(),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/brand", "/model", "/year", "/mileage_km", "required"],
        ),
        (
            format!("{{{}}}", car.replace("2019", "1899")),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/year", "1899", "1990–2030"],
        ),
        (
            format!("{{{}}}", car.replace("45000", "-1")),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/mileage_km", "-1"],
        ),
        (
            format!("{{{}}}", car.replace("2019", "\"2019\"")),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/year", "type"],
        ),
        (
            format!("{{{}}}", car.replace("45000", "1e300")),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/mileage_km"],
        ),
        (
            with(r#""milage":2"#),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/milage", "unknown_field", "mileage_km"],
        ),
        (
            with(r#""listed_on":"2025-02-30""#),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/listed_on", "2025-02-30"],
        ),
        (
            with(r#""make":"Kia""#),
            JSON,
            S::UNPROCESSABLE_ENTITY,
            &["/make", "duplicate"],
        ),
        (
            with(&format!(r#""color":"{}""#, "x".repeat(2 << 20))),
            JSON,
            S::PAYLOAD_TOO_LARGE,
            &["1048576"],
        ),
        (
            format!("{{{car}}}"),
            "text/plain",
            S::UNSUPPORTED_MEDIA_TYPE,
            &["text/plain", "application/json"],
        ),
        (
            "brand=Toyota&model=Vios".into(),
            "application/x-www-form-urlencoded",
            S::UNSUPPORTED_MEDIA_TYPE,
            &["application/json"],
        ),
    ]
}

/// Sends a request until it is answered. A server that refuses a body closes the connection without reading the rest
/// (RFC 9110 §15.5.14), and a client that is still sending may see the close before the reply; it asks again.
async fn reply_to(request: &reqwest::RequestBuilder) -> reqwest::Response {
    let mut last = None;
    for _ in 0..10 {
        let request = request.try_clone().expect("a body in memory");
        match request.send().await {
            Ok(reply) => return reply,
            Err(error) => last = Some(error),
        }
    }
    panic!("no reply in ten tries: {last:?}");
}

#[tokio::test]
async fn bad_bodies_get_problems_over_a_real_socket() {
    let serve = Serve::start(&trained().registry);
    // Each on a connection of its own: the next request must not meet one that is being closed.
    let client = crate::client::builder()
        .pool_max_idle_per_host(0)
        .build()
        .expect("a client");
    for (body, kind, status, says) in cases() {
        let case: String = body.chars().take(120).collect();
        let request = client.post(serve.url("/predict"));
        let request = request.header(header::CONTENT_TYPE, kind).body(body);
        let reply = reply_to(&request).await;
        assert_eq!(reply.status(), status, "{case}");
        let headers = reply.headers().clone();
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        let problem: Value = reply.json().await.expect("JSON");
        assert_eq!(problem["status"], status.as_u16(), "{case}");
        let id = headers["x-request-id"].to_str().expect("text");
        assert_eq!(problem["request_id"], id, "{case}");
        let text = problem.to_string();
        for part in says {
            assert!(text.contains(part), "{case}: `{part}` is not in {text}");
        }
        for internal in ["panicked", ".rs:", "serde", "src/"] {
            assert!(!text.contains(internal), "{case}: {text}");
        }
    }
    // None of it hurt.
    let reply = client.get(serve.url("/readyz")).send().await;
    assert_eq!(reply.expect("a reply").status(), StatusCode::OK);
}
