//! Hyper-parameters of the families.

use std::num::NonZeroUsize;

use crate::{
    Result,
    families::{boosting::BoostingParams, forest::ForestParams},
    features::encoder::FALLING_COLUMN,
    hyperparameters::{self as valid, Validate},
};

/// Hyper-parameters of every family, with the alternatives that are tried.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilyParams {
    /// Boosted trees to choose among; the number of trees is found by early stopping.
    pub boosting: Vec<BoostingParams>,
    /// Trees without progress before boosting stops.
    pub patience: NonZeroUsize,
    /// The most that boosted trees may see the ridge to be wrong by, in log price: beyond it the seller is.
    pub residual_limit: f32,
    /// Forests to choose among.
    pub forest: Vec<ForestParams>,
    /// Trees of the model of the spread.
    pub spread: BoostingParams,
}

impl FamilyParams {
    /// The defaults with one seed for every learner.
    pub fn seeded(seed: u64) -> Self {
        // More kilometres never raise a price. To bind the ridge and the year as well cost 1 % of the error and gained
        // nothing: see `docs/experiments.md`.
        let falling = vec![FALLING_COLUMN];
        let boosting = BoostingParams {
            trees: 500,
            depth: 6,
            eta: 0.04,
            min_child_weight: 4.0,
            lambda: 1.0,
            subsample: 1.0,
            colsample: 0.6,
            huber_slope: None,
            seed,
            categorical: Vec::new(),
            falling: falling.clone(),
        };
        let forest = ForestParams {
            seed,
            falling,
            ..ForestParams::default()
        };
        Self {
            boosting: vec![
                boosting.clone(),
                BoostingParams {
                    depth: 8,
                    ..boosting.clone()
                },
            ],
            patience: NonZeroUsize::new(25).unwrap_or(NonZeroUsize::MIN),
            residual_limit: 0.2,
            forest: vec![
                forest.clone(),
                ForestParams {
                    columns_a_split: 0.4,
                    ..forest
                },
            ],
            spread: BoostingParams {
                trees: 100,
                depth: 5,
                eta: 0.06,
                min_child_weight: 8.0,
                falling: Vec::new(),
                ..boosting
            },
        }
    }
}

impl Validate for FamilyParams {
    fn validate(&self) -> Result<()> {
        valid::check_some("boosting", &self.boosting)?;
        self.boosting.iter().try_for_each(Validate::validate)?;
        valid::BOOSTING_PATIENCE.check(self.patience.get() as f64)?;
        valid::BOOSTING_RESIDUAL_LIMIT.check(f64::from(self.residual_limit))?;
        valid::check_some("forest", &self.forest)?;
        self.forest.iter().try_for_each(Validate::validate)?;
        self.spread.validate()
    }
}
