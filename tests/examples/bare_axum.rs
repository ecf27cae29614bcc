//! `bare_axum ADDRESS REPLY.json`: the least that an axum service can do for `POST /predict`, to measure ours against.
//!
//! It parses a car of the service's contract and answers each with the JSON of the file, serialised anew.

use std::sync::Arc;

use anyhow::{Context, bail};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde::Deserialize;
use serde_json::Value;

/// Body of a request. What the contract holds is parsed, and only the year is looked at.
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

async fn predict(
    State(reply): State<Arc<Value>>,
    Json(car): Json<Car>,
) -> Result<Json<Arc<Value>>, StatusCode> {
    if (1990..=2030).contains(&car.year) {
        Ok(Json(reply))
    } else {
        Err(StatusCode::UNPROCESSABLE_ENTITY)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, file] = arguments.as_slice() else {
        bail!("usage: bare_axum ADDRESS REPLY.json");
    };
    let reply = fs_err::read(file)?;
    let reply: Value =
        serde_json::from_slice(&reply).with_context(|| format!("{file}: not JSON"))?;
    let app = Router::new()
        .route("/predict", post(predict))
        .with_state(Arc::new(reply));
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("{address}: cannot listen"))?;
    axum::serve(listener, app).await?;
    Ok(())
}
