//! A client for any OpenAI-compatible `/chat/completions` endpoint, and the trait that hides it.
//!
//! Why not `async-openai`: the status is lost on Gemini's array-wrapped errors, on integer codes and on
//! FastAPI's `detail`; a stream that breaks off reads like an answer that ended; `Retry-After` is not obeyed.
//! What remains of it, the request's types, is two structs here. `http_client` sends; `sse-stream` reads the body of a stream.
//!
//! - [`LlmConfig`] is what an operator sets; [`LlmClient::new`] checks it.
//! - [`LanguageModel`] streams [`Delta`]s. A stream without a [`Finish`] is a failure: it ends in an [`LlmError`].
//! - [`Breaker`] keeps a dead endpoint from costing every question its timeout.
//! - [`Scripted`] answers from a script, for tests of what stands on top.

mod assemble;
mod breaker;
mod client;
mod config;
mod error;
mod model;
mod reply;
mod retry;
mod scripted;
#[cfg(test)]
mod tests;
mod thinking;
mod transport;
mod upstream_error;
mod wire;

pub use breaker::{Breaker, BreakerConfig, BreakerState};
pub use client::LlmClient;
pub use config::LlmConfig;
pub use error::LlmError;
pub use model::{
    ChatStream, Completion, Delta, Finish, FinishReason, LanguageModel, Message, Role, Usage,
};
pub use scripted::Scripted;
pub use upstream_error::UpstreamError;
