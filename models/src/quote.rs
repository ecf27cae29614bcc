//! The price of one car, as everybody asks for it: `/predict`, the command line and the chat.
//!
//! A [`CarQuery`] holds what a caller says of a car. A [`Quoter`] brings it into the catalogue's spelling (`car`),
//! asks the model, and answers with a [`Quote`]: a rounded price with ranges, or the reasons why there is none, and
//! warnings. Bounds of values ([`bounds`]), the site whose price level is meant (`source`) and rounding (`price`)
//! live here and nowhere else, so that one car has one price.
//!
//! A quote looks at what callers can say. A seller's free title is read for the names that a row lacks, and for nothing
//! else: models are trained without it.

pub mod bounds;
mod car;
mod doubts;
mod listed;
mod note;
mod price;
mod query;
mod quoter;
mod source;
#[cfg(all(test, feature = "train"))]
mod tests;

pub use note::{Field, Reason, ReasonCode, Warning, WarningCode, unknown_make};
pub use price::{Price, Range};
pub use query::{CarQuery, Ignored};
pub use quoter::{Change, Quote, Quoter};
pub use source::{DEFAULT_SOURCE, default_source};
