//! What `/predict` refuses, and how it says so.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::{call, post, problem, state};

const CAR: &str = r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":45000}"#;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn bad_bodies_are_refused_with_all_that_is_wrong() {
    use StatusCode as S;
    let deep = "[".repeat(200);
    let table: &[(&str, S, &[&str])] = &[
        ("", S::BAD_REQUEST, &[]),
        ("{", S::BAD_REQUEST, &[]),
        ("brand=Toyota", S::BAD_REQUEST, &[]),
        (r#"{"year": NaN}"#, S::BAD_REQUEST, &[]),
        (r#"{"mileage_km": 1e999}"#, S::BAD_REQUEST, &[]),
        (r#"{"brand": "Toyota",}"#, S::BAD_REQUEST, &[]),
        (deep.as_str(), S::BAD_REQUEST, &[]),
        ("[]", S::UNPROCESSABLE_ENTITY, &[" type"]),
        ("null", S::UNPROCESSABLE_ENTITY, &[" type"]),
        ("\"Vios\"", S::UNPROCESSABLE_ENTITY, &[" type"]),
        (
            "{}",
            S::UNPROCESSABLE_ENTITY,
            &[
                "/brand required",
                "/model required",
                "/year required",
                "/mileage_km required",
            ],
        ),
        (
            r#"{"brand":"Toyota","model":"Vios","year":1899,"mileage_km":-5}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/year out_of_range", "/mileage_km out_of_range"],
        ),
        (
            r#"{"brand":"Toyota","model":"Vios","year":"2019","mileage_km":45000.5}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/year type", "/mileage_km type"],
        ),
        (
            r#"{"brand":"","model":"  ","year":2019,"mileage_km":1}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/brand required", "/model required"],
        ),
        (
            r#"{"brand":"Toyota","model":null,"year":2019,"mileage_km":1}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/model required"],
        ),
        (
            r#"{"brand":["Toyota"],"model":{},"year":true,"mileage_km":1}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/brand type", "/model type", "/year type"],
        ),
        (
            r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":1,"milage":2}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/milage unknown_field"],
        ),
        (
            r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":1,"a/b~c":2}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/a~1b~0c unknown_field"],
        ),
        (
            r#"{"brand":"Toyota","make":"Kia","model":"Vios","year":2019,"mileage_km":1}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/make duplicate"],
        ),
        (
            r#"{"brand":"Toyota","model":"Vios","year":2019,"year":2020,"mileage_km":1}"#,
            S::UNPROCESSABLE_ENTITY,
            &[" duplicate"],
        ),
        (
            r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":1,"engine_l":1500,"seats":0}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/engine_l out_of_range", "/seats out_of_range"],
        ),
        (
            r#"{"brand":"Toyota","model":"Vios","year":2019,"mileage_km":1,"listed_on":"hôm nay"}"#,
            S::UNPROCESSABLE_ENTITY,
            &["/listed_on out_of_range"],
        ),
    ];
    for (body, status, wanted) in table {
        for path in ["/predict", "/v1/predict"] {
            let reply = problem(state(&[]), post(path, (*body).to_owned()), *status).await;
            let found: Vec<_> = reply["errors"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|error| {
                    let text = |field: &str| error[field].as_str().expect("text").to_owned();
                    assert!(!text("message").is_empty());
                    format!("{} {}", text("pointer"), text("code"))
                })
                .collect();
            assert_eq!(found.len(), wanted.len(), "{body}: {found:?}");
            for error in *wanted {
                assert!(
                    found.iter().any(|found| found == error),
                    "{body}: {found:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_unreadable() {
    let body = Body::from(&b"{\"brand\":\"\xff\xfe\"}"[..]);
    problem(state(&[]), post("/predict", body), StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let big = format!("{{\"brand\":\"{}\"}}", "x".repeat(2 << 20));
    let reply = problem(
        state(&[]),
        post("/predict", big),
        StatusCode::PAYLOAD_TOO_LARGE,
    )
    .await;
    assert_eq!(reply["detail"], "The body is larger than 1048576 bytes.");

    let state = state(&["--body-limit-bytes", "1024"]);
    let big = format!("{{\"brand\":\"{}\"}}", "x".repeat(1100));
    problem(state, post("/predict", big), StatusCode::PAYLOAD_TOO_LARGE).await;
}

#[tokio::test]
async fn only_what_is_declared_as_json_is_taken() {
    for (kind, status) in [
        (Some("text/plain"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            Some("application/x-www-form-urlencoded"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            Some("application/jsonp"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        // As far as it goes without a model.
        (
            Some("application/json; charset=utf-8"),
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (Some("Application/JSON"), StatusCode::SERVICE_UNAVAILABLE),
        (
            Some("application/vnd.car+json"),
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (None, StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let mut request = Request::post("/predict");
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from(CAR)).expect("a request");
        problem(state(&[]), request, status).await;
    }
}

#[tokio::test]
async fn without_a_model_callers_are_asked_to_come_back() {
    problem(
        state(&[]),
        post("/predict", CAR),
        StatusCode::SERVICE_UNAVAILABLE,
    )
    .await;
    let (_, headers, _) = call(state(&[]), post("/predict", CAR)).await;
    assert_eq!(headers[header::RETRY_AFTER], "5");
}

#[tokio::test]
async fn eighty_thousand_unknown_fields_get_a_small_reply() {
    let fields: Vec<_> = (0..80_000).map(|n| format!("\"k{n:05}\":1")).collect();
    let body = format!("{{{}}}", fields.join(","));
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let reply = problem(state(&[]), post("/predict", body), unprocessable).await;
    let errors = reply["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 20);
    assert_eq!(errors[0]["pointer"], "/k00000");
    let detail = reply["detail"].as_str().expect("text");
    // The four fields that a car must have are missing too.
    assert!(detail.starts_with("80004 values are not valid"), "{detail}");
    assert!(detail.contains("79984 more are left out"), "{detail}");
    assert!(reply.to_string().len() < 10_000);
}

#[tokio::test]
async fn one_long_name_or_value_gets_a_small_reply() {
    let long = "ă".repeat(200_000);
    for body in [
        format!(r#"{{"{long}":1}}"#),
        format!(r#"{{"year":"{long}"}}"#),
        format!(r#"{{"fuel":"{long}"}}"#),
        format!(r#"{{"year":[[["{long}"]]]}}"#),
    ] {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let reply = problem(state(&[]), post("/predict", body), unprocessable).await;
        assert!(
            reply.to_string().len() < 5_000,
            "{}",
            reply.to_string().len()
        );
    }
}
