//! Gradient-boosted trees, the one module that knows hessboost.
//!
//! hessboost is young and its own format may move, so a fitted model leaves this module as XGBoost JSON and is
//! scored by [`Trees`]: whatever library fits tomorrow's models, nothing else changes.

use hessboost::{
    data::FeatureType,
    model::ModelFormat,
    prelude::{DMatrix, Objective, RegLoss, Trainer, TrainingParams, TreeMethod},
};
use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, Array2};

use crate::{
    Error, Result,
    trees::{Trees, xgboost},
};

/// Hyper-parameters of a boosted ensemble.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostingParams {
    /// Trees.
    pub trees: usize,
    /// Deepest level of a tree.
    pub depth: usize,
    /// Learning rate, in (0, 1].
    pub eta: f64,
    /// Least sum of row weights in a leaf.
    pub min_child_weight: f64,
    /// L2 penalty on leaf outputs.
    pub lambda: f64,
    /// Share of rows that each tree sees, in (0, 1].
    pub subsample: f64,
    /// Share of columns that each tree sees, in (0, 1].
    pub colsample: f64,
    /// Seed.
    pub seed: u64,
    /// Columns whose values are codes 0, 1, … of categories, which a split parts in two sets in place of above and
    /// below.
    pub categorical: Vec<usize>,
}

impl Default for BoostingParams {
    fn default() -> Self {
        Self {
            trees: 400,
            depth: 7,
            eta: 0.06,
            min_child_weight: 5.0,
            lambda: 2.0,
            subsample: 0.8,
            colsample: 0.7,
            seed: 42,
            categorical: Vec::new(),
        }
    }
}

/// A fitted ensemble.
#[derive(Debug, Clone, PartialEq)]
pub struct Boosted {
    /// The model as XGBoost JSON.
    pub json: Vec<u8>,
    /// The same, laid out for scoring.
    pub trees: Trees,
}

/// Rows set apart to find the number of trees.
#[derive(Debug, Clone, Copy)]
pub struct Watch<'a> {
    /// Rows and targets that are not fitted on.
    pub rows: &'a DatasetBase<Array2<f32>, Array1<f32>>,
    /// Stops when the error has not fallen for this many trees.
    pub patience: std::num::NonZeroUsize,
}

impl BoostingParams {
    /// Fits until the error on the watched rows stops falling; gives the ensemble up to its best tree.
    ///
    /// # Errors
    /// [`Error::Learner`] with the message of the library.
    pub fn fit_watched(
        &self,
        dataset: &DatasetBase<Array2<f32>, Array1<f32>>,
        watch: Watch<'_>,
    ) -> Result<Boosted> {
        self.fit_with(dataset, Some(watch))
    }

    fn fit_with(
        &self,
        dataset: &DatasetBase<Array2<f32>, Array1<f32>>,
        watch: Option<Watch<'_>>,
    ) -> Result<Boosted> {
        let params = TrainingParams::builder()
            .objective(Objective::SquaredError(RegLoss::default()))
            .tree_method(TreeMethod::Hist)
            .max_depth(self.depth)
            .eta(self.eta)
            .min_child_weight(self.min_child_weight)
            .lambda(self.lambda)
            .subsample(self.subsample)
            .colsample_bytree(self.colsample)
            .seed(self.seed)
            .build()
            .map_err(learner)?;
        let matrix = matrix(dataset, &self.categorical)?;
        let watched = watch
            .map(|watch| self::matrix(watch.rows, &self.categorical))
            .transpose()?;
        let mut trainer = Trainer::new(&params, &matrix, self.trees);
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
        Ok(Boosted { json, trees })
    }
}

impl Fit<Array2<f32>, Array1<f32>, Error> for BoostingParams {
    type Object = Boosted;

    fn fit(&self, dataset: &DatasetBase<Array2<f32>, Array1<f32>>) -> Result<Boosted> {
        self.fit_with(dataset, None)
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

    fn params() -> BoostingParams {
        BoostingParams {
            trees: 60,
            depth: 3,
            eta: 0.3,
            ..BoostingParams::default()
        }
    }

    #[test]
    fn our_scorer_repeats_hessboost() {
        check_scorer(&params());
    }

    #[test]
    fn our_scorer_repeats_hessboost_on_categories() {
        check_scorer(&BoostingParams {
            categorical: vec![0, 1],
            ..params()
        });
    }

    #[test]
    fn categories_are_told_apart_at_once_whatever_their_order() {
        let rows = Array2::from_shape_fn((400, 1), |(i, _)| (i % 8) as f32);
        let targets = rows.iter().map(|code| code % 2.0).collect();
        let dataset = DatasetBase::new(rows, targets);
        let stump = BoostingParams {
            trees: 1,
            depth: 1,
            eta: 1.0,
            lambda: 0.0,
            subsample: 1.0,
            colsample: 1.0,
            ..params()
        };
        let of_sets = BoostingParams {
            categorical: vec![0],
            ..stump.clone()
        };
        let worst = |params: &BoostingParams| {
            let trees = params.fit(&dataset).expect("a fit").trees;
            let error = |code: u8| (trees.score(&[f32::from(code)]) - f32::from(code % 2)).abs();
            (0..8).map(error).fold(0.0, f32::max)
        };
        assert!(worst(&of_sets) < 1e-3, "{}", worst(&of_sets));
        assert!(worst(&stump) > 0.3, "{}", worst(&stump));
    }

    fn check_scorer(params: &BoostingParams) {
        let dataset = dataset(500);
        let boosted = params.fit(&dataset).expect("a fit");
        let model =
            hessboost::prelude::BoostedModel::decode(&boosted.json, ModelFormat::XgboostJson)
                .expect("hessboost reads its own XGBoost JSON");
        for row in dataset.records.outer_iter() {
            let row = row.to_vec();
            let wanted = model
                .predict_row(&row, hessboost::prelude::Iterations::Best)
                .expect("a prediction");
            let found = boosted.trees.score(&row);
            assert!((found - wanted).abs() < 1e-4, "{found} against {wanted}");
        }
    }

    #[test]
    fn the_best_tree_count_is_kept() {
        let (train, watched) = (dataset(300), dataset(100));
        let patience = std::num::NonZeroUsize::new(5).expect("not zero");
        let params = BoostingParams {
            trees: 500,
            ..params()
        };
        let boosted = params
            .fit_watched(
                &train,
                Watch {
                    rows: &watched,
                    patience,
                },
            )
            .expect("a fit");
        assert!(
            (1..500).contains(&boosted.trees.len()),
            "{} trees",
            boosted.trees.len()
        );
    }

    #[test]
    fn one_seed_gives_the_same_bytes() {
        let dataset = dataset(200);
        let first = params().fit(&dataset).expect("a fit");
        let second = params().fit(&dataset).expect("a fit");
        assert_eq!(first.json, second.json);
    }
}
