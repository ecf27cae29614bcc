//! A family with its hyper-parameters chosen, ready to be fitted to any rows.

use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, Array2, Axis};

use super::{design::Design, params::FamilyParams, ridge_stage::RidgeStage};
use crate::{
    Error, Family, Result,
    families::{
        baseline::MediansParams, boosting::BoostingParams, forest::ForestParams, histogram::Watch,
    },
    features::encoder::COLUMNS,
    hyperparameters::{Checked, Validate},
    predictor::Predictor,
    scorer, trees,
};

/// A fitted predictor and its part of the artifact, if it has one of its own.
pub(super) type Fitted = (Predictor, Option<(&'static str, Vec<u8>)>);

/// A family with its hyper-parameters chosen.
pub(super) enum Learner {
    Baseline(MediansParams),
    Ridge,
    Forest(Checked<ForestParams>),
    Boosting {
        params: Checked<BoostingParams>,
        residual_limit: f32,
    },
}

impl Learner {
    pub(super) fn choose(
        family: Family,
        design: &Design,
        ridge: &RidgeStage,
        dense: &Array2<f32>,
        params: &Checked<FamilyParams>,
    ) -> Result<Self> {
        Ok(match family {
            Family::Baseline => {
                let column = |name| {
                    COLUMNS
                        .iter()
                        .position(|own| *own == name)
                        .unwrap_or_default()
                };
                let (make, model, year) =
                    (column("make_rank"), column("model_rank"), column("year"));
                let groupings = vec![vec![make, model, year], vec![make, model], vec![make]];
                Self::Baseline(MediansParams { groupings })
            }
            Family::Ridge => Self::Ridge,
            Family::RandomForest => Self::Forest(choose_forest(design, dense, &params.forest)?),
            Family::GradientBoosting => Self::Boosting {
                params: choose_boosting(design, ridge, dense, params)?,
                residual_limit: params.residual_limit,
            },
            Family::Blend => {
                return Err(Error::parameter(
                    "family",
                    family.as_str(),
                    "a family that is fitted to rows; a blend is made of fitted ones",
                ));
            }
        })
    }

    pub(super) fn fit(
        &self,
        design: &Design,
        ridge: &RidgeStage,
        dense: &Array2<f32>,
        rows: &[usize],
    ) -> Result<Fitted> {
        Ok(match self {
            Self::Baseline(params) => {
                let medians = params.fit(&ln_price_rows(design, dense, rows))?;
                let part = (scorer::BASELINE, json(&medians)?);
                (Predictor::Baseline(medians), Some(part))
            }
            Self::Ridge => (Predictor::Ridge, None),
            Self::Forest(params) => {
                let forest = params.fit(&ln_price_rows(design, dense, rows))?;
                let part = (scorer::FOREST, trees::write_compact(&forest));
                (Predictor::RandomForest(forest), Some(part))
            }
            Self::Boosting {
                params,
                residual_limit,
            } => {
                let rows = residual_rows(design, ridge, dense, rows, *residual_limit);
                let boosted = params.fit(&rows)?;
                let part = (scorer::BOOSTING, boosted.json);
                (Predictor::GradientBoosting(boosted.trees), Some(part))
            }
        })
    }

    pub(super) fn describe(&self, ridge: &RidgeStage) -> String {
        let alpha = ridge.alpha;
        match self {
            Self::Baseline(_) => "median of make, model and year".to_owned(),
            Self::Ridge => format!("alpha {alpha}"),
            Self::Forest(own) => format!(
                "{} trees, depth {}, {} of the columns a split; ridge alpha {alpha}",
                own.trees, own.depth, own.columns_a_split
            ),
            Self::Boosting { params: own, .. } => format!(
                "{} trees, depth {}, eta {}{}; ridge alpha {alpha}",
                own.trees,
                own.depth,
                own.eta,
                own.huber_slope
                    .map_or_else(String::new, |slope| format!(", pseudo-Huber {slope}"))
            ),
        }
    }
}

/// Compares forests, a third as large as asked for, on the first fold.
fn choose_forest(
    design: &Design,
    dense: &Array2<f32>,
    alternatives: &[ForestParams],
) -> Result<Checked<ForestParams>> {
    let (fitted, held_out) = first_fold(design);
    let rows = ln_price_rows(design, dense, &fitted);
    let best = best_of(alternatives, |params| {
        let smaller = ForestParams {
            trees: (params.trees / 3).max(1),
            ..params.clone()
        };
        let forest = smaller.checked()?.fit(&rows)?;
        Ok(weighted_error(design, &held_out, |row| {
            forest.score(&dense.row(row).to_vec())
        }))
    })?;
    best.checked()
}

/// Compares boosted trees on the first fold, where the best number of trees is found too.
fn choose_boosting(
    design: &Design,
    ridge: &RidgeStage,
    dense: &Array2<f32>,
    params: &Checked<FamilyParams>,
) -> Result<Checked<BoostingParams>> {
    let (fitted, held_out) = first_fold(design);
    let limit = params.residual_limit;
    let rows = residual_rows(design, ridge, dense, &fitted, limit);
    let watched = residual_rows(design, ridge, dense, &held_out, limit);
    let mut best: Option<(f64, BoostingParams)> = None;
    for alternative in &params.boosting {
        let watch = Watch {
            rows: &watched,
            patience: params.patience,
        };
        let trees = alternative
            .clone()
            .checked()?
            .fit_watched(&rows, watch)?
            .trees;
        let error = weighted_error(design, &held_out, |row| {
            ridge.out_of_fold[row].ln_price + trees.score(&dense.row(row).to_vec())
        });
        if best.as_ref().is_none_or(|(least, _)| error < *least) {
            let n = trees.len().max(1);
            best = Some((
                error,
                BoostingParams {
                    trees: n,
                    ..alternative.clone()
                },
            ));
        }
    }
    let (_, best) =
        best.ok_or_else(|| Error::parameter("boosting", "empty", "at least one alternative"))?;
    best.checked()
}

fn best_of<P: Clone>(alternatives: &[P], error: impl Fn(&P) -> Result<f64>) -> Result<P> {
    if let [only] = alternatives {
        return Ok(only.clone());
    }
    let mut best: Option<(f64, &P)> = None;
    for alternative in alternatives {
        let error = error(alternative)?;
        if best.is_none_or(|(least, _)| error < least) {
            best = Some((error, alternative));
        }
    }
    best.map(|(_, params)| params.clone())
        .ok_or_else(|| Error::parameter("forest", "empty", "at least one alternative"))
}

fn first_fold(design: &Design) -> (Vec<usize>, Vec<usize>) {
    (0..design.len()).partition(|row| design.folds[*row] != 0)
}

fn weighted_error(design: &Design, rows: &[usize], ln_price: impl Fn(usize) -> f32) -> f64 {
    rows.iter()
        .map(|row| {
            f64::from((ln_price(*row) - design.ln_prices[*row]).abs() * design.weights[*row])
        })
        .sum()
}

type Rows = DatasetBase<Array2<f32>, Array1<f32>>;

fn ln_price_rows(design: &Design, dense: &Array2<f32>, rows: &[usize]) -> Rows {
    DatasetBase::new(
        dense.select(Axis(0), rows),
        design.ln_prices.select(Axis(0), rows),
    )
    .with_weights(design.weights.select(Axis(0), rows))
}

fn residual_rows(
    design: &Design,
    ridge: &RidgeStage,
    dense: &Array2<f32>,
    rows: &[usize],
    limit: f32,
) -> Rows {
    let residuals = rows
        .iter()
        .map(|row| design.ln_prices[*row] - ridge.out_of_fold[*row].ln_price)
        .map(|residual| residual.clamp(-limit, limit))
        .collect();
    DatasetBase::new(dense.select(Axis(0), rows), residuals)
        .with_weights(design.weights.select(Axis(0), rows))
}

/// JSON, as parts of an artifact hold it.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| Error::Learner {
        learner: "serde_json",
        detail: error.to_string(),
    })
}
