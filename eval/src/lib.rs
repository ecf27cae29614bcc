//! Scores on slices of numbers: how far prices are off, whether ranges hold what they promise, and both by segment.
//!
//! - [`metrics`]: [`PriceScores`], every score of point estimates in one pass
//! - [`coverage`]: [`Coverage`] and width of [`Ranges`] at a level
//! - [`segments`]: either of them by [`Segments`], small ones folded together
//! - [`bands`]: keys for segments: quantile [`Bands`], [`AgeBand`]
//! - [`error`]: what cannot be scored
//!
//! No score is ever silently `NaN`: what is undefined is an [`Error`] that names the row and the value, or a `None`.

pub mod bands;
mod check;
pub mod coverage;
pub mod error;
pub mod metrics;
pub mod segments;

pub use bands::{AgeBand, Band, Bands};
pub use coverage::{Coverage, Ranges};
pub use error::{Error, Result};
pub use metrics::PriceScores;
pub use segments::{SegmentScores, Segments};
