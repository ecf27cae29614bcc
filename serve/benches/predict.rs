//! `/predict` without a socket: what a request costs beside a handler that parses the same body and answers with the same
//! JSON.
//!
//! `GIAXE_REGISTRY=DIR cargo bench -p serve` measures the champion of that registry.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{Request, header};
use axum::routing::post;
use axum::{Json, Router};
use criterion::{Criterion, criterion_group, criterion_main};
use serde::Deserialize;
use serde_json::Value;
use serve::{AppState, Config, Flags, app};
use tower::ServiceExt;

const CAR: &str = r#"{"brand":"Toyota","model":"Vios","year":2020,"mileage_km":45000,"version":"1.5G CVT","color":"Trắng","transmission":"AT","location":"Hà Nội"}"#;

#[derive(Deserialize)]
#[expect(dead_code, reason = "parsing them is the work that is measured")]
struct Car {
    brand: String,
    model: String,
    year: i32,
    mileage_km: u64,
    version: Option<String>,
    color: Option<String>,
    transmission: Option<String>,
    location: Option<String>,
}

async fn bare(State(reply): State<Arc<Value>>, Json(car): Json<Car>) -> Json<Arc<Value>> {
    assert!(car.year > 0);
    Json(reply)
}

async fn call(app: Router) -> Bytes {
    let request = Request::post("/predict")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(CAR))
        .expect("a request");
    let reply = app.oneshot(request).await.expect("infallible");
    assert!(reply.status().is_success(), "{}", reply.status());
    to_bytes(reply.into_body(), usize::MAX)
        .await
        .expect("a body")
}

fn predict(criterion: &mut Criterion) {
    let Some(registry) = std::env::var_os("GIAXE_REGISTRY").map(PathBuf::from) else {
        return;
    };
    let config = Config::resolve(Flags {
        registry: Some(registry),
        ..Flags::default()
    });
    let state = AppState::new(config.expect("a configuration"));
    let loaded = state.reload().load(&state.pricing.models);
    loaded.expect("a champion");
    let service = app(state);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let reply = runtime.block_on(call(service.clone()));
    let reply: Value = serde_json::from_slice(&reply).expect("JSON");
    let bare = Router::new()
        .route("/predict", post(bare))
        .with_state(Arc::new(reply));
    for (name, app) in [("predict", service), ("bare handler", bare)] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| runtime.block_on(call(app.clone())));
        });
    }
}

criterion_group!(benches, predict);
criterion_main!(benches);
