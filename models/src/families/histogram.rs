//! Trees grown on histograms of binned columns, the one module that knows hessboost.
//!
//! hessboost is young and its own format may move, so what it grows leaves this module as XGBoost JSON and is
//! scored by [`Trees`]: whatever library fits tomorrow's models, nothing else changes.

use hessboost::{
    config::Monotone,
    data::FeatureType,
    model::ModelFormat,
    objective::PseudoHuber,
    prelude::{DMatrix, Objective, RegLoss, Trainer, TrainingParams, TreeMethod},
};
use linfa::DatasetBase;
use ndarray::{Array1, Array2};

use crate::{
    Error, Result,
    trees::{Trees, xgboost},
};

/// What boosting and forests have in common, and where they differ.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth<'a> {
    /// Rounds, each on what the rounds before it left.
    pub(super) rounds: usize,
    /// Trees grown side by side in a round, whose mean counts.
    pub(super) trees_a_round: usize,
    /// Deepest level of a tree.
    pub(super) depth: usize,
    /// Learning rate.
    pub(super) eta: f64,
    /// Least sum of row weights in a leaf.
    pub(super) min_child_weight: f64,
    /// L2 penalty on leaf outputs.
    pub(super) lambda: f64,
    /// Share of rows that each tree sees.
    pub(super) subsample: f64,
    /// Share of columns that each tree sees.
    pub(super) colsample_a_tree: f64,
    /// Share of those that each split sees.
    pub(super) colsample_a_split: f64,
    /// Errors beyond it count in proportion rather than squared; none: all are squared.
    pub(super) huber_slope: Option<f64>,
    /// Seed.
    pub(super) seed: u64,
    /// Columns that hold codes of categories.
    pub(super) categorical: &'a [usize],
    /// Columns along which no output rises.
    pub(super) falling: &'a [usize],
    /// Least gain of a split where a column is bound, above 0: a split between two leaves at the same bound gains nothing, and
    /// hessboost 0.4.6 ends in a panic where rounding makes it gain a little.
    pub(super) least_gain: f64,
}

/// A grown ensemble.
#[derive(Debug, Clone, PartialEq)]
pub struct Grown {
    /// The model as XGBoost JSON.
    pub json: Vec<u8>,
    /// The same, laid out for scoring.
    pub trees: Trees,
}

/// Rows set apart to find the number of rounds.
#[derive(Debug, Clone, Copy)]
pub struct Watch<'a> {
    /// Rows and targets that are not fitted on.
    pub rows: &'a DatasetBase<Array2<f32>, Array1<f32>>,
    /// Stops when the error has not fallen for this many rounds.
    pub patience: std::num::NonZeroUsize,
}

impl Growth<'_> {
    /// Grows an ensemble; of a watched one, the rounds up to the best.
    pub(super) fn grow(
        &self,
        dataset: &DatasetBase<Array2<f32>, Array1<f32>>,
        watch: Option<Watch<'_>>,
    ) -> Result<Grown> {
        let params = TrainingParams::builder()
            .objective(self.objective()?)
            .tree_method(TreeMethod::Hist)
            .num_parallel_tree(self.trees_a_round)
            .max_depth(self.depth)
            .eta(self.eta)
            .min_child_weight(self.min_child_weight)
            .lambda(self.lambda)
            .subsample(self.subsample)
            .colsample_bytree(self.colsample_a_tree)
            .colsample_bynode(self.colsample_a_split)
            .seed(self.seed)
            .monotone_constraints(self.constraints(dataset.records.ncols()))
            .gamma(if self.falling.is_empty() {
                0.0
            } else {
                self.least_gain
            })
            .build()
            .map_err(learner)?;
        let matrix = matrix(dataset, self.categorical)?;
        let watched = watch
            .map(|watch| self::matrix(watch.rows, self.categorical))
            .transpose()?;
        let mut trainer = Trainer::new(&params, &matrix, self.rounds);
        if let (Some(watch), Some(watched)) = (watch, &watched) {
            trainer = trainer
                .eval(watched, "watched")
                .early_stopping_rounds(watch.patience);
        }
        let model = trainer.train().map_err(learner)?.model;
        let model = match model.best_iteration() {
            Some(best) => model.slice(..=best, 1).map_err(learner)?,
            None => model,
        };
        let json = model.encode(ModelFormat::XgboostJson).map_err(learner)?;
        let trees = xgboost::parse(&json).map_err(learner)?;
        Ok(Grown { json, trees })
    }

    /// One entry a column; empty where none is bound.
    fn constraints(&self, n_columns: usize) -> Vec<Monotone> {
        if self.falling.is_empty() {
            return Vec::new();
        }
        let mut constraints = vec![Monotone::None; n_columns];
        for column in self.falling {
            constraints[*column] = Monotone::Decreasing;
        }
        constraints
    }

    fn objective(&self) -> Result<Objective> {
        Ok(match self.huber_slope {
            Some(slope) => Objective::PseudoHuber(PseudoHuber::new(slope).map_err(learner)?),
            None => Objective::SquaredError(RegLoss::default()),
        })
    }
}

fn matrix(
    dataset: &DatasetBase<Array2<f32>, Array1<f32>>,
    categorical: &[usize],
) -> Result<DMatrix> {
    let (n_rows, n_columns) = dataset.records.dim();
    let values: Vec<f32> = dataset.records.iter().copied().collect();
    let labels: Vec<f32> = dataset.targets.to_vec();
    let matrix = DMatrix::from_dense_vec(values, n_rows, n_columns)
        .and_then(|matrix| matrix.with_labels(&labels))
        .map_err(learner)?;
    let matrix = if categorical.is_empty() {
        matrix
    } else {
        let types: Vec<FeatureType> = (0..n_columns)
            .map(|column| {
                if categorical.contains(&column) {
                    FeatureType::Categorical
                } else {
                    FeatureType::Numerical
                }
            })
            .collect();
        matrix.with_feature_types(&types).map_err(learner)?
    };
    match dataset.weights() {
        Some(weights) => matrix.with_weights(weights).map_err(learner),
        None => Ok(matrix),
    }
}

fn learner(error: impl std::fmt::Display) -> Error {
    Error::Learner {
        learner: "hessboost",
        detail: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOSTED: Growth<'_> = Growth {
        rounds: 60,
        trees_a_round: 1,
        depth: 3,
        eta: 0.3,
        min_child_weight: 5.0,
        lambda: 2.0,
        subsample: 0.8,
        colsample_a_tree: 0.7,
        colsample_a_split: 1.0,
        huber_slope: None,
        seed: 42,
        categorical: &[],
        falling: &[],
        least_gain: 1e-4,
    };

    fn dataset(n: usize) -> DatasetBase<Array2<f32>, Array1<f32>> {
        let rows = Array2::from_shape_fn((n, 2), |(i, j)| match j {
            0 => (i % 13) as f32,
            _ if i % 7 == 0 => f32::NAN,
            _ => (i % 5) as f32,
        });
        let targets = rows
            .outer_iter()
            .map(|row| row[0] + if row[1].is_nan() { 9.0 } else { row[1] });
        DatasetBase::new(rows.clone(), targets.collect())
    }

    #[test]
    fn our_scorer_repeats_boosted_trees() {
        check_scorer(BOOSTED);
    }

    #[test]
    fn our_scorer_repeats_trees_of_the_pseudo_huber_loss() {
        check_scorer(Growth {
            huber_slope: Some(0.5),
            ..BOOSTED
        });
    }

    #[test]
    fn our_scorer_repeats_trees_on_categories() {
        check_scorer(Growth {
            categorical: &[0, 1],
            ..BOOSTED
        });
    }

    #[test]
    fn our_scorer_repeats_parallel_trees() {
        check_scorer(Growth {
            rounds: 1,
            trees_a_round: 20,
            depth: 8,
            eta: 1.0,
            lambda: 0.0,
            ..BOOSTED
        });
    }

    #[test]
    fn a_bound_column_only_falls() {
        let dataset = dataset(500);
        let bound = Growth {
            falling: &[0],
            ..BOOSTED
        };
        // Free trees follow the targets, which rise with the column.
        let at = |growth: Growth<'_>, value: f32| {
            let trees = growth.grow(&dataset, None).expect("a fit").trees;
            trees.score(&[value, 2.0])
        };
        assert!(at(BOOSTED, 12.0) > at(BOOSTED, 0.0) + 5.0);
        for value in 0..12 {
            let value = value as f32;
            assert!(at(bound, value + 1.0) <= at(bound, value), "{value}");
        }
    }

    fn check_scorer(growth: Growth<'_>) {
        let dataset = dataset(500);
        let grown = growth.grow(&dataset, None).expect("a fit");
        assert_eq!(grown.trees.len(), growth.rounds * growth.trees_a_round);
        let model = hessboost::prelude::BoostedModel::decode(&grown.json, ModelFormat::XgboostJson)
            .expect("hessboost reads its own XGBoost JSON");
        for row in dataset.records.outer_iter() {
            let row = row.to_vec();
            let wanted = model
                .predict_row(&row, hessboost::prelude::Iterations::Best)
                .expect("a prediction");
            let found = grown.trees.score(&row);
            assert!((found - wanted).abs() < 1e-4, "{found} against {wanted}");
        }
    }
}
