//! Random forest: smartcore grows the trees, our flat layout scores them.
//!
//! smartcore's forest fits on one thread and walks boxed nodes, so several small forests are grown side by side and
//! flattened; a node of the result takes 12 bytes in memory and 6 on disk.

use linfa::{
    DatasetBase,
    traits::{Fit, PredictInplace},
};
use ndarray::{Array1, Array2, ArrayBase, Axis, Data, Ix2};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use smartcore::{
    ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters},
    linalg::basic::{arrays::Array as _, matrix::DenseMatrix},
};

use crate::{
    Error, Result,
    trees::{Branch, Test, Trees},
};

/// What a missing value is worth to a forest, whose splits know no missing direction: less than any column holds.
const MISSING: f32 = -1e6;

/// Trees that one task grows.
const TREES_A_TASK: usize = 10;

/// Hyper-parameters of a forest.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestParams {
    /// Trees; rounded up to a multiple of ten.
    pub trees: usize,
    /// Columns tried at each split.
    pub columns_a_split: usize,
    /// Fewest rows in a leaf.
    pub min_rows_a_leaf: usize,
    /// Seed.
    pub seed: u64,
}

impl Default for ForestParams {
    fn default() -> Self {
        Self {
            trees: 100,
            columns_a_split: 5,
            min_rows_a_leaf: 2,
            seed: 42,
        }
    }
}

impl Fit<Array2<f32>, Array1<f32>, Error> for ForestParams {
    type Object = Trees;

    fn fit(&self, dataset: &DatasetBase<Array2<f32>, Array1<f32>>) -> Result<Trees> {
        let (n_rows, n_columns) = dataset.records.dim();
        if n_rows < 2 || n_rows != dataset.targets.len() {
            let found = format!("{n_rows} rows, {} targets", dataset.targets.len());
            return Err(Error::parameter(
                "rows",
                found,
                "as many targets as rows, at least two",
            ));
        }
        if !(1..=n_columns).contains(&self.columns_a_split) {
            let valid = "1 to the number of columns";
            return Err(Error::parameter(
                "columns_a_split",
                self.columns_a_split,
                valid,
            ));
        }
        let values: Vec<f32> = dataset
            .records
            .iter()
            .map(|value| if value.is_nan() { MISSING } else { *value })
            .collect();
        let rows = DenseMatrix::new(n_rows, n_columns, values, false).map_err(learner)?;
        let targets: Vec<f64> = dataset
            .targets
            .iter()
            .map(|target| f64::from(*target))
            .collect();
        let tasks = self.trees.div_ceil(TREES_A_TASK).max(1);
        let scale = 1.0 / (tasks * TREES_A_TASK) as f64;
        let grown: Vec<Vec<Vec<Branch>>> = (0..tasks)
            .into_par_iter()
            .map(|task| {
                let parameters = RandomForestRegressorParameters::default()
                    .with_n_trees(TREES_A_TASK)
                    .with_m(self.columns_a_split)
                    .with_min_samples_leaf(self.min_rows_a_leaf)
                    // smartcore seeds tree t of a forest with seed + t.
                    .with_seed(self.seed.wrapping_add((task * TREES_A_TASK) as u64));
                let forest =
                    RandomForestRegressor::fit(&rows, &targets, parameters).map_err(learner)?;
                let flat = flatten(&forest, scale)?;
                check_against_smartcore(&forest, &flat, &rows, scale)?;
                Ok(flat)
            })
            .collect::<Result<_>>()?;
        let trees: Vec<Vec<Branch>> = grown.into_iter().flatten().collect();
        Trees::build(&trees, 0.0, n_columns).map_err(|error| Error::Learner {
            learner: "smartcore",
            detail: error.to_string(),
        })
    }
}

type Forest = RandomForestRegressor<f32, f64, DenseMatrix<f32>, Vec<f64>>;

/// smartcore keeps its nodes private. They are read through its serialized form, whose order of fields the mirror
/// types below repeat; [`check_against_smartcore`] refuses a fit whose mirror has drifted.
fn flatten(forest: &Forest, scale: f64) -> Result<Vec<Vec<Branch>>> {
    let bytes = postcard::to_stdvec(forest).map_err(learner)?;
    let mirror: MirrorForest = postcard::from_bytes(&bytes).map_err(learner)?;
    let trees = mirror
        .forest
        .and_then(|forest| forest.trees)
        .unwrap_or_default();
    Ok(trees
        .into_iter()
        .map(|tree| {
            tree.nodes
                .into_iter()
                .map(|node| node.branch(scale))
                .collect()
        })
        .collect())
}

fn check_against_smartcore(
    forest: &Forest,
    flat: &[Vec<Branch>],
    rows: &DenseMatrix<f32>,
    scale: f64,
) -> Result<()> {
    let (n_rows, n_columns) = rows.shape();
    let sample: Vec<Vec<f32>> = (0..n_rows)
        .step_by((n_rows / 50).max(1))
        .map(|row| {
            (0..n_columns)
                .map(|column| *rows.get((row, column)))
                .collect()
        })
        .collect();
    let wanted = forest
        .predict(&DenseMatrix::from_2d_vec(&sample).map_err(learner)?)
        .map_err(learner)?;
    let trees = Trees::build(flat, 0.0, n_columns).map_err(learner)?;
    for (row, wanted) in sample.iter().zip(wanted) {
        let found = f64::from(trees.score(row)) / (scale * flat.len() as f64);
        if (found - wanted).abs() > 1e-3 * wanted.abs().max(1.0) {
            let detail = format!("a flattened forest gives {found} where smartcore gives {wanted}");
            return Err(Error::Learner {
                learner: "smartcore",
                detail,
            });
        }
    }
    Ok(())
}

fn learner(error: impl std::fmt::Display) -> Error {
    Error::Learner {
        learner: "smartcore",
        detail: error.to_string(),
    }
}

#[derive(Deserialize)]
struct MirrorForest {
    forest: Option<MirrorTrees>,
}

#[derive(Deserialize)]
struct MirrorTrees {
    trees: Option<Vec<MirrorTree>>,
    _num_features: Option<u64>,
    _samples: Option<Vec<Vec<bool>>>,
}

#[derive(Deserialize)]
struct MirrorTree {
    nodes: Vec<MirrorNode>,
    _parameters: Option<MirrorParameters>,
    _depth: u16,
    _root_mass: f64,
}

#[derive(Deserialize, Serialize)]
struct MirrorParameters {
    max_depth: Option<u16>,
    min_samples_leaf: u64,
    min_samples_split: u64,
    seed: Option<u64>,
    splitter: MirrorSplitter,
}

#[derive(Deserialize, Serialize)]
enum MirrorSplitter {
    Random,
    Best,
}

#[derive(Deserialize)]
struct MirrorNode {
    output: f64,
    split_feature: u64,
    split_value: Option<f64>,
    _split_score: Option<f64>,
    true_child: Option<u64>,
    false_child: Option<u64>,
}

impl MirrorNode {
    /// smartcore sends `x <= split_value` to the true child; ours sends `x < threshold` to the left.
    fn branch(self, scale: f64) -> Branch {
        let (Some(split), Some(left), Some(right)) =
            (self.split_value, self.true_child, self.false_child)
        else {
            return Branch::Leaf((self.output * scale) as f32);
        };
        let nearest = split as f32;
        let below = if f64::from(nearest) > split {
            nearest.next_down()
        } else {
            nearest
        };
        Branch::Split {
            feature: self.split_feature as u16,
            test: Test::Below(below.next_up()),
            missing_right: MISSING > below,
            children: (left as usize, right as usize),
        }
    }
}

impl<D: Data<Elem = f32>> PredictInplace<ArrayBase<D, Ix2>, Array1<f32>> for Trees {
    fn predict_inplace(&self, rows: &ArrayBase<D, Ix2>, targets: &mut Array1<f32>) {
        let rows = rows.as_standard_layout();
        let mut pairs: Vec<_> = rows.axis_iter(Axis(0)).zip(targets.iter_mut()).collect();
        pairs.par_iter_mut().for_each(|(row, target)| {
            **target = self.score(row.as_slice().expect("a row in standard layout"));
        });
    }

    fn default_target(&self, rows: &ArrayBase<D, Ix2>) -> Array1<f32> {
        Array1::zeros(rows.nrows())
    }
}

#[cfg(test)]
mod tests {
    use linfa::traits::Predict;

    use super::*;

    fn dataset(n: usize) -> DatasetBase<Array2<f32>, Array1<f32>> {
        let rows = Array2::from_shape_fn((n, 3), |(i, j)| match j {
            0 => (i % 17) as f32,
            1 => ((i * 7) % 23) as f32 / 3.0,
            _ if i % 5 == 0 => f32::NAN,
            _ => (i % 4) as f32,
        });
        let targets = rows
            .outer_iter()
            .map(|row| row[0] * 0.5 - row[1] + if row[2].is_nan() { 3.0 } else { row[2] })
            .collect();
        DatasetBase::new(rows, targets)
    }

    #[test]
    fn a_forest_learns_and_knows_missing_values() {
        let dataset = dataset(600);
        let params = ForestParams {
            trees: 20,
            columns_a_split: 3,
            ..ForestParams::default()
        };
        let forest = params.fit(&dataset).expect("a fit");
        assert_eq!(forest.len(), 20);
        let predicted = forest.predict(&dataset.records);
        let error = (&predicted - &dataset.targets)
            .mapv(f32::abs)
            .mean()
            .expect("rows");
        assert!(error < 0.5, "mean absolute error {error}");
    }

    #[test]
    fn one_seed_gives_one_forest() {
        let dataset = dataset(200);
        let params = ForestParams {
            trees: 10,
            ..ForestParams::default()
        };
        let params = ForestParams {
            columns_a_split: 2,
            ..params
        };
        let other = ForestParams {
            seed: 7,
            ..params.clone()
        };
        assert_eq!(
            params.fit(&dataset).expect("a fit"),
            params.fit(&dataset).expect("a fit")
        );
        assert_ne!(
            params.fit(&dataset).expect("a fit"),
            other.fit(&dataset).expect("a fit")
        );
    }

    #[test]
    fn too_many_columns_a_split_are_refused() {
        let params = ForestParams {
            columns_a_split: 4,
            ..ForestParams::default()
        };
        let error = params.fit(&dataset(10)).expect_err("refused").to_string();
        assert!(error.contains("columns_a_split"), "{error}");
    }
}
