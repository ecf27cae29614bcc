//! A model that says what a script tells it, for tests of everything above a model.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};

use super::{ChatStream, Delta, Finish, FinishReason, LanguageModel, LlmError, Message};

/// What a script answers to messages.
type Script = dyn Fn(&[Message]) -> Vec<Result<Delta, LlmError>> + Send + Sync;

/// See the module.
pub struct Scripted {
    script: Box<Script>,
    calls: AtomicUsize,
    seen: Mutex<Vec<Vec<Message>>>,
}

impl Scripted {
    /// Answers with what `script` makes of the messages.
    pub fn new(
        script: impl Fn(&[Message]) -> Vec<Result<Delta, LlmError>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            script: Box::new(script),
            calls: AtomicUsize::new(0),
            seen: Mutex::default(),
        }
    }

    /// Always says `text`, a few characters at a time, and stops.
    pub fn saying(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(move |_| Self::deltas(&text, FinishReason::Stop))
    }

    /// Always fails with `error`.
    pub fn failing(error: LlmError) -> Self {
        Self::new(move |_| vec![Err(error.clone())])
    }

    /// `text` in deltas of a few characters, then the end.
    pub fn deltas(text: &str, reason: FinishReason) -> Vec<Result<Delta, LlmError>> {
        let characters: Vec<char> = text.chars().collect();
        characters
            .chunks(4)
            .map(|piece| Ok(Delta::Text(piece.iter().collect())))
            .chain([Ok(Delta::Finish(Finish {
                reason,
                usage: None,
            }))])
            .collect()
    }

    /// Calls so far.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// The messages of every call so far.
    pub fn seen(&self) -> Vec<Vec<Message>> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl LanguageModel for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn chat(&self, messages: Vec<Message>) -> ChatStream {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let deltas = (self.script)(&messages);
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(messages);
        stream::iter(deltas).boxed()
    }
}
