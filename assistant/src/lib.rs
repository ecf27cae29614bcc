//! Cited answers from a FAQ, and prices in mid-conversation.
//!
//! The crate `understanding` reads a question by rules. A tool ([`tools`]) answers it, or the FAQ does, whose entries the
//! crate `retrieval` finds. [`assistant`] puts it together, [`memory`] keeps what has to last, [`setup`] opens it all,
//! [`command`] is the editor's command line.

pub mod answer;
pub mod assistant;
pub mod command;
pub mod llm;
pub mod memory;
pub mod reply;
pub mod say;
pub mod setup;
pub mod tools;

pub use assistant::{Ask, Assistant};
pub use reply::{Event, Reply};
pub use retrieval::{ApiKey, Corpus, Entry, Error, Result, Retriever};
pub use tools::{Inventory, Valuer};
pub use understanding::Language;
