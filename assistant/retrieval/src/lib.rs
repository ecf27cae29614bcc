//! Finds the entries of a FAQ that answer a question.
//!
//! [`corpus`] holds the entries, [`embed`] turns texts into vectors, [`store`] searches the vectors, [`rank`] weighs
//! words and vectors together, and [`index`] joins them: a question goes in, ranked entries come out.

mod api_key;
pub mod corpus;
pub mod embed;
mod error;
pub mod index;
mod queue;
pub mod rank;
pub mod store;

pub use api_key::ApiKey;
pub use corpus::{Corpus, Entry};
pub use error::{Error, Result};
pub use index::FaqIndex;
pub use queue::{QueueError, QueueStats};
pub use rank::Retriever;
pub use understanding::Language;
