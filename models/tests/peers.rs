//! Our ridge and forest on dense data, beside implementations of others: linfa-linear's least squares and GLM, and
//! smartcore's random forest. Ours must agree with them, or be more accurate.

#![cfg(feature = "train")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use linfa::{Dataset, DatasetBase, prelude::*};
use linfa_linear::{LinearRegression, TweedieRegressor};
use models::{
    families::{
        forest::ForestParams,
        ridge::{Ridge, RidgeParams, SparseRows},
    },
    hyperparameters::Unchecked,
};
use ndarray::{Array1, Array2, Axis};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smartcore::{
    ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters},
    linalg::basic::matrix::DenseMatrix,
};

/// Rows of numbers, and a target for each.
struct Data {
    rows: Array2<f64>,
    targets: Array1<f64>,
}

/// The sum of twelve uniform draws, less its mean: close to a standard normal one.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0
}

/// Columns of different scales, some of them correlated, and a noisy linear target.
fn linear() -> Data {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut rows = Array2::zeros((400, 8));
    let mut targets = Array1::zeros(400);
    for (mut row, target) in rows.axis_iter_mut(Axis(0)).zip(&mut targets) {
        let shared = normal(&mut random);
        for (column, value) in row.iter_mut().enumerate() {
            *value = normal(&mut random) * (1.0 + column as f64) + 2.0 * shared;
        }
        let slopes = row.iter().zip([1.5, -0.5, 0.0, 0.25, 2.0, -1.0, 0.1, 0.7]);
        let sum: f64 = slopes.map(|(value, slope)| value * slope).sum();
        *target = 20.0 + sum + normal(&mut random);
    }
    Data { rows, targets }
}

/// The first of Friedman's problems (1991, *Annals of Statistics* 19): ten uniform columns, five of which count.
fn friedman(n_rows: usize, seed: u64) -> Data {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let rows = Array2::from_shape_simple_fn((n_rows, 10), || random.random::<f64>());
    let mut random = ChaCha8Rng::seed_from_u64(seed + 1);
    let targets = rows.outer_iter().map(|x| {
        let wave = 10.0 * (std::f64::consts::PI * x[0] * x[1]).sin();
        wave + 20.0 * (x[2] - 0.5).powi(2) + 10.0 * x[3] + 5.0 * x[4] + normal(&mut random)
    });
    Data {
        targets: targets.collect(),
        rows,
    }
}

fn ridge(data: &Data, alpha: f64) -> Ridge {
    let mut rows = SparseRows::new(data.rows.ncols());
    for row in data.rows.outer_iter() {
        rows.push((0_u32..).zip(row.iter().map(|value| *value as f32)));
    }
    let targets = data.targets.mapv(|value| value as f32);
    let params = RidgeParams {
        alpha,
        tolerance: 1e-8,
        ..RidgeParams::default()
    };
    let dataset = DatasetBase::new(&rows, targets);
    Unchecked::from(params).fit(&dataset).unwrap()
}

fn scores(ridge: &Ridge, data: &Data) -> Array1<f64> {
    let rows = data.rows.outer_iter();
    rows.map(|row| {
        let row = (0_u32..).zip(row.iter().map(|value| *value as f32));
        f64::from(ridge.score(row))
    })
    .collect()
}

/// Largest distance between two predictions, in standard deviations of the targets.
fn distance(data: &Data, a: &Array1<f64>, b: &Array1<f64>) -> f64 {
    let largest = (a - b).fold(0.0_f64, |largest, d| largest.max(d.abs()));
    largest / data.targets.std(0.0)
}

fn mean_absolute_error(data: &Data, predicted: &Array1<f64>) -> f64 {
    (predicted - &data.targets).mapv(f64::abs).mean().unwrap()
}

#[test]
fn a_ridge_without_penalty_predicts_as_least_squares_does() {
    let data = linear();
    let dataset = Dataset::new(data.rows.clone(), data.targets.clone());
    let theirs = LinearRegression::new().fit(&dataset).unwrap();
    let ours = scores(&ridge(&data, 1e-6), &data);
    let distance = distance(&data, &ours, &theirs.predict(&data.rows));
    assert!(distance < 1e-4, "{distance} standard deviations");
}

#[test]
fn a_ridge_predicts_as_a_generalised_linear_model_of_the_same_penalty() {
    let data = linear();
    let dataset = Dataset::new(data.rows.clone(), data.targets.clone());
    for alpha in [1.0, 100.0] {
        let theirs = TweedieRegressor::params()
            .power(0.0)
            .alpha(alpha)
            .max_iter(1000)
            .tol(1e-8)
            .fit(&dataset)
            .unwrap();
        let ours = scores(&ridge(&data, alpha), &data);
        let distance = distance(&data, &ours, &theirs.predict(&data.rows));
        assert!(
            distance < 1e-3,
            "penalty {alpha}: {distance} standard deviations"
        );
    }
}

#[test]
fn a_forest_is_as_accurate_as_one_that_looks_at_every_cut() {
    let (train, test) = (friedman(1_000, 3), friedman(500, 5));
    let (trees, columns, leaf) = (100, 6, 2);
    let ours = {
        let params = ForestParams {
            trees,
            columns_a_split: columns as f64 / 10.0,
            min_leaf_weight: f64::from(leaf),
            ..ForestParams::default()
        };
        let rows = train.rows.mapv(|value| value as f32);
        let dataset = DatasetBase::new(rows, train.targets.mapv(|value| value as f32));
        let forest = Unchecked::from(params).fit(&dataset).unwrap();
        let score = |row: ndarray::ArrayView1<f64>| {
            let row: Vec<f32> = row.iter().map(|value| *value as f32).collect();
            f64::from(forest.score(&row))
        };
        test.rows.outer_iter().map(score).collect()
    };
    let theirs = {
        let matrix = |data: &Data| {
            let rows: Vec<Vec<f64>> = data.rows.outer_iter().map(|row| row.to_vec()).collect();
            DenseMatrix::from_2d_vec(&rows).unwrap()
        };
        let parameters = RandomForestRegressorParameters::default()
            .with_n_trees(trees)
            .with_m(columns)
            .with_min_samples_leaf(leaf as usize)
            .with_seed(7);
        let targets = train.targets.to_vec();
        let forest = RandomForestRegressor::fit(&matrix(&train), &targets, parameters).unwrap();
        Array1::from(forest.predict(&matrix(&test)).unwrap())
    };
    let (ours, theirs) = (
        mean_absolute_error(&test, &ours),
        mean_absolute_error(&test, &theirs),
    );
    assert!(ours <= 1.02 * theirs, "ours {ours}, smartcore's {theirs}");
}
