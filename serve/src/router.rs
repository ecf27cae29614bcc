//! All addresses of the service, and the layers around them.

use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::limit::limit;
use crate::routes::{assistant, catalogue, docs, health, metrics, page, predict};
use crate::state::AppState;
use crate::telemetry::{X_REQUEST_ID, observe};

/// Every route as metrics name it.
pub const ROUTES: [&str; 26] = [
    "/",
    "/app.js",
    "/assistant/query",
    "/chat-answer.js",
    "/chat-stream.js",
    "/chat.js",
    "/docs",
    "/docs/",
    "/docs/{*rest}",
    "/health",
    "/i18n.js",
    "/livez",
    "/metrics",
    "/openapi.json",
    "/predict",
    "/range.js",
    "/readyz",
    "/style.css",
    "/v1/assistant/feedback",
    "/v1/catalogue/makes",
    "/v1/catalogue/makes/{make}/models",
    "/v1/catalogue/suggest",
    "/v1/chat/completions",
    "/v1/faq/search",
    "/v1/models",
    "/v1/predict",
];

/// The whole service over `state`.
pub fn router(state: AppState) -> Router {
    let routes = Router::new()
        .route("/", get(page::html))
        .route("/style.css", get(page::css))
        .route("/app.js", get(page::app))
        .route("/i18n.js", get(page::i18n))
        .route("/range.js", get(page::range))
        .route("/chat.js", get(page::chat))
        .route("/chat-answer.js", get(page::chat_answer))
        .route("/chat-stream.js", get(page::chat_stream))
        .route("/predict", post(predict::predict))
        .route("/v1/predict", post(predict::predict))
        .route("/v1/catalogue/makes", get(catalogue::makes))
        .route("/v1/catalogue/makes/{make}/models", get(catalogue::models))
        .route("/v1/catalogue/suggest", get(catalogue::suggest))
        .route("/v1/models", get(assistant::openai::models))
        .route("/health", get(health::health))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .merge(docs::router())
        .merge(questions(&state));
    layered(routes, state)
}

/// What answers questions, so many at once.
fn questions(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/assistant/query", post(assistant::query::query))
        .route("/v1/faq/search", post(assistant::faq::search))
        .route(
            "/v1/assistant/feedback",
            post(assistant::feedback::feedback),
        )
        .route("/v1/chat/completions", post(assistant::openai::chat))
        .route_layer(from_fn_with_state(state.clone(), limit))
}

/// Wraps `routes` in what every request goes through, the outermost first.
fn layered(routes: Router<AppState>, state: AppState) -> Router {
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), observe))
        .option_layer(cors(&state))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(state.config.body_limit_bytes));
    routes.layer(layers).with_state(state)
}

/// CORS for the configured origins; nothing at all where there are none.
fn cors(state: &AppState) -> Option<CorsLayer> {
    let origins = &state.config.allowed_origins;
    if origins.is_empty() {
        return None;
    }
    let allowed = if origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().cloned())
    };
    let traceparent = HeaderName::from_static("traceparent");
    Some(
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods([Method::GET, Method::POST])
            .allow_headers([header::CONTENT_TYPE, X_REQUEST_ID, traceparent])
            .expose_headers([X_REQUEST_ID, header::RETRY_AFTER])
            .max_age(std::time::Duration::from_hours(1)),
    )
}

/// A panic costs one request an answer, never the process. What it said goes to the log alone.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the payload over"
)]
fn panicked(payload: Box<dyn Any + Send>) -> Response {
    let said = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    tracing::error!(panic = said, "a handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::{Config, Flags};

    fn state() -> AppState {
        AppState::new(Config::resolve(Flags::default()).expect("defaults"))
    }

    async fn fails() -> &'static str {
        panic!("secret of the inside")
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_keeps_its_cause_to_itself() {
        let app = layered(Router::new().route("/", get(fails)), state());
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let reply = app.oneshot(request).await.expect("infallible");
        assert_eq!(reply.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(reply.headers().contains_key(X_REQUEST_ID));
        let body = to_bytes(reply.into_body(), usize::MAX)
            .await
            .expect("a body");
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("urn:giaxe:problem:internal"), "{body}");
        assert!(!body.contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn every_route_has_metrics_of_its_own() {
        assert!(ROUTES.is_sorted());
        let state = state();
        for route in ROUTES {
            let path = route
                .replace("{*rest}", "index.html")
                .replace("{make}", "Kia");
            let request = Request::delete(&path)
                .body(Body::empty())
                .expect("a request");
            let app = router(state.clone());
            let reply = app.oneshot(request).await.expect("infallible");
            assert_eq!(reply.status(), StatusCode::METHOD_NOT_ALLOWED, "{route}");
        }
        let text = state.metrics.encode().expect("encodes");
        for route in ROUTES {
            let series = format!(r#"_count{{method="OTHER",route="{route}",status="405"}} 1"#);
            assert!(text.contains(&series), "{series} is not in\n{text}");
        }
        assert!(!text.contains("unmatched"), "{text}");
    }
}
