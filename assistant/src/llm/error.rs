//! What can go wrong between us and a model.

use std::time::Duration;

use super::upstream_error::UpstreamError;

/// A failed call. Messages are for logs: they carry the server's words, never the key.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LlmError {
    /// A setting is out of its range.
    #[error("LLM setting `{field}` {message}")]
    Config {
        /// The field of [`LlmConfig`](super::LlmConfig).
        field: &'static str,
        /// Its value, and what is valid.
        message: String,
    },
    /// No connection, or one that broke before it answered.
    #[error("no answer from the LLM at {endpoint}: {message}")]
    Connect {
        /// Address.
        endpoint: String,
        /// Cause.
        message: String,
    },
    /// The server refused with a status.
    #[error("the LLM answered {status}: {upstream}")]
    Status {
        /// HTTP status, 300 or above.
        status: u16,
        /// What the body says.
        upstream: UpstreamError,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
    },
    /// The server reported an error inside of a reply with status 200.
    #[error("the LLM failed after {received_chars} characters: {upstream}")]
    InReply {
        /// What it says.
        upstream: UpstreamError,
        /// Characters received before.
        received_chars: usize,
    },
    /// The reply ended before the model said why it stopped.
    #[error("the LLM's reply broke off after {received_chars} characters, without a finish reason")]
    Unfinished {
        /// Characters received.
        received_chars: usize,
    },
    /// The connection broke while the reply was read.
    #[error("the connection to the LLM broke after {received_chars} characters: {message}")]
    Interrupted {
        /// Characters received.
        received_chars: usize,
        /// Cause.
        message: String,
    },
    /// Status 200 and nothing else: what some servers do when the prompt is too long.
    #[error("the LLM's reply is empty")]
    Empty,
    /// A reply that is no completion.
    #[error("the LLM's reply is no completion ({content_type}): {excerpt}")]
    Unreadable {
        /// Its content type.
        content_type: String,
        /// How it begins.
        excerpt: String,
    },
    /// More text than any answer has.
    #[error("the LLM's reply is longer than {limit_bytes} bytes")]
    TooLong {
        /// Most that is read, in bytes of the body.
        limit_bytes: usize,
    },
    /// Nothing within the time for the first token.
    #[error("no token from the LLM within {} ms", after.as_millis())]
    FirstToken {
        /// Time given.
        after: Duration,
    },
    /// The answer took longer than it may.
    #[error("the LLM's answer was not whole within {} ms ({received_chars} characters)", after.as_millis())]
    Deadline {
        /// Time given.
        after: Duration,
        /// Characters received.
        received_chars: usize,
    },
    /// All slots are taken.
    #[error("{limit} calls to the LLM are in flight, the most allowed")]
    Busy {
        /// Most calls at once.
        limit: usize,
    },
    /// The circuit breaker is open: the server failed again and again.
    #[error("the LLM failed repeatedly; next try in {} ms", retry_in.as_millis())]
    CircuitOpen {
        /// Until the next probe.
        retry_in: Duration,
    },
}

impl LlmError {
    /// Whether the same request may do better in a moment, and nobody has seen a part of its answer.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } => true,
            Self::Status {
                status, upstream, ..
            } => {
                // A used-up quota answers 429 until somebody pays.
                (*status == 429 && upstream.code.as_deref() != Some("insufficient_quota"))
                    || *status == 408
                    || *status >= 500
            }
            Self::InReply {
                upstream,
                received_chars,
            } => {
                *received_chars == 0
                    && upstream
                        .status()
                        .is_some_and(|code| code == 429 || code >= 500)
            }
            _ => false,
        }
    }

    /// Whether it speaks against the server rather than against this request.
    pub(super) fn blames_server(&self) -> bool {
        match self {
            Self::Status { status, .. } => !matches!(status, 400 | 413 | 422),
            Self::Config { .. }
            | Self::Busy { .. }
            | Self::CircuitOpen { .. }
            | Self::Empty
            | Self::TooLong { .. } => false,
            _ => true,
        }
    }

    /// How long the server asks us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::CircuitOpen { retry_in } => Some(*retry_in),
            _ => None,
        }
    }
}
