//! What a message means, by rules and the catalogue: language, intent, slots of a valuation, filters of a search.
//!
//! Nothing here asks a model. [`intent`] says how sure it is, so that the caller may.

mod chat_spelling;
mod colours;
mod detect;
mod features;
mod filters;
mod intent;
mod language;
mod names;
mod numbers;
mod places;
mod slots;
mod syllable;
mod text;
mod trims;

pub use chat_spelling::ChatSpelling;
pub use detect::detect;
pub use filters::Filters;
pub use intent::{Intent, intent};
pub use language::Language;
pub use names::Car;
pub use numbers::{Bound, Measure, Quantity, quantities};
pub use slots::{Required, Slots};

/// The cars that a message names, in its order: make, model or both.
pub fn cars(message: &str) -> Vec<Car> {
    let english = detect(message) == Language::English;
    names::cars(&text::Text::new(message), english, names::Known::default())
}
