//! How many questions are answered at once: one more is told to come back, which serves it better than a wait that ends
//! at the deadline.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;

use crate::error::ApiError;
use crate::state::AppState;

/// Answers `request` if there is a place for it. An answer that is streamed keeps its place until its end.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Ok(place) = Arc::clone(&state.places).try_acquire_owned() else {
        return ApiError::Busy.into_response();
    };
    let reply = next.run(request).await;
    if !is_streamed(&reply) {
        return reply;
    }
    reply.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |piece| {
            let _kept = &place;
            piece
        }))
    })
}

fn is_streamed(reply: &Response) -> bool {
    let kind = reply
        .headers()
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/event-stream"))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::Router;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::response::sse::{Event, Sse};
    use axum::routing::get;
    use clap::Parser;
    use futures_util::stream;
    use tower::ServiceExt;

    use super::*;
    use crate::{Config, Flags};

    /// A stream that has said something and goes on for ever.
    async fn streams() -> impl IntoResponse {
        let said = stream::iter([Ok::<_, Infallible>(Event::default().data("x"))]);
        Sse::new(said.chain(stream::pending()))
    }

    #[tokio::test]
    async fn an_answer_keeps_its_place_until_its_stream_is_gone() {
        let flags = Flags::try_parse_from(["serve", "--assistant-max-in-flight", "1"]);
        let config = Config::resolve(flags.expect("flags")).expect("valid");
        let state = AppState::new(config);
        let app = Router::new()
            .route("/stream", get(streams))
            .route("/whole", get(|| async { "whole" }))
            .route_layer(from_fn_with_state(state.clone(), limit))
            .with_state(state);
        let call = |path: &str| {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            app.clone().oneshot(request)
        };
        for _ in 0..3 {
            let reply = call("/whole").await.expect("infallible");
            assert_eq!(reply.status(), StatusCode::OK);
        }
        let streamed = call("/stream").await.expect("infallible");
        assert_eq!(streamed.status(), StatusCode::OK);
        let refused = call("/whole").await.expect("infallible");
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        let mut pieces = streamed.into_body().into_data_stream();
        let first = pieces.next().await.expect("a piece").expect("whole");
        assert_eq!(first, "data: x\n\n");
        let refused = call("/stream").await.expect("infallible");
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        drop(pieces);
        let reply = call("/whole").await.expect("infallible");
        assert_eq!(reply.status(), StatusCode::OK);
    }
}
