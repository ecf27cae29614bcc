//! One fit of one of our families on an exported design.

use std::{collections::BTreeMap, path::Path, str::FromStr, time::Duration};

use anyhow::{Context, Result, bail};
use linfa::{DatasetBase, traits::Fit};
use models::{
    families::{
        boosting::BoostingParams,
        forest::ForestParams,
        ridge::{RidgeParams, SparseRows},
    },
    features::encoder::RIDGE_COLUMN,
    hyperparameters::Unchecked,
};
use ndarray::{Array1, Array2};
use rustix::time::{ClockId, clock_gettime};

use crate::npy;

/// No residual counts for more: that of [`models::training::FamilyParams`].
const RESIDUAL_LIMIT: f32 = 0.2;

/// Fits, scores the test rows and prints the line.
pub(crate) fn fit(design: &Path, family: &str, setting: &str) -> Result<()> {
    let mut setting = Setting::parse(setting)?;
    let (cpu, ln_prices) = match family {
        "gradient_boosting" | "boosted_residual" => {
            let default = BoostingParams::default();
            let params = BoostingParams {
                trees: setting.take("trees", default.trees)?,
                depth: setting.take("depth", default.depth)?,
                eta: setting.take("eta", default.eta)?,
                min_child_weight: setting.take("min_child_weight", default.min_child_weight)?,
                lambda: setting.take("lambda", default.lambda)?,
                subsample: setting.take("subsample", default.subsample)?,
                colsample: setting.take("colsample", default.colsample)?,
                categorical: if setting.take("categorical", false)? {
                    categorical(design)?
                } else {
                    Vec::new()
                },
                ..default
            };
            setting.done()?;
            let of_residual = family == "boosted_residual";
            let mut dataset = dense(design)?;
            if of_residual {
                let ridge = dataset.records.column(RIDGE_COLUMN);
                dataset.targets =
                    (&dataset.targets - &ridge).clamp(-RESIDUAL_LIMIT, RESIDUAL_LIMIT);
            }
            let base = |row: &[f32]| if of_residual { row[RIDGE_COLUMN] } else { 0.0 };
            let (cpu, model) = timed(|| Unchecked::from(params).fit(&dataset))?;
            (
                cpu,
                score_dense(design, |row| base(row) + model.trees.score(row))?,
            )
        }
        "random_forest" => {
            let default = ForestParams::default();
            let params = ForestParams {
                trees: setting.take("trees", default.trees)?,
                depth: setting.take("depth", default.depth)?,
                columns_a_split: setting.take("columns_a_split", default.columns_a_split)?,
                min_leaf_weight: setting.take("min_leaf_weight", default.min_leaf_weight)?,
                ..default
            };
            setting.done()?;
            let dataset = dense(design)?;
            let (cpu, model) = timed(|| Unchecked::from(params).fit(&dataset))?;
            (cpu, score_dense(design, |row| model.score(row))?)
        }
        "ridge" => {
            let default = RidgeParams::default();
            let limits: String = setting.take("huber", String::new())?;
            let params = RidgeParams {
                alpha: setting.take(
                    "alpha",
                    of_ridge(design)?["alpha"]
                        .as_f64()
                        .context("ridge.json: alpha")?,
                )?,
                tolerance: setting.take("tolerance", default.tolerance)?,
                max_iterations: setting.take("max_iterations", default.max_iterations)?,
                huber: limits
                    .split(',')
                    .filter(|limit| !limit.is_empty())
                    .map(|limit| limit.parse().with_context(|| format!("huber: {limit:?}")))
                    .collect::<Result<_>>()?,
            };
            setting.done()?;
            let rows = sparse(design, "train")?;
            let dataset = with_targets(design, &rows)?;
            let (cpu, model) = timed(|| Unchecked::from(params).fit(&dataset))?;
            let test = sparse(design, "test")?;
            (
                cpu,
                (0..test.n_rows())
                    .map(|row| model.score(test.row(row)))
                    .collect(),
            )
        }
        other => bail!(
            "family {other:?}; valid: gradient_boosting, boosted_residual, random_forest, ridge"
        ),
    };
    let prices: Vec<f32> = npy::read(&design.join("y_test.npy"))?;
    let error: f64 = ln_prices
        .iter()
        .zip(&prices)
        .map(|(ln, price)| (f64::from(*ln).exp() - f64::from(*price)).abs())
        .sum();
    let line = serde_json::json!({
        "family": family,
        "fit_cpu_s": cpu.as_secs_f64(),
        "mae": error / prices.len() as f64,
    });
    #[expect(clippy::print_stdout, reason = "the line is the result")]
    {
        println!("{line}");
    }
    Ok(())
}

/// CPU time of the whole process while `work` ran.
fn timed<T>(work: impl FnOnce() -> models::Result<T>) -> Result<(Duration, T)> {
    let start = cpu_time()?;
    let result = work()?;
    Ok((cpu_time()?.saturating_sub(start), result))
}

fn cpu_time() -> Result<Duration> {
    Ok(Duration::try_from(clock_gettime(ClockId::ProcessCPUTime))?)
}

fn dense(design: &Path) -> Result<DatasetBase<Array2<f32>, Array1<f32>>> {
    let rows = matrix(
        design,
        "X_train.npy",
        npy::read::<f32>(&design.join("y_train.npy"))?.len(),
    )?;
    with_targets(design, rows)
}

fn categorical(design: &Path) -> Result<Vec<usize>> {
    Ok(serde_json::from_slice(&fs_err::read(
        design.join("categorical.json"),
    )?)?)
}

fn with_targets<R: linfa::dataset::Records>(
    design: &Path,
    rows: R,
) -> Result<DatasetBase<R, Array1<f32>>> {
    let targets: Vec<f32> = npy::read(&design.join("y_train.npy"))?;
    let weights: Vec<f32> = npy::read(&design.join("w_train.npy"))?;
    Ok(DatasetBase::new(rows, targets.into()).with_weights(weights.into()))
}

fn matrix(design: &Path, name: &str, n_rows: usize) -> Result<Array2<f32>> {
    let values: Vec<f32> = npy::read(&design.join(name))?;
    Ok(Array2::from_shape_vec(
        (n_rows, values.len() / n_rows.max(1)),
        values,
    )?)
}

fn score_dense(design: &Path, score: impl Fn(&[f32]) -> f32) -> Result<Vec<f32>> {
    let n_rows = npy::read::<f32>(&design.join("y_test.npy"))?.len();
    Ok(matrix(design, "X_test.npy", n_rows)?
        .outer_iter()
        .map(|row| score(&row.to_vec()))
        .collect())
}

fn sparse(design: &Path, side: &str) -> Result<SparseRows> {
    let file = |part: &str| design.join(format!("terms_{side}_{part}.npy"));
    let starts: Vec<i64> = npy::read(&file("indptr"))?;
    let columns: Vec<i32> = npy::read(&file("indices"))?;
    let values: Vec<f32> = npy::read(&file("data"))?;
    let n_columns = of_ridge(design)?["n_columns"]
        .as_u64()
        .context("ridge.json: n_columns")? as usize;
    let mut rows = SparseRows::new(n_columns);
    for pair in starts.windows(2) {
        let range = pair[0] as usize..pair[1] as usize;
        rows.push(
            columns[range.clone()]
                .iter()
                .map(|column| *column as u32)
                .zip(values[range].iter().copied()),
        );
    }
    Ok(rows)
}

fn of_ridge(design: &Path) -> Result<serde_json::Value> {
    Ok(serde_json::from_slice(&fs_err::read(
        design.join("ridge.json"),
    )?)?)
}

/// Hyper-parameters by name.
struct Setting(BTreeMap<String, String>);

impl Setting {
    fn parse(text: &str) -> Result<Self> {
        let pairs = text.split_whitespace().map(|pair| {
            let (name, value) = pair
                .split_once('=')
                .with_context(|| format!("{pair:?}: no `name=value`"))?;
            Ok((name.to_owned(), value.to_owned()))
        });
        Ok(Self(pairs.collect::<Result<_>>()?))
    }

    fn take<T: FromStr>(&mut self, name: &str, default: T) -> Result<T>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        match self.0.remove(name) {
            Some(value) => value.parse().with_context(|| format!("{name}: {value:?}")),
            None => Ok(default),
        }
    }

    fn done(self) -> Result<()> {
        match self.0.into_keys().next() {
            Some(name) => bail!("setting {name:?} is unknown to this family"),
            None => Ok(()),
        }
    }
}
