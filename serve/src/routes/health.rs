//! `GET /health`, `/livez` and `/readyz`: what the platform polls.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use assistant::Assistant;
use assistant::memory::MemoryState;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use retrieval::index::Dense;
use serde::Serialize;
use utoipa::ToSchema;

use super::predict::reply::in_millions;
use crate::answers::Answers;
use crate::model::ModelInfo;
use crate::problem::Verbatim;
use crate::state::AppState;

/// State of the service.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or `degraded` where no model is loaded.
    #[schema(example = "ok")]
    status: &'static str,
    /// Whether valuations are answered.
    model_loaded: bool,
    /// Mean absolute error of the loaded model on cars that it had not seen, in million VND.
    #[schema(example = 78.4)]
    current_mae: Option<f64>,
    /// Family of the loaded model.
    #[schema(example = "gradient_boosting")]
    model_type: Option<&'static str>,
    /// Dependencies: `up`, `down` or `disabled`.
    #[schema(example = json!({"model": "up"}))]
    services: BTreeMap<&'static str, &'static str>,
    /// Seconds since the start.
    uptime_s: u64,
    /// Now (RFC 3339, UTC).
    #[schema(example = "2025-11-20T08:00:00Z")]
    timestamp: String,
    /// Version of the service.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// The loaded model.
    model: Option<ModelInfo>,
    /// When it began to answer (RFC 3339, UTC).
    #[schema(example = "2025-11-20T08:00:00Z")]
    model_since: Option<String>,
    /// Alias or version that is followed in the registry.
    #[schema(example = "champion")]
    model_reference: String,
    /// What that names now, where it cannot be loaded; the loaded model answers in its place.
    model_refused: Option<RefusedModel>,
}

/// A model that the service would serve if it could.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedModel {
    /// Its version; absent where the registry cannot be read.
    #[schema(example = "9be2453f1c0a")]
    version: Option<String>,
    /// `unreadable`, `absent`, `refused`, `currency`, `no_amount` or `panicked`.
    #[schema(example = "refused")]
    code: &'static str,
    /// What is wrong.
    reason: String,
    /// When that was found (RFC 3339, UTC).
    #[schema(example = "2025-11-21T08:00:00Z")]
    at: String,
}

/// How the service is.
///
/// Always 200 while the process answers at all; whether to send it requests is what `/readyz` says.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operation",
    responses((status = 200, description = "State of the service", body = Health))
)]
pub async fn health(State(state): State<AppState>) -> Json<Health> {
    let models = &state.pricing.models;
    let model = models.model();
    let model = model.as_deref();
    let up = model.is_some();
    Json(Health {
        status: if up { "ok" } else { "degraded" },
        model_loaded: up,
        current_mae: model.and_then(|model| model.mae_vnd).map(in_millions),
        model_type: model.map(|model| model.info.family),
        services: services(&state, up),
        uptime_s: state.started.elapsed().as_secs(),
        timestamp: seconds(Utc::now()),
        version: env!("CARGO_PKG_VERSION"),
        model: model.map(|model| model.info.clone()),
        model_since: model.map(|model| seconds(model.since)),
        model_reference: state.config.model.clone(),
        model_refused: models.refusal().map(|refusal| RefusedModel {
            version: refusal.version.clone(),
            code: refusal.code,
            reason: refusal.reason.clone(),
            at: seconds(refusal.at),
        }),
    })
}

fn seconds(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Whether what the assistant remembers is saved: `down` while its file cannot be written, `disabled` without a folder.
fn memory(assistant: &Assistant) -> &'static str {
    match assistant.memory().status().state {
        MemoryState::Saved => "up",
        MemoryState::Failing => "down",
        MemoryState::ProcessOnly => "disabled",
    }
}

/// Every dependency, and how it is doing.
fn services(state: &AppState, model: bool) -> BTreeMap<&'static str, &'static str> {
    let up = |is_up: bool| if is_up { "up" } else { "down" };
    let assistant = state.questions.answers().map(Answers::assistant);
    let knowledge = assistant.map(Assistant::knowledge);
    let embedder = match knowledge.map(|knowledge| knowledge.dense()) {
        Some(Dense::Up) => "up",
        // Words alone are searched: the vectors are being made, or the embedder failed.
        Some(Dense::Down) => "down",
        Some(Dense::Disabled) | None => "disabled",
    };
    let qdrant = knowledge.and_then(|knowledge| knowledge.server_is_up());
    BTreeMap::from([
        ("model", up(model)),
        ("assistant", up(assistant.is_some())),
        ("embedder", embedder),
        ("qdrant", qdrant.map_or("disabled", up)),
        ("memory", assistant.map_or("disabled", memory)),
        (
            "llm",
            assistant
                .and_then(Assistant::writer)
                .map_or("disabled", |writer| up(writer.is_up())),
        ),
    ])
}

/// Whether the process answers.
#[utoipa::path(
    get,
    path = "/livez",
    tag = "operation",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain"))
)]
pub async fn livez() -> &'static str {
    "ok"
}

/// Whether the service wants requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready` or `not_ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Each check by name, with `?verbose`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!({"draining": "no", "model": "ok"}))]
    checks: Option<BTreeMap<&'static str, &'static str>>,
}

/// Whether to send requests here.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    params(("verbose" = Option<String>, Query, description = "Names each check")),
    responses(
        (status = 200, description = "Yes", body = Readiness),
        (status = 503, description = "No: there is no model, or the service is about to stop", body = Readiness),
    )
)]
pub async fn readyz(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    let draining = state.draining.load(Ordering::Relaxed);
    let loaded = state.pricing.models.model().is_some();
    let verbose = query.is_some_and(|query| {
        query
            .split('&')
            .any(|part| part == "verbose" || part.starts_with("verbose="))
    });
    let ready = loaded && !draining;
    let body = Json(Readiness {
        status: if ready { "ready" } else { "not_ready" },
        checks: verbose.then(|| {
            [
                ("model", if loaded { "ok" } else { "not loaded" }),
                ("draining", if draining { "yes" } else { "no" }),
            ]
            .into()
        }),
    });
    if ready {
        return body.into_response();
    }
    let mut reply = (StatusCode::SERVICE_UNAVAILABLE, body).into_response();
    reply
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    reply.extensions_mut().insert(Verbatim);
    reply
}
