//! What a model says about one car: an estimate, ranges, and how well it knows such cars.

use serde::{Deserialize, Serialize};

/// What a model says about one car. Amounts are whole units of the model's currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Valuation {
    /// Point estimate of the asking price.
    pub price: f64,
    /// One range a calibrated level, in ascending order of level, each holding the one before.
    pub intervals: [Interval; LEVELS.len()],
    /// How well the training rows cover this car.
    pub ground: Ground,
}

/// Levels at which ranges are calibrated.
pub const LEVELS: [f64; 3] = [0.5, 0.8, 0.9];

/// A calibrated range for the price of one car.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Nominal level, one of [`LEVELS`].
    pub level: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Share of held-out cars, never fitted on nor calibrated on, whose price fell inside such a range.
    pub measured_coverage: f64,
    /// Number of those cars.
    pub n: u32,
}

/// How much the training rows know about a car, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Make and model were seen in training.
    KnownModel,
    /// Only the make was: the range is widened.
    KnownMake,
    /// Not even the make: the estimate has no ground.
    Unknown,
}
