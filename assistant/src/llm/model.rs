//! What a language model is to the rest of the crate: messages in, a stream of deltas out.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use serde::{Deserialize, Serialize};

use super::LlmError;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The operator's instructions.
    System,
    /// The user, and all data.
    User,
    /// The model, earlier.
    Assistant,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What.
    pub content: String,
}

impl Message {
    /// Instructions.
    pub fn system(content: impl Into<String>) -> Self {
        Self {
            role: Role::System,
            content: content.into(),
        }
    }

    /// A user's turn.
    pub fn user(content: impl Into<String>) -> Self {
        Self {
            role: Role::User,
            content: content.into(),
        }
    }
}

/// Why a model stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FinishReason {
    /// It had said all.
    Stop,
    /// It ran into its limit of tokens: the text breaks off.
    Length,
    /// The server's filter cut it.
    ContentFilter,
    /// Another word of the server's.
    Other(String),
}

impl FinishReason {
    /// From the server's word.
    pub fn from_wire(word: &str) -> Self {
        match word {
            // Gemini answers in capitals where a gateway passes its own words through.
            "stop" | "STOP" | "eos" | "end_turn" => Self::Stop,
            "length" | "max_tokens" | "MAX_TOKENS" => Self::Length,
            "content_filter" | "SAFETY" => Self::ContentFilter,
            other => Self::Other(other.to_owned()),
        }
    }

    /// OpenAI's word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ContentFilter => "content_filter",
            Self::Other(other) => other,
        }
    }

    /// Whether the text is all that the model meant to say.
    pub fn is_whole(&self) -> bool {
        *self == Self::Stop
    }
}

/// Tokens that the server counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Of the messages.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// Of the answer.
    #[serde(default)]
    pub completion_tokens: u64,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finish {
    /// Why.
    pub reason: FinishReason,
    /// What it took, where the server says so.
    pub usage: Option<Usage>,
}

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// More text, never empty.
    Text(String),
    /// The end; nothing follows.
    Finish(Finish),
}

/// Text deltas, then one [`Delta::Finish`] or one error. Dropping it cancels the call.
pub type ChatStream = BoxStream<'static, Result<Delta, LlmError>>;

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// All text.
    pub text: String,
    /// How it ended.
    pub finish: Finish,
}

/// A model that chats. [`LlmClient`](super::LlmClient) asks a server, [`Scripted`](super::Scripted) a script.
pub trait LanguageModel: Send + Sync {
    /// Names the model, for cache keys and logs.
    fn name(&self) -> &str;

    /// Streams the answer to `messages`. Nothing is sent before the stream is polled.
    fn chat(&self, messages: Vec<Message>) -> ChatStream;

    /// Finds out whether there is a model at all, before anybody asks it.
    fn probe(&self) -> BoxFuture<'static, Result<(), LlmError>> {
        async { Ok(()) }.boxed()
    }

    /// The answer as a whole.
    fn complete(&self, messages: Vec<Message>) -> BoxFuture<'static, Result<Completion, LlmError>> {
        collect(self.chat(messages)).boxed()
    }
}

/// Reads a stream to its end.
///
/// # Errors
/// The stream's own, and [`LlmError::Unfinished`] for one that ends without a [`Delta::Finish`].
async fn collect(mut stream: ChatStream) -> Result<Completion, LlmError> {
    let mut text = String::new();
    while let Some(delta) = stream.next().await {
        match delta? {
            Delta::Text(more) => text.push_str(&more),
            Delta::Finish(finish) => return Ok(Completion { text, finish }),
        }
    }
    Err(LlmError::Unfinished {
        received_chars: text.chars().count(),
    })
}
