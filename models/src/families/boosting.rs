//! Gradient-boosted trees.

use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, Array2};

use super::histogram::{Grown, Growth, Watch};
use crate::hyperparameters::{self as valid, Checked, Validate};
use crate::{Error, Result};

/// Least gain of a split where columns are bound: more than rounding, less than any split that is worth a leaf.
const LEAST_GAIN: f64 = 1e-4;

/// Hyper-parameters of a boosted ensemble.
#[derive(Debug, Clone, PartialEq)]
pub struct BoostingParams {
    /// Trees.
    pub trees: usize,
    /// Deepest level of a tree.
    pub depth: usize,
    /// Learning rate.
    pub eta: f64,
    /// Least sum of row weights in a leaf.
    pub min_child_weight: f64,
    /// L2 penalty on leaf outputs.
    pub lambda: f64,
    /// Share of rows that each tree sees.
    pub subsample: f64,
    /// Share of columns that each tree sees.
    pub colsample: f64,
    /// Errors beyond it count in proportion rather than squared: the pseudo-Huber loss (Charbonnier et al. 1997, *IEEE
    /// Transactions on Image Processing* 6) in place of the squared one. `min_child_weight` then weighs a row the less the
    /// greater its error is.
    pub huber_slope: Option<f64>,
    /// Seed.
    pub seed: u64,
    /// Columns whose values are codes 0, 1, … of categories, which a split parts in two sets in place of above and
    /// below.
    pub categorical: Vec<usize>,
    /// Columns along which no output rises.
    pub falling: Vec<usize>,
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
            huber_slope: None,
            seed: 42,
            categorical: Vec::new(),
            falling: Vec::new(),
        }
    }
}

impl Validate for BoostingParams {
    fn validate(&self) -> Result<()> {
        valid::BOOSTING_TREES.check(self.trees as f64)?;
        valid::BOOSTING_DEPTH.check(self.depth as f64)?;
        valid::BOOSTING_ETA.check(self.eta)?;
        valid::BOOSTING_MIN_CHILD_WEIGHT.check(self.min_child_weight)?;
        valid::BOOSTING_LAMBDA.check(self.lambda)?;
        valid::BOOSTING_SUBSAMPLE.check(self.subsample)?;
        valid::BOOSTING_COLSAMPLE.check(self.colsample)?;
        let mut slope = self.huber_slope.iter();
        slope.try_for_each(|slope| valid::BOOSTING_HUBER_SLOPE.check(*slope))
    }
}

impl Checked<BoostingParams> {
    /// Fits until the error on the watched rows stops falling; gives the ensemble up to its best tree.
    ///
    /// # Errors
    /// [`Error::Learner`] with the message of the library.
    pub fn fit_watched(
        &self,
        dataset: &DatasetBase<Array2<f32>, Array1<f32>>,
        watch: Watch<'_>,
    ) -> Result<Grown> {
        self.growth().grow(dataset, Some(watch))
    }

    fn growth(&self) -> Growth<'_> {
        Growth {
            rounds: self.trees,
            trees_a_round: 1,
            depth: self.depth,
            eta: self.eta,
            min_child_weight: self.min_child_weight,
            lambda: self.lambda,
            subsample: self.subsample,
            colsample_a_tree: self.colsample,
            colsample_a_split: 1.0,
            huber_slope: self.huber_slope,
            seed: self.seed,
            categorical: &self.categorical,
            falling: &self.falling,
            least_gain: LEAST_GAIN,
        }
    }
}

impl Fit<Array2<f32>, Array1<f32>, Error> for Checked<BoostingParams> {
    type Object = Grown;

    fn fit(&self, dataset: &DatasetBase<Array2<f32>, Array1<f32>>) -> Result<Grown> {
        self.growth().grow(dataset, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hyperparameters::Unchecked;

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
            let trees = Unchecked::from(params.clone())
                .fit(&dataset)
                .expect("a fit")
                .trees;
            let error = |code: u8| (trees.score(&[f32::from(code)]) - f32::from(code % 2)).abs();
            (0..8).map(error).fold(0.0, f32::max)
        };
        assert!(worst(&of_sets) < 1e-3, "{}", worst(&of_sets));
        assert!(worst(&stump) > 0.3, "{}", worst(&stump));
    }

    #[test]
    fn wild_rows_move_a_pseudo_huber_fit_less() {
        let rows = Array2::zeros((100, 1));
        let targets = (0..100).map(|i| if i % 10 == 0 { 50.0 } else { 1.0 });
        let dataset = DatasetBase::new(rows, targets.collect());
        let fitted = |huber_slope| {
            let params = BoostingParams {
                min_child_weight: 0.0,
                subsample: 1.0,
                colsample: 1.0,
                huber_slope,
                ..params()
            };
            let fitted = Unchecked::from(params).fit(&dataset);
            fitted.expect("a fit").trees.score(&[0.0])
        };
        let (squared, robust) = (fitted(None), fitted(Some(0.5)));
        assert!((squared - 5.9).abs() < 0.1, "the mean: {squared}");
        assert!((robust - 1.0).abs() < 0.3, "near the median: {robust}");
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
            .checked()
            .expect("valid")
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
        let params = params().checked().expect("valid");
        let first = params.fit(&dataset).expect("a fit");
        let second = params.fit(&dataset).expect("a fit");
        assert_eq!(first.json, second.json);
    }

    #[test]
    fn values_out_of_range_are_not_fitted() {
        let params = BoostingParams {
            eta: 2.0,
            ..params()
        };
        let error = Unchecked::from(params).fit(&dataset(10));
        let error = error.expect_err("refused").to_string();
        assert_eq!(error, "`boosting.eta` is 2; valid: 0.0001..=1");
    }
}
