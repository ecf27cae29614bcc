//! What goes over the wire: only what every server takes, and of what it sends only what is used.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{LlmConfig, Message, Usage};

/// The request's body: model, messages, stream, temperature, then the operator's fields over them.
pub(super) fn request(config: &LlmConfig, messages: &[Message]) -> Vec<u8> {
    let mut body = Map::new();
    body.insert("model".to_owned(), json!(config.model));
    body.insert("messages".to_owned(), json!(messages));
    body.insert("stream".to_owned(), json!(true));
    // Through text: 0.2 as f32 would be sent as 0.20000000298023224.
    let temperature = config
        .temperature
        .to_string()
        .parse::<f64>()
        .unwrap_or_default();
    body.insert("temperature".to_owned(), json!(temperature));
    for (name, value) in &config.extra {
        if value.is_null() {
            body.remove(name);
        } else {
            body.insert(name.clone(), value.clone());
        }
    }
    Value::Object(body).to_string().into_bytes()
}

/// A chunk of a stream, or a whole completion: they differ in `delta` and `message`.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk {
    /// Empty in chunks that bring usage or a filter's findings. Absent in what is no chunk at all.
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    pub(super) usage: Option<Usage>,
}

/// One of `n` answers; we ask for one.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) index: u32,
    #[serde(default, alias = "message")]
    pub(super) delta: Option<Piece>,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
}

/// Text, of the answer or of what a reasoning model thinks before it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Piece {
    #[serde(default)]
    pub(super) content: Option<Content>,
    #[serde(default)]
    pub(super) reasoning_content: Option<String>,
    #[serde(default)]
    pub(super) reasoning: Option<String>,
}

impl Piece {
    /// Whether the model is thinking: a sign of life, not of an answer.
    pub(super) fn is_reasoning(&self) -> bool {
        [&self.reasoning, &self.reasoning_content]
            .into_iter()
            .flatten()
            .any(|text| !text.is_empty())
    }
}

/// A string, or the parts that some servers send in its place.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    text: Option<String>,
}

impl Content {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().filter_map(|part| part.text).collect(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn only_the_common_fields_and_the_operators_are_sent() {
        let mut config = LlmConfig::new("http://h/v1", "tiny");
        let sent = |config: &LlmConfig| -> Value {
            serde_json::from_slice(&request(
                config,
                &[Message::system("s"), Message::user("q")],
            ))
            .unwrap()
        };
        assert_eq!(
            sent(&config),
            json!({"model": "tiny", "stream": true, "temperature": 0.2, "messages": [
                {"role": "system", "content": "s"}, {"role": "user", "content": "q"}]})
        );
        config.extra = json!({"temperature": null, "max_tokens": 300, "model": "other"})
            .as_object()
            .unwrap()
            .clone();
        let body = sent(&config);
        assert_eq!(
            (&body["max_tokens"], &body["model"]),
            (&json!(300), &json!("other"))
        );
        assert!(body.get("temperature").is_none());
    }
}
