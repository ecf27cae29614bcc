//! From a server's events to deltas, without any I/O.

use serde_json::Value;

use super::thinking::Thinking;
use super::upstream_error::{UpstreamError, excerpt};
use super::wire::Chunk;
use super::{Finish, FinishReason, LlmError, Usage};

/// What an event brought.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Text of the answer.
    Text(String),
    /// The model lives, but has no text yet.
    Alive,
    /// Nothing.
    Nothing,
    /// The stream's end marker.
    Done,
}

/// Reads one reply.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    thinking: Thinking,
    reason: Option<FinishReason>,
    usage: Option<Usage>,
    events: usize,
    received_chars: usize,
}

impl Assembler {
    /// Takes an event's name and data.
    ///
    /// # Errors
    /// [`LlmError::InReply`] for an error that the server reports, [`LlmError::Unreadable`] for data that are no chunk.
    pub(super) fn event(&mut self, name: Option<&str>, data: &str) -> Result<Step, LlmError> {
        self.events += 1;
        let data = data.trim();
        if name == Some("error") {
            return Err(self.reported(UpstreamError::from_body(data)));
        }
        if data.is_empty() {
            return Ok(Step::Nothing);
        }
        if data == "[DONE]" {
            return Ok(Step::Done);
        }
        let value: Value = serde_json::from_str(data).map_err(|_| unreadable("event", data))?;
        self.chunk(value, data)
    }

    /// Takes a body that is no stream: a gateway that ignores `stream` answers with a whole completion.
    ///
    /// # Errors
    /// As [`Self::event`]; the reply may be [`LlmError::Empty`] too.
    pub(super) fn whole(&mut self, content_type: &str, body: &str) -> Result<Step, LlmError> {
        if body.trim().is_empty() {
            return Err(LlmError::Empty);
        }
        self.events += 1;
        let value: Value =
            serde_json::from_str(body).map_err(|_| unreadable(content_type, body))?;
        self.chunk(value, body)
    }

    fn chunk(&mut self, value: Value, data: &str) -> Result<Step, LlmError> {
        if let Some(upstream) = UpstreamError::from_json(&value) {
            return Err(self.reported(upstream));
        }
        let chunk: Chunk = serde_json::from_value(value).map_err(|_| unreadable("event", data))?;
        self.usage = chunk.usage.or(self.usage);
        let Some(choice) = chunk.choices.into_iter().find(|choice| choice.index == 0) else {
            return Ok(Step::Nothing);
        };
        if let Some(reason) = choice
            .finish_reason
            .as_deref()
            .filter(|reason| !reason.is_empty())
        {
            self.reason = Some(FinishReason::from_wire(reason));
        }
        let Some(piece) = choice.delta else {
            return Ok(Step::Nothing);
        };
        let reasons = piece.is_reasoning();
        let said = piece
            .content
            .map(super::wire::Content::into_text)
            .unwrap_or_default();
        let alive = reasons || !said.is_empty();
        let mut text = self.thinking.pass(said);
        if self.reason.is_some() {
            text += &self.thinking.rest();
        }
        self.received_chars += text.chars().count();
        Ok(match (text.is_empty(), alive) {
            (false, _) => Step::Text(text),
            (true, true) => Step::Alive,
            (true, false) => Step::Nothing,
        })
    }

    /// Whether the model has said why it stopped. What may follow is usage.
    pub(super) fn is_finished(&self) -> bool {
        self.reason.is_some()
    }

    /// Characters of the answer so far.
    pub(super) fn received_chars(&self) -> usize {
        self.received_chars
    }

    /// The end of the reply.
    ///
    /// # Errors
    /// [`LlmError::Unfinished`] without a finish reason, `[DONE]` or not; [`LlmError::Empty`] for a reply of nothing.
    pub(super) fn end(&mut self) -> Result<Finish, LlmError> {
        match self.reason.take() {
            Some(reason) => Ok(Finish {
                reason,
                usage: self.usage,
            }),
            None if self.events == 0 => Err(LlmError::Empty),
            None => Err(LlmError::Unfinished {
                received_chars: self.received_chars,
            }),
        }
    }

    fn reported(&self, upstream: UpstreamError) -> LlmError {
        LlmError::InReply {
            upstream,
            received_chars: self.received_chars,
        }
    }
}

fn unreadable(content_type: &str, text: &str) -> LlmError {
    LlmError::Unreadable {
        content_type: content_type.to_owned(),
        excerpt: excerpt(text),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn chunks_of_several_servers() {
        let text = |text: &str| Step::Text(text.to_owned());
        for (data, want) in [
            (
                r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#,
                Step::Nothing,
            ),
            (r#"{"choices":[{"delta":{"content":"a"}}]}"#, text("a")),
            (
                r#"{"choices":[{"delta":{"content":[{"type":"text","text":"p"},{"type":"x"}]}}]}"#,
                text("p"),
            ),
            (
                r#"{"choices":[{"delta":{"content":"","reasoning_content":"hm"}}]}"#,
                Step::Alive,
            ),
            (
                r#"{"choices":[{"index":1,"delta":{"content":"other"}}]}"#,
                Step::Nothing,
            ),
            (
                r#"{"choices":[],"prompt_filter_results":[]}"#,
                Step::Nothing,
            ),
            (
                r#"{"choices":[{"index":0,"finish_reason":"stop"}]}"#,
                Step::Nothing,
            ),
            ("[DONE]", Step::Done),
            ("", Step::Nothing),
        ] {
            assert_eq!(
                Assembler::default().event(None, data).unwrap(),
                want,
                "{data}"
            );
        }
    }

    #[test]
    fn usage_comes_with_the_finish_reason_or_after_it() {
        let mut assembler = Assembler::default();
        assembler
            .event(
                None,
                r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"length"}]}"#,
            )
            .unwrap();
        assert!(assembler.is_finished());
        assembler
            .event(
                None,
                r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"x":2}}"#,
            )
            .unwrap();
        let finish = assembler.end().unwrap();
        assert_eq!(finish.reason, FinishReason::Length);
        assert_eq!(
            finish.usage,
            Some(Usage {
                prompt_tokens: 3,
                completion_tokens: 1
            })
        );
    }

    #[test]
    fn an_end_without_a_reason_is_an_error() {
        assert_eq!(Assembler::default().end(), Err(LlmError::Empty));
        let mut assembler = Assembler::default();
        assembler
            .event(None, r#"{"choices":[{"delta":{"content":"half"}}]}"#)
            .unwrap();
        assembler.event(None, "[DONE]").unwrap();
        assert_eq!(
            assembler.end(),
            Err(LlmError::Unfinished { received_chars: 4 })
        );
    }

    #[test]
    fn what_is_no_chunk_is_named() {
        for (name, data) in [
            (None, r#"{"error":"string"}"#),
            (None, r#"{"error":{"message":"boom"},"choices":[]}"#),
            (None, r#"[{"error":{"code":500,"message":"x"}}]"#),
            (Some("error"), "overloaded"),
        ] {
            let error = Assembler::default().event(name, data).unwrap_err();
            assert!(
                matches!(error, LlmError::InReply { .. }),
                "{data}: {error:?}"
            );
        }
        for data in ["{\"choices\":[{\"del", "hello", "{\"id\":1}"] {
            let error = Assembler::default().event(None, data).unwrap_err();
            assert!(
                matches!(error, LlmError::Unreadable { .. }),
                "{data}: {error:?}"
            );
        }
    }
}
