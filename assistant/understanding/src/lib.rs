//! What a message means, by rules and the catalogue: language, intent, slots of a valuation, filters of a search.
//!
//! [`Message::read`] reads it once; [`intent`], [`Slots`] and [`Filters`] take what they need from it.
//! Nothing here asks a model. [`intent`] says how sure it is, so that the caller may.

mod chat_spelling;
mod colours;
mod detect;
mod features;
mod filters;
mod intent;
mod language;
mod lexicon;
mod message;
mod names;
mod numbers;
mod places;
mod slots;
mod syllable;
mod text;
mod trims;
mod word;
mod words;

pub use chat_spelling::ChatSpelling;
pub use filters::Filters;
pub use intent::{Intent, intent};
pub use language::Language;
pub use message::Message;
pub use names::Car;
pub use slots::{Required, Slots};
