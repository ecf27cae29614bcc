//! Scores: how far prices are off, whether ranges hold what they promise, whether answers are found, whether data have
//! moved; by segment, with intervals, beside a champion, and held against gates.
//!
//! Everything below `command` works on slices of numbers and needs nobody's types; `trainer` uses it so.
//!
//! - [`metrics`], [`ratio`], [`coverage`], [`ranking`]: every score of point estimates, of vertical equity, of ranges, of
//!   ranked lists
//! - [`segments`], [`bands`]: rows told apart, small segments folded together
//! - [`bootstrap`]: seeded intervals, by row or by seller
//! - [`predictions`], [`price`]: a table of predictions, scored and compared
//! - [`scores`], [`sheet`]: what scores are called, and the form that files hold them in
//! - [`gate`]: bounds that a sheet has to keep
//! - [`drift`]: how far a feature moved
//! - [`error`]: what cannot be scored
//!
//! With the feature `cli` come the program `evaluate` (`command`) and what it reads and writes.
//!
//! No score is ever silently `NaN`: what is undefined is an [`Error`] that names the row and the value, or a `None`.

pub mod bands;
pub mod bootstrap;
mod check;
#[cfg(feature = "cli")]
pub mod command;
pub mod coverage;
pub mod drift;
pub mod error;
#[cfg(feature = "cli")]
pub mod faq;
pub mod gate;
#[cfg(feature = "cli")]
pub mod load;
pub mod metrics;
pub mod predictions;
pub mod price;
pub mod ranking;
pub mod ratio;
#[cfg(feature = "cli")]
pub mod report;
pub mod scores;
pub mod segments;
pub mod sheet;

pub use bands::{AgeBand, Band, Bands};
pub use coverage::{Coverage, Ranges};
pub use error::{Error, Result};
pub use metrics::PriceScores;
pub use predictions::Predictions;
pub use ranking::QueryScores;
pub use ratio::RatioScores;
pub use segments::{SegmentScores, Segments};
pub use sheet::Sheet;
