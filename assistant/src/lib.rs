//! Cited answers from a FAQ, and prices in mid-conversation.
//!
//! A question is understood by rules ([`understand`]), answered by a tool ([`tools`]) or from the FAQ ([`corpus`]), whose
//! entries are found by words and vectors together ([`retrieve`], [`embed`], [`store`], all in [`knowledge`]);
//! [`assistant`] puts it together, [`memory`] keeps what has to last, [`setup`] opens it all, [`command`] is the
//! editor's command line.

pub mod answer;
mod api_key;
pub mod assistant;
pub mod command;
pub mod corpus;
pub mod embed;
pub mod error;
pub mod knowledge;
pub mod language;
pub mod llm;
pub mod memory;
pub mod reply;
pub mod retrieve;
pub mod say;
pub mod setup;
pub mod store;
pub mod tools;
pub mod understand;

pub use api_key::ApiKey;
pub use assistant::{Ask, Assistant};
pub use corpus::{Corpus, Entry};
pub use error::{Error, Result};
pub use language::Language;
pub use reply::{Event, Reply};
pub use retrieve::Retriever;
pub use tools::{Inventory, Valuer};
