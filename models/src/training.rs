//! From training rows to fitted models: the ridge first, then the families that build on it, then their ranges.
//!
//! Every number that one stage hands to the next for a training row comes from a model that never saw the row's
//! group: its seller and its car. So a stage learns how wrong the one before is on cars that it does not know.

mod blend;
mod design;
mod family;
mod learner;
mod params;
mod ranges;
mod ridge_stage;

pub use blend::{Blended, blend};
pub use design::{Design, DesignParams};
pub use family::{Candidate, Member, Point, fit_family};
pub use params::FamilyParams;
pub use ridge_stage::{RidgeStage, RidgeStageParams};

#[cfg(test)]
mod tests;
