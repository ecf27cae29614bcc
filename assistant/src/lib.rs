//! Cited answers from a FAQ, and prices in mid-conversation.

pub mod answer;
pub mod corpus;
pub mod error;
pub mod language;
pub mod llm;

pub use corpus::{Corpus, Entry};
pub use error::{Error, Result};
pub use language::Language;
