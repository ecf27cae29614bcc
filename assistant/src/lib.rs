//! Cited answers from a FAQ, and prices in mid-conversation.

pub mod corpus;
pub mod embed;
pub mod error;
pub mod language;

pub use corpus::{Corpus, Entry};
pub use error::{Error, Result};
pub use language::Language;
