//! A server that speaks the protocol of a language model, well or badly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value, json};

/// What the server answers.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: u16,
    content_type: &'static str,
    body: String,
    after: Duration,
}

/// The whole text, streamed word by word and ended as it should be.
pub(super) fn say(text: &str) -> Answer {
    Answer {
        body: format!(
            "{}{}data: [DONE]\n\n",
            stream(text),
            chunk(&json!({}), Some("stop"))
        ),
        ..body("text/event-stream", "")
    }
}

/// The same, after a while.
pub(super) fn slowly(text: &str) -> Answer {
    Answer {
        after: Duration::from_millis(1_500),
        ..say(text)
    }
}

/// A stream that breaks off.
pub(super) fn cut(text: &str) -> Answer {
    Answer {
        body: stream(text),
        ..body("text/event-stream", "")
    }
}

/// An error.
pub(super) fn status(status: u16, text: &str) -> Answer {
    Answer {
        status,
        ..body("application/json", text)
    }
}

/// Anything else.
pub(super) fn body(content_type: &'static str, text: &str) -> Answer {
    Answer {
        status: 200,
        content_type,
        body: text.to_owned(),
        after: Duration::ZERO,
    }
}

fn stream(text: &str) -> String {
    let words = text.split_inclusive(' ');
    words
        .map(|word| chunk(&json!({"content": word}), None))
        .collect()
}

fn chunk(delta: &Value, finish_reason: Option<&str>) -> String {
    let chunk = json!({
        "id": "x", "object": "chat.completion.chunk", "created": 1, "model": "stub",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    });
    format!("data: {chunk}\n\n")
}

type Script = dyn Fn(&Value) -> Answer + Send + Sync;

/// A running server.
pub(super) struct Llm {
    address: std::net::SocketAddr,
    calls: Arc<AtomicUsize>,
}

impl Llm {
    /// Answers every request as `script` says.
    pub(super) async fn start(script: impl Fn(&Value) -> Answer + Send + Sync + 'static) -> Self {
        let calls = Arc::new(AtomicUsize::new(0));
        let script: Arc<Script> = Arc::new(script);
        let app = Router::new()
            .route("/v1/chat/completions", post(answer))
            .with_state((Arc::clone(&calls), script));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, calls }
    }

    /// What the service is to be told.
    pub(super) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Requests so far.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

async fn answer(
    State((calls, script)): State<(Arc<AtomicUsize>, Arc<Script>)>,
    body: String,
) -> Response {
    calls.fetch_add(1, Ordering::SeqCst);
    let request = serde_json::from_str(&body).expect("a JSON body");
    let answer = script(&request);
    tokio::time::sleep(answer.after).await;
    Response::builder()
        .status(StatusCode::from_u16(answer.status).expect("a status"))
        .header(header::CONTENT_TYPE, answer.content_type)
        .body(Body::from(answer.body))
        .expect("a reply")
}
