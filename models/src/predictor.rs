//! A fitted family, as far as scoring goes: from an encoded car to the logarithm of its price.

use crate::{
    Family,
    families::baseline::Medians,
    features::encoder::{COLUMNS, RidgeOutput},
    trees::Trees,
};

/// One of the families, fitted.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictor {
    /// Median of make, model and year.
    Baseline(Medians),
    /// The ridge of the encoder, as it is.
    Ridge,
    /// Trees that predict the logarithm of the price.
    RandomForest(Trees),
    /// Trees that correct the ridge.
    GradientBoosting(Trees),
}

impl Predictor {
    /// Natural logarithm of the price of an encoded car.
    pub fn ln_price(&self, dense: &[f32; COLUMNS.len()], ridge: RidgeOutput) -> f32 {
        match self {
            Self::Baseline(medians) => medians.score(dense),
            Self::Ridge => ridge.ln_price,
            Self::RandomForest(trees) => trees.score(dense),
            Self::GradientBoosting(trees) => ridge.ln_price + trees.score(dense),
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        match self {
            Self::Baseline(_) => Family::Baseline,
            Self::Ridge => Family::Ridge,
            Self::RandomForest(_) => Family::RandomForest,
            Self::GradientBoosting(_) => Family::GradientBoosting,
        }
    }
}
