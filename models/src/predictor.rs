//! A fitted family, as far as scoring goes: from an encoded car to the logarithm of its price.

use std::collections::BTreeMap;

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
    /// Several of the above.
    Blend(Blend),
}

/// A weighted mean of predictors, in log price.
#[derive(Debug, Clone, PartialEq)]
pub struct Blend {
    /// Weights, at least 0 and 1 in all, and what they weigh.
    pub members: Vec<(f32, Predictor)>,
}

impl Blend {
    /// The weights by family.
    pub fn weights(&self) -> BTreeMap<Family, f32> {
        let members = self.members.iter();
        members
            .map(|(weight, predictor)| (predictor.family(), *weight))
            .collect()
    }
}

impl Predictor {
    /// Natural logarithm of the price of an encoded car.
    pub fn ln_price(&self, dense: &[f32; COLUMNS.len()], ridge: RidgeOutput) -> f32 {
        match self {
            Self::Baseline(medians) => medians.score(dense),
            Self::Ridge => ridge.ln_price,
            Self::RandomForest(trees) => trees.score(dense),
            Self::GradientBoosting(trees) => ridge.ln_price + trees.score(dense),
            Self::Blend(blend) => {
                let members = blend.members.iter();
                members
                    .map(|(weight, own)| weight * own.ln_price(dense, ridge))
                    .sum()
            }
        }
    }

    /// The family.
    pub fn family(&self) -> Family {
        match self {
            Self::Baseline(_) => Family::Baseline,
            Self::Ridge => Family::Ridge,
            Self::RandomForest(_) => Family::RandomForest,
            Self::GradientBoosting(_) => Family::GradientBoosting,
            Self::Blend(_) => Family::Blend,
        }
    }
}
