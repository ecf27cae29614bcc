//! The server of the language model takes questions and never answers: nobody waits for it who need not.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};

use super::faq::QUESTION;
use super::qdrant::NOTICED;
use super::{Service, text};

/// What the model is given for its first token: none of the readers here has so much time.
const PATIENCE_MS: &str = "120000";

#[tokio::test]
async fn nobody_waits_for_a_model_that_was_not_there_at_the_start() {
    let app = Router::new()
        .route(
            "/v1/models",
            get(|| async { StatusCode::SERVICE_UNAVAILABLE }),
        )
        .route("/v1/chat/completions", post(std::future::pending::<()>));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0");
    let listener = listener.await.expect("a port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let service = Service::start(&[
        "--llm-base-url",
        &url,
        "--llm-model",
        "stub",
        "--llm-timeout-ms",
        PATIENCE_MS,
        "--llm-first-token-timeout-ms",
        PATIENCE_MS,
    ]);
    service.until("llm", "down").await;
    for _ in 0..2 {
        let reply = tokio::time::timeout(NOTICED, service.ask(QUESTION)).await;
        let reply = reply.expect("an answer long before the model could give one");
        assert_eq!(reply["data"]["origin"], "faq", "{reply}");
        assert!(text(&reply, "message").contains("0,5"), "{reply}");
    }
    assert_eq!(service.health().await["services"]["llm"], "down");
}
