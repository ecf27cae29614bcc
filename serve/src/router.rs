//! All addresses of the service, and the layers around them.

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower::layer::layer_fn;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::observe::Observe;
use crate::openapi::{ApiDoc, with_both_addresses};
use crate::request_id::X_REQUEST_ID;
use crate::routes::{assistant, catalogue, docs, health, metrics, page, predict};
use crate::state::AppState;

/// The whole service over `state`.
pub fn router(state: AppState) -> Router {
    let (routes, document) = listed();
    layered(routes.merge(docs::router(document)), state)
}

/// Every address but those of the documentation, and the document that describes them. `routes!` takes a handler's address
/// and its description from the handler itself; what is routed by hand is not described.
fn listed() -> (Router<AppState>, Document) {
    let (routes, document) = OpenApiRouter::with_openapi(ApiDoc::openapi())
        .routes(routes!(predict::predict))
        .route("/v1/predict", post(predict::predict))
        .routes(routes!(assistant::query::query))
        .routes(routes!(assistant::faq::search))
        .routes(routes!(assistant::feedback::feedback))
        .route("/v1/chat/completions", post(assistant::openai::chat))
        .route("/v1/models", get(assistant::openai::models))
        .routes(routes!(catalogue::makes))
        .routes(routes!(catalogue::models))
        .routes(routes!(catalogue::suggest))
        .routes(routes!(health::health))
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
        .route("/", get(page::html))
        .route("/style.css", get(page::css))
        .route("/app.js", get(page::app))
        .route("/i18n.js", get(page::i18n))
        .route("/range.js", get(page::range))
        .route("/chat.js", get(page::chat))
        .route("/chat-answer.js", get(page::chat_answer))
        .route("/chat-stream.js", get(page::chat_stream))
        .split_for_parts();
    (routes, with_both_addresses(document))
}

/// Wraps `routes` in what every request goes through, the outermost first.
fn layered(routes: Router<AppState>, state: AppState) -> Router {
    let observed = state.clone();
    let layers = ServiceBuilder::new()
        .layer(layer_fn(move |inner| Observe::new(inner, observed.clone())))
        .option_layer(cors(&state));
    routes.layer(layers).with_state(state)
}

/// CORS for the configured origins; no headers at all if none is configured.
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

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt;

    use super::*;
    use crate::{Config, Flags};

    fn state() -> AppState {
        AppState::new(Config::resolve(Flags::default()).expect("defaults"))
    }

    async fn fails() -> &'static str {
        panic!("secret of the inside")
    }

    #[test]
    fn the_document_is_the_reviewed_one() {
        let (_, document) = listed();
        insta::assert_json_snapshot!("openapi", document);
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
    async fn every_described_route_is_there_and_has_metrics_of_its_own() {
        let state = state();
        let (_, document) = listed();
        for route in document.paths.paths.keys() {
            let path = route.replace("{make}", "Kia");
            let request = Request::delete(&path)
                .body(Body::empty())
                .expect("a request");
            let app = router(state.clone());
            let reply = app.oneshot(request).await.expect("infallible");
            assert_eq!(reply.status(), StatusCode::METHOD_NOT_ALLOWED, "{route}");
        }
        let text = state.metrics.encode().expect("encodes");
        for route in document.paths.paths.keys() {
            let series = format!(r#"_count{{method="OTHER",route="{route}",status="405"}} 1"#);
            assert!(text.contains(&series), "{series} is not in\n{text}");
        }
        assert!(!text.contains("unmatched"), "{text}");
    }

    #[tokio::test]
    async fn every_route_that_takes_a_post_takes_json_alone() {
        let (_, document) = listed();
        let described = document.paths.paths.iter();
        let described = described.filter(|(_, item)| item.post.is_some());
        let by_hand = ["/v1/chat/completions".to_owned()];
        for path in described.map(|(path, _)| path).chain(&by_hand) {
            for kind in [
                None,
                Some("text/plain"),
                Some("application/x-www-form-urlencoded"),
            ] {
                let mut request = Request::post(path);
                if let Some(kind) = kind {
                    request = request.header(header::CONTENT_TYPE, kind);
                }
                let request = request.body(Body::from("{}")).expect("a request");
                let app = router(state());
                let reply = app.oneshot(request).await.expect("infallible");
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                assert_eq!(reply.status(), status, "{path} {kind:?}");
            }
        }
    }
}
