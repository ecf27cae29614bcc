//! Makes, models and completion.

use axum::http::{StatusCode, header};
use serde_json::Value;

use crate::{call, get, problem, state};

#[tokio::test]
async fn the_catalogue_lists_makes_and_models() {
    let (status, headers, body) = call(state(&[]), get("/v1/catalogue/makes")).await;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(status, StatusCode::OK);
    assert!(headers.contains_key(header::CACHE_CONTROL));
    let makes = body["makes"].as_array().expect("makes");
    assert!(makes.len() >= 40, "{}", makes.len());
    assert!(
        makes
            .iter()
            .any(|make| make["name"] == "Toyota" && make["models"].as_u64() > Some(5))
    );

    for spelling in ["Toyota", "toyota", "TOYOTA", "%20toyota"] {
        let path = format!("/v1/catalogue/makes/{spelling}/models");
        let (status, _, body) = call(state(&[]), get(&path)).await;
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(status, StatusCode::OK, "{spelling}");
        assert_eq!(body["make"], "Toyota");
        let models = body["models"].as_array().expect("models");
        assert!(models.iter().any(|model| model == "Vios"), "{models:?}");
    }

    let path = "/v1/catalogue/makes/Toyotta%20Ltd/models";
    problem(state(&[]), get(path), StatusCode::NOT_FOUND).await;
    let path = "/v1/catalogue/makes/%ff/models";
    problem(state(&[]), get(path), StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn completion_forgives_typing_errors() {
    for (query, make, model) in [
        ("q=Vios", "Toyota", Some("Vios")),
        ("q=vioss&limit=3", "Toyota", Some("Vios")),
        ("q=toyot", "Toyota", None),
    ] {
        let path = format!("/v1/catalogue/suggest?{query}");
        let (status, _, body) = call(state(&[]), get(&path)).await;
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(status, StatusCode::OK, "{query}: {body}");
        let first = &body["suggestions"][0];
        assert_eq!(first["make"], make, "{query}: {body}");
        assert_eq!(first["model"].as_str(), model, "{query}: {body}");
    }
    for query in [
        "",
        "q=",
        "q=%20",
        "q=a&limit=0",
        "q=a&limit=51",
        "q=a&limit=x",
        "q=a&lmit=3",
        &format!("q={}", "x".repeat(101)),
    ] {
        let path = format!("/v1/catalogue/suggest?{query}");
        let reply = problem(state(&[]), get(&path), StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(reply["errors"].as_array().map(Vec::len), Some(1), "{query}");
    }
}
