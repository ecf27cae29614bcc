//! Where predictions come from: a model over listings, or a file of anybody's.

mod error;
mod exposure;
mod file;
mod listings;
mod model;

use std::collections::BTreeMap;

pub use error::{Error, Result};
pub use exposure::{Exposure, State};
pub use file::{read_predictions, write_predictions};
pub use listings::{Loaded, read_listings};
pub(crate) use model::age_years;
pub use model::{Importance, importance, open, open_measured, predict, value};

use crate::Predictions;

/// Predictions of one model, and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicted {
    /// The rows.
    pub rows: Predictions,
    /// Name of the model for readers: its version and family, or the file that its predictions are from.
    pub name: String,
    /// ISO code of the currency of all amounts.
    pub currency: String,
    /// What is known of the model and of its data, by name.
    pub facts: BTreeMap<String, String>,
}
