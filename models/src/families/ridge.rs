//! Ridge regression on sparse rows: tens of thousands of indicator columns, a few dozen set in each row.
//!
//! `linfa-linear` fits dense rows only, which at this width would be gigabytes; on 90 dense columns of 61,000 rows its
//! GLM took 150 times the CPU of this module, knew no weights and had not converged. The normal equations
//! `(XᵀWX + αI) w = XᵀWy` are solved by conjugate gradients with a Jacobi preconditioner (Saad, 2003, §9.2), without `XᵀX`.

use serde::{Deserialize, Serialize};

/// Rows of indicator-like columns in compressed form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseRows {
    /// Where each row's entries start, then their end.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    n_columns: usize,
}

impl SparseRows {
    /// No rows yet of `n_columns` columns.
    pub fn new(n_columns: usize) -> Self {
        Self {
            starts: vec![0],
            n_columns,
            ..Self::default()
        }
    }

    /// Appends a row of `(column, value)` entries; columns must be below `n_columns` and differ.
    ///
    /// # Panics
    /// When a column is out of range.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in row {
            assert!(
                (column as usize) < self.n_columns,
                "column {column} of {}",
                self.n_columns
            );
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
    }

    /// Rows.
    pub fn n_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Columns.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// The entries of one row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        let range = self.starts[row]..self.starts[row + 1];
        self.columns[range.clone()]
            .iter()
            .copied()
            .zip(self.values[range].iter().copied())
    }
}

/// A fitted ridge: `intercept + Σ weight · value`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ridge {
    /// Prediction for a row without entries.
    pub intercept: f32,
    /// One weight a column.
    pub weights: Vec<f32>,
}

impl Ridge {
    /// The prediction for one row; allocates nothing.
    pub fn score(&self, row: impl IntoIterator<Item = (u32, f32)>) -> f32 {
        row.into_iter()
            .fold(self.intercept, |sum, (column, value)| {
                sum + self.weights[column as usize] * value
            })
    }
}

#[cfg(feature = "train")]
pub use fit::RidgeParams;

#[cfg(feature = "train")]
mod fit {
    use linfa::{
        DatasetBase,
        dataset::Records,
        traits::{Fit, PredictInplace},
    };
    use ndarray::Array1;
    use rayon::prelude::*;

    use super::{Ridge, SparseRows};
    use crate::hyperparameters::{self as valid, Checked, Validate};
    use crate::{Error, Result};

    /// Rows are summed in this many blocks whatever the number of threads, so that the bits do not depend on it.
    const BLOCKS: usize = 4;

    impl Records for SparseRows {
        type Elem = f32;

        fn nsamples(&self) -> usize {
            self.n_rows()
        }

        fn nfeatures(&self) -> usize {
            self.n_columns
        }
    }

    /// Hyper-parameters of [`Ridge`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct RidgeParams {
        /// L2 penalty on the weights; the intercept bears none.
        pub alpha: f64,
        /// Stops when the residual's norm falls to this share of the right-hand side's.
        pub tolerance: f64,
        /// Each solve stops after this many steps.
        pub max_iterations: usize,
        /// After the plain solve, one more for each of these: rows whose error exceeds it weigh less in proportion
        /// (iteratively reweighted least squares for the loss of Huber 1964). In units of the target.
        pub huber: Vec<f64>,
    }

    impl Default for RidgeParams {
        fn default() -> Self {
            Self {
                alpha: 1.0,
                tolerance: 1e-4,
                max_iterations: 300,
                huber: Vec::new(),
            }
        }
    }

    impl Validate for RidgeParams {
        fn validate(&self) -> Result<()> {
            valid::RIDGE_ALPHA.check(self.alpha)?;
            valid::RIDGE_TOLERANCE.check(self.tolerance)?;
            valid::RIDGE_MAX_ITERATIONS.check(self.max_iterations as f64)?;
            let mut limits = self.huber.iter();
            limits.try_for_each(|limit| valid::RIDGE_HUBER.check(*limit))
        }
    }

    impl<'a> Fit<&'a SparseRows, Array1<f32>, Error> for Checked<RidgeParams> {
        type Object = Ridge;

        fn fit(&self, dataset: &DatasetBase<&'a SparseRows, Array1<f32>>) -> Result<Ridge> {
            let (rows, targets) = (dataset.records, &dataset.targets);
            if rows.n_rows() == 0 || rows.n_rows() != targets.len() {
                let found = format!("{} rows, {} targets", rows.n_rows(), targets.len());
                return Err(Error::parameter(
                    "rows",
                    found,
                    "as many targets as rows, at least one",
                ));
            }
            let own: Vec<f64> = match dataset.weights() {
                Some(weights) => weights.iter().map(|weight| f64::from(*weight)).collect(),
                None => vec![1.0; rows.n_rows()],
            };
            let mean = targets
                .iter()
                .zip(&own)
                .map(|(y, w)| f64::from(*y) * w)
                .sum::<f64>()
                / own.iter().sum::<f64>();
            let errors = |solution: &[f64]| -> Vec<f64> {
                (0..rows.n_rows())
                    .into_par_iter()
                    .map(|row| f64::from(targets[row]) - mean - product(rows, row, solution))
                    .collect()
            };

            // The last unknown is the intercept's departure from the mean.
            let mut solution = vec![0.0; rows.n_columns + 1];
            let mut system = System {
                rows,
                alpha: self.alpha,
                weights: own.clone(),
            };
            system.solve(
                &errors(&solution),
                &mut solution,
                self.tolerance,
                self.max_iterations,
            );
            for limit in &self.huber {
                let errors = errors(&solution);
                system.weights = own
                    .iter()
                    .zip(&errors)
                    .map(|(weight, error)| weight * (limit / error.abs()).min(1.0))
                    .collect();
                system.solve(&errors, &mut solution, self.tolerance, self.max_iterations);
            }
            let (intercept, weights) = solution.split_last().expect("the intercept stands last");
            Ok(Ridge {
                intercept: (mean + intercept) as f32,
                weights: weights.iter().map(|weight| *weight as f32).collect(),
            })
        }
    }

    /// A row's product with `vector`, whose last entry belongs to a column of ones.
    fn product(rows: &SparseRows, row: usize, vector: &[f64]) -> f64 {
        rows.row(row)
            .map(|(column, value)| f64::from(value) * vector[column as usize])
            .sum::<f64>()
            + vector[rows.n_columns]
    }

    /// `XᵀWX + αI`, with a last column of ones that bears no penalty.
    struct System<'a> {
        rows: &'a SparseRows,
        alpha: f64,
        weights: Vec<f64>,
    }

    impl System<'_> {
        /// `Σ_row weight(row) · factor(row) · x_row`.
        fn sum_rows(&self, factor: impl Fn(usize) -> f64 + Sync) -> Vec<f64> {
            let n_rows = self.rows.n_rows();
            let size = n_rows.div_ceil(BLOCKS);
            let blocks: Vec<Vec<f64>> = (0..BLOCKS)
                .into_par_iter()
                .map(|block| {
                    let mut sum = vec![0.0; self.rows.n_columns + 1];
                    for row in (block * size).min(n_rows)..((block + 1) * size).min(n_rows) {
                        if self.weights[row] == 0.0 {
                            continue;
                        }
                        let factor = self.weights[row] * factor(row);
                        for (column, value) in self.rows.row(row) {
                            sum[column as usize] += factor * f64::from(value);
                        }
                        sum[self.rows.n_columns] += factor;
                    }
                    sum
                })
                .collect();
            let mut blocks = blocks.into_iter();
            let mut total = blocks.next().unwrap_or_default();
            for block in blocks {
                for (sum, value) in total.iter_mut().zip(block) {
                    *sum += value;
                }
            }
            total
        }

        fn times(&self, vector: &[f64]) -> Vec<f64> {
            let mut result = self.sum_rows(|row| product(self.rows, row, vector));
            for (value, x) in result.iter_mut().zip(vector).take(self.rows.n_columns) {
                *value += self.alpha * x;
            }
            result
        }

        fn diagonal(&self) -> Vec<f64> {
            let mut diagonal = vec![self.alpha; self.rows.n_columns];
            for (row, weight) in self.weights.iter().enumerate() {
                for (column, value) in self.rows.row(row) {
                    diagonal[column as usize] += weight * f64::from(value) * f64::from(value);
                }
            }
            diagonal.push(self.weights.iter().sum());
            diagonal
        }

        /// Moves `solution`, whose rows' errors are `errors`, to the minimum.
        fn solve(
            &self,
            errors: &[f64],
            solution: &mut [f64],
            tolerance: f64,
            max_iterations: usize,
        ) {
            let inverse: Vec<f64> = self.diagonal().iter().map(|value| 1.0 / value).collect();
            let precondition = |residual: &[f64]| -> Vec<f64> {
                residual
                    .iter()
                    .zip(&inverse)
                    .map(|(r, inverse)| r * inverse)
                    .collect()
            };
            // The gradient at the start: the right-hand side less the system's image of the solution so far.
            let mut residual = self.sum_rows(|row| errors[row]);
            for (value, x) in residual
                .iter_mut()
                .zip(&*solution)
                .take(self.rows.n_columns)
            {
                *value -= self.alpha * x;
            }
            let mut step = precondition(&residual);
            let mut direction = step.clone();
            let mut slope = dot(&residual, &step);
            let goal = tolerance * dot(&residual, &residual).sqrt();
            for _ in 0..max_iterations {
                if dot(&residual, &residual).sqrt() <= goal {
                    break;
                }
                let image = self.times(&direction);
                let length = slope / dot(&direction, &image);
                for i in 0..solution.len() {
                    solution[i] += length * direction[i];
                    residual[i] -= length * image[i];
                }
                step = precondition(&residual);
                let next_slope = dot(&residual, &step);
                let turn = next_slope / slope;
                for (direction, step) in direction.iter_mut().zip(&step) {
                    *direction = step + turn * *direction;
                }
                slope = next_slope;
            }
        }
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    impl PredictInplace<SparseRows, Array1<f32>> for Ridge {
        fn predict_inplace(&self, rows: &SparseRows, targets: &mut Array1<f32>) {
            for (row, target) in targets.iter_mut().enumerate() {
                *target = self.score(rows.row(row));
            }
        }

        fn default_target(&self, rows: &SparseRows) -> Array1<f32> {
            Array1::zeros(rows.n_rows())
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::hyperparameters::Unchecked;

        /// Indicators of two categories of three, four and one noisy column, with weights.
        fn rows() -> (SparseRows, Array1<f32>, Array1<f32>) {
            let mut rows = SparseRows::new(8);
            let mut targets = Vec::new();
            let mut weights = Vec::new();
            for i in 0_u32..60 {
                let (a, b, x) = (i % 3, i % 4, ((i * 7) % 11) as f32 / 10.0);
                rows.push([(a, 1.0), (3 + b, 1.0), (7, x)]);
                targets.push(6.0 + a as f32 * 0.5 - b as f32 * 0.25 + 2.0 * x);
                weights.push(1.0 + (i % 2) as f32);
            }
            (rows, targets.into(), weights.into())
        }

        #[test]
        fn the_gradient_vanishes_at_the_solution() {
            let (rows, targets, weights) = rows();
            let alpha = 0.5;
            let dataset = DatasetBase::new(&rows, targets.clone()).with_weights(weights.clone());
            let params = RidgeParams {
                alpha,
                tolerance: 1e-12,
                ..RidgeParams::default()
            };
            let model = Unchecked::from(params).fit(&dataset).expect("a fit");
            let mut gradient: Vec<f64> = model
                .weights
                .iter()
                .map(|w| alpha * f64::from(*w))
                .collect();
            let mut gradient_of_intercept = 0.0;
            for row in 0..rows.n_rows() {
                let error = f64::from(weights[row] * (model.score(rows.row(row)) - targets[row]));
                for (column, value) in rows.row(row) {
                    gradient[column as usize] += error * f64::from(value);
                }
                gradient_of_intercept += error;
            }
            gradient.push(gradient_of_intercept);
            assert!(gradient.iter().all(|g| g.abs() < 1e-3), "{gradient:?}");
        }

        #[test]
        fn a_weak_penalty_recovers_a_linear_target() {
            let (rows, targets, _) = rows();
            let params = RidgeParams {
                alpha: 1e-6,
                tolerance: 1e-10,
                ..RidgeParams::default()
            };
            let dataset = DatasetBase::new(&rows, targets);
            let model = Unchecked::from(params).fit(&dataset).expect("a fit");
            for row in 0..dataset.records.n_rows() {
                let error = model.score(dataset.records.row(row)) - dataset.targets[row];
                assert!(error.abs() < 1e-3, "row {row}: {error}");
            }
        }

        #[test]
        fn a_wild_target_hardly_moves_a_robust_fit() {
            let (rows, mut targets, _) = rows();
            targets[7] += 50.0;
            let huber = vec![0.5, 0.1, 0.1, 0.1];
            let plain = RidgeParams {
                alpha: 1e-3,
                tolerance: 1e-10,
                ..RidgeParams::default()
            };
            let robust = RidgeParams {
                huber,
                ..plain.clone()
            };
            let dataset = DatasetBase::new(&rows, targets);
            let error = |params: &RidgeParams| {
                let fitted = Unchecked::from(params.clone()).fit(&dataset);
                let model = fitted.expect("a fit");
                (model.score(rows.row(0)) - dataset.targets[0]).abs()
            };
            assert!(
                error(&robust) < 0.1 * error(&plain),
                "{} {}",
                error(&robust),
                error(&plain)
            );
        }

        #[test]
        fn bad_parameters_are_named() {
            let (rows, targets, _) = rows();
            let dataset = DatasetBase::new(&rows, targets);
            for alpha in [0.0, -1.0, f64::NAN] {
                let params = RidgeParams {
                    alpha,
                    ..RidgeParams::default()
                };
                let error = Unchecked::from(params).fit(&dataset);
                let error = error.expect_err("refused").to_string();
                assert!(error.contains("alpha"), "{error}");
            }
        }
    }
}
