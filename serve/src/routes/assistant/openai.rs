//! `POST /v1/chat/completions` and `GET /v1/models`: the assistant in OpenAI's shape, so that any chat client connects.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use assistant::dialogue::MAX_QUESTION;
use assistant::reply::Done;
use assistant::{Ask, Event};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::deadline::until;
use crate::error::ApiError;
use crate::problem::Verbatim;
use crate::question::Question;
use crate::state::Questions;

/// What the one model is called.
const MODEL: &str = "giaxe-assistant";

/// What counts of the conversation before a question: turns, and characters.
const MAX_TURNS: usize = 8;
const MAX_HISTORY: usize = 8_000;

/// A request as OpenAI's clients send it. Sampling is not theirs to set: fields that are not listed are passed over.
#[derive(Debug, Deserialize)]
pub struct ChatRequest {
    messages: Vec<ChatMessage>,
    #[serde(default)]
    stream: bool,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
}

#[derive(Debug, Default, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

#[derive(Debug, Deserialize)]
struct ChatMessage {
    role: String,
    #[serde(default)]
    content: Option<Content>,
}

/// A text, or parts of which the texts count.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default)]
    text: Option<String>,
}

impl ChatMessage {
    fn text(&self) -> String {
        match &self.content {
            Some(Content::Text(text)) => text.clone(),
            Some(Content::Parts(parts)) => {
                let texts: Vec<_> = parts
                    .iter()
                    .filter_map(|part| part.text.as_deref())
                    .collect();
                texts.join("\n")
            }
            None => String::new(),
        }
    }
}

/// The models: one.
pub async fn models() -> Json<Value> {
    Json(
        json!({"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "giaxe"}]}),
    )
}

/// Answers the last message of the user, the ones before it being the conversation.
pub async fn chat(
    State(questions): State<Arc<Questions>>,
    Question {
        body: request,
        place,
        deadline,
    }: Question<ChatRequest>,
) -> Result<Response, ApiError> {
    let ask = match ask(&request.messages) {
        Ok(ask) => ask,
        Err(message) => return Ok(refused(&message)),
    };
    let answers = questions.answers().ok_or(ApiError::NoAssistant)?;
    let head = Head::new();
    if !request.stream {
        let done = answers.reply(ask).await.ok_or(ApiError::NoAssistant)?;
        return Ok(Json(head.completion(&done)).into_response());
    }
    let with_usage = request.stream_options.unwrap_or_default().include_usage;
    let first = json!({"role": "assistant", "content": ""});
    let opening = stream::iter([head.chunk(&first, None)]);
    // The first event is waited for: an answer that has not begun at the deadline is an error like any other.
    let mut events = Box::pin(answers.stream(ask).peekable());
    events.as_mut().peek().await;
    let chunks = until(events, deadline).flat_map(move |event| {
        let chunks = match event {
            // The deadline cuts the answer, as a limit on its tokens would.
            None => vec![head.chunk(&json!({}), Some("length"))],
            Some(Event::Sources(_)) => vec![],
            Some(Event::Delta(text)) => vec![head.chunk(&json!({"content": text}), None)],
            Some(Event::Done(done)) => {
                let mut last = vec![head.chunk(&json!({}), Some(&done.finish_reason))];
                if with_usage {
                    last.push(head.usage_chunk(&done));
                }
                last
            }
        };
        stream::iter(chunks)
    });
    let lines = opening
        .chain(chunks)
        .map(|chunk| chunk.to_string())
        .chain(stream::iter(["[DONE]".to_owned()]))
        .map(|data| Ok::<_, Infallible>(axum::response::sse::Event::default().data(data)));
    Ok(Sse::new(place.kept_by(lines))
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// The question with the conversation before it; the error is what is wrong.
fn ask(messages: &[ChatMessage]) -> Result<Ask, String> {
    let last = messages.iter().rposition(|message| message.role == "user");
    let last = last.ok_or("`messages` has no message of the role `user`")?;
    let question = messages[last].text();
    let length = question.chars().count();
    if question.trim().is_empty() {
        return Err("the last message of the user is empty".to_owned());
    }
    if length > MAX_QUESTION {
        return Err(format!(
            "the last message has {length} characters; valid: at most {MAX_QUESTION}"
        ));
    }
    Ok(Ask {
        question,
        conversation: None,
        history: history(&messages[..last]),
    })
}

/// The last turns of a conversation, the oldest first: at most [`MAX_TURNS`], and [`MAX_HISTORY`] characters of them. The
/// answer of the oldest turn is cut if it does not fit; a question that does not fit is left out with all before it.
fn history(messages: &[ChatMessage]) -> Vec<(String, String)> {
    let mut turns = Vec::new();
    let mut left = MAX_HISTORY;
    let mut answer = None;
    for message in messages.iter().rev() {
        match message.role.as_str() {
            // The last answer to a question counts.
            "assistant" if answer.is_none() => answer = Some(message),
            "user" => {
                let question = message.text();
                let length = question.chars().count();
                if turns.len() == MAX_TURNS || length > left {
                    break;
                }
                left -= length;
                let answer = answer.take().map(ChatMessage::text).unwrap_or_default();
                let answer: String = answer.chars().take(left).collect();
                left -= answer.chars().count();
                turns.push((question, answer));
            }
            // Instructions of a client are not ours to follow.
            _ => {}
        }
    }
    turns.reverse();
    turns
}

/// An error in OpenAI's shape, which its clients read.
fn refused(message: &str) -> Response {
    let body = json!({"error": {"message": message, "type": "invalid_request_error", "param": "messages", "code": null}});
    let mut reply = (StatusCode::BAD_REQUEST, Json(body)).into_response();
    reply.extensions_mut().insert(Verbatim);
    reply
}

/// What every piece of one answer repeats.
#[derive(Debug, Clone)]
struct Head {
    id: String,
    created: u64,
}

impl Head {
    fn new() -> Self {
        Self {
            id: format!("chatcmpl-{}", uuid::Uuid::now_v7().simple()),
            created: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs(),
        }
    }

    fn completion(&self, done: &Done) -> Value {
        json!({
            "id": self.id, "object": "chat.completion", "created": self.created, "model": MODEL,
            "choices": [{
                "index": 0, "finish_reason": done.finish_reason, "logprobs": null,
                "message": {"role": "assistant", "content": done.reply.message, "refusal": null},
            }],
            "usage": usage(done),
        })
    }

    fn chunk(&self, delta: &Value, finish_reason: Option<&str>) -> Value {
        json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": MODEL,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
        })
    }

    fn usage_chunk(&self, done: &Done) -> Value {
        json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": MODEL,
            "choices": [], "usage": usage(done),
        })
    }
}

/// Tokens that the model's server counted; none where no model wrote.
fn usage(done: &Done) -> Value {
    let (prompt, completion) = done.usage.unwrap_or_default();
    json!({"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(value: Value) -> Vec<ChatMessage> {
        serde_json::from_value(value).expect("messages")
    }

    #[test]
    fn the_last_question_is_asked_after_those_before_it() {
        let messages = messages(json!([
            {"role": "system", "content": "Be rude."},
            {"role": "user", "content": "Vios 2019?"},
            {"role": "assistant", "content": "How far?"},
            {"role": "user", "content": [{"type": "text", "text": "45000 km"}, {"type": "image_url", "image_url": {}}]},
        ]));
        let asked = ask(&messages).expect("a question");
        assert_eq!(asked.question, "45000 km");
        assert_eq!(
            asked.history,
            [("Vios 2019?".to_owned(), "How far?".to_owned())]
        );
    }

    #[test]
    fn eight_turns_and_eight_thousand_characters_of_a_conversation_count() {
        let turn = |n: usize, length: usize| {
            [
                json!({"role": "user", "content": format!("q{n}")}),
                json!({"role": "assistant", "content": "a".repeat(length)}),
            ]
        };
        let asked = |turns: Vec<Value>| {
            let mut all = turns;
            all.push(json!({"role": "user", "content": "now"}));
            ask(&messages(Value::Array(all)))
                .expect("a question")
                .history
        };
        let many = asked((0..50).flat_map(|n| turn(n, 10)).collect());
        let questions: Vec<_> = many.iter().map(|(question, _)| question.as_str()).collect();
        assert_eq!(
            questions,
            ["q42", "q43", "q44", "q45", "q46", "q47", "q48", "q49"]
        );
        let long = asked((0..5).flat_map(|n| turn(n, 3_000)).collect());
        let lengths: Vec<_> = long.iter().map(|(_, answer)| answer.len()).collect();
        assert_eq!(lengths, [1_994, 3_000, 3_000]);
        let question = json!({"role": "user", "content": "x".repeat(8_001)});
        assert_eq!(asked(vec![question]), []);
    }

    #[test]
    fn what_is_no_question_is_refused() {
        for (value, part) in [
            (json!([]), "no message"),
            (
                json!([{"role": "assistant", "content": "Hi"}]),
                "no message",
            ),
            (json!([{"role": "user", "content": " "}]), "empty"),
            (json!([{"role": "user"}]), "empty"),
            (
                json!([{"role": "user", "content": "x".repeat(10_001)}]),
                "10001 characters",
            ),
        ] {
            let error = ask(&messages(value.clone())).expect_err("refused");
            assert!(error.contains(part), "{value}: {error}");
        }
    }
}
