//! Cited answers from a FAQ, and prices in mid-conversation.
//!
//! The crate `understanding` reads a question by rules. A tool ([`tools`]) answers it, or the FAQ does, whose entries the
//! crate `retrieval` finds. [`dialogue`] puts it together, [`memory`] keeps what has to last, [`setup`] opens it all,
//! [`command`] is the editor's command line.

pub mod answer;
pub mod command;
pub mod dialogue;
pub mod llm;
pub mod memory;
pub mod phrases;
pub mod reply;
pub mod setup;
pub mod tools;

pub use dialogue::{Ask, Assistant};
pub use reply::{Event, Reply};
pub use retrieval::{ApiKey, Corpus, Entry, Error, Result, Retriever};
pub use tools::{Inventory, Valuer};
pub use understanding::Language;
