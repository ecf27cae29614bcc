//! `POST /assistant/query`: a question in, a reply out, whole or as it comes.

use std::convert::Infallible;
use std::sync::Arc;

use assistant::{Ask, Event};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::check::check_question;
use crate::deadline::until;
use crate::error::{ApiError, FieldError, ProblemBody};
use crate::question::Question;
use crate::state::Questions;

/// Longest id of a conversation or a device, in characters.
const MAX_ID: usize = 200;

/// A question.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub struct QueryRequest {
    /// The question, in Vietnamese or English.
    #[schema(example = "có được trả góp không", max_length = 10_000)]
    query: String,
    /// The conversation that it stands in, as the caller names it.
    #[serde(rename = "conversationId", default)]
    #[schema(example = "c-42", max_length = 200)]
    conversation_id: Option<String>,
    /// The device that asks; not kept.
    #[serde(rename = "deviceId", default)]
    #[schema(max_length = 200)]
    device_id: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryReply {
    /// `faq`, `car_valuation`, `car_listing`, `car_compare`, `car_specs` or `user_info`.
    #[schema(example = "faq")]
    intent: String,
    /// The answer, for people.
    message: String,
    /// The conversation that it stands in.
    #[serde(rename = "conversationId")]
    #[schema(required = false)]
    conversation_id: Option<String>,
    /// The answer, for programs: its fields depend on the intent.
    data: serde_json::Map<String, serde_json::Value>,
    /// Questions that the user may ask next: `id`, `label`, `query`, `icon`.
    #[schema(required = false)]
    suggestions: Vec<serde_json::Map<String, serde_json::Value>>,
    /// What the client may offer to do: `label`, `action`, `data`.
    #[schema(required = false)]
    actions: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// Ask the assistant.
///
/// With `Accept: text/event-stream` the answer comes as it is made: `sources` (the entries that it is taken from), any
/// number of `delta` (`text` to append), and `done` (`finish_reason`, `usage`, and the whole `reply`). An answer that is not
/// whole at the request's deadline ends with `error` (`status`, `type`) instead of `done`.
#[utoipa::path(
    post,
    path = "/assistant/query",
    tag = "assistant",
    request_body = QueryRequest,
    responses(
        (status = 200, description = "The answer, or an honest refusal", body = QueryReply),
        (status = 400, description = "Not JSON", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 422, description = "Values that are not valid", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 429, description = "Too many questions at once; see `Retry-After`", body = ProblemBody<'static>, content_type = "application/problem+json"),
        (status = 503, description = "There is no assistant", body = ProblemBody<'static>, content_type = "application/problem+json"),
    )
)]
pub async fn query(
    State(questions): State<Arc<Questions>>,
    headers: HeaderMap,
    Question {
        body: request,
        place,
        deadline,
    }: Question<QueryRequest>,
) -> Result<Response, ApiError> {
    let ask = check(request)?;
    let answers = questions.answers().ok_or(ApiError::NoAssistant)?;
    if !wants_events(&headers) {
        let done = answers.reply(ask).await.ok_or(ApiError::NoAssistant)?;
        return Ok(Json(done.reply).into_response());
    }
    // The first event is waited for: an answer that has not begun at the deadline is an error like any other.
    let mut events = Box::pin(answers.stream(ask).peekable());
    events.as_mut().peek().await;
    let events = until(events, deadline).map(|event| Ok::<_, Infallible>(wire(event)));
    let mut reply = Sse::new(place.kept_by(events))
        .keep_alive(KeepAlive::default())
        .into_response();
    // Proxies that gather a reply before they pass it on would undo the streaming.
    reply
        .headers_mut()
        .insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    Ok(reply)
}

fn check(request: QueryRequest) -> Result<Ask, ApiError> {
    let mut errors = Vec::from_iter(check_question(&request.query));
    for (field, id) in [
        ("conversationId", &request.conversation_id),
        ("deviceId", &request.device_id),
    ] {
        let length = id.as_ref().map_or(0, |id| id.chars().count());
        if length > MAX_ID {
            let message = format!("`{field}` has {length} characters; valid: at most {MAX_ID}");
            errors.push(FieldError::at(field, "too_long", message));
        }
    }
    if !errors.is_empty() {
        return Err(ApiError::Invalid(errors));
    }
    Ok(Ask {
        question: request.query,
        conversation: request.conversation_id.filter(|id| !id.is_empty()),
        history: Vec::new(),
    })
}

fn wants_events(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/event-stream"))
}

/// An event as it is sent; `None` is the deadline.
fn wire(event: Option<Event>) -> axum::response::sse::Event {
    let Some(event) = event else {
        let late = json!({"status": 504, "type": "urn:giaxe:problem:deadline"});
        return axum::response::sse::Event::default()
            .event("error")
            .data(late.to_string());
    };
    let (name, data) = match event {
        Event::Sources(citations) => ("sources", json!({"citations": citations})),
        Event::Delta(text) => ("delta", json!({"text": text})),
        Event::Done(done) => {
            let usage = done.usage.map(|(prompt, completion)| {
                json!({"prompt_tokens": prompt, "completion_tokens": completion})
            });
            (
                "done",
                json!({"finish_reason": done.finish_reason, "usage": usage, "reply": done.reply}),
            )
        }
    };
    axum::response::sse::Event::default()
        .event(name)
        .data(data.to_string())
}
