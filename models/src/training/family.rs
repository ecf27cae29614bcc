//! Fits one family: to all rows, and once without each fold for the ranges.

use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, Array2, Axis};

use super::{Design, RidgeStage, ranges};
use crate::{
    Family, Result,
    artifact::Parts,
    families::{
        baseline::MediansParams, boosting::BoostingParams, forest::ForestParams, histogram::Watch,
    },
    features::encoder::{COLUMNS, RIDGE_COLUMN, RidgeOutput},
    predictor::Predictor,
    scorer::{self, Scorer},
    trees,
};

/// Hyper-parameters of every family, with the alternatives that are tried.
#[derive(Debug, Clone, PartialEq)]
pub struct FamilyParams {
    /// Boosted trees to choose among; the number of trees is found by early stopping.
    pub boosting: Vec<BoostingParams>,
    /// Trees without progress before boosting stops.
    pub patience: std::num::NonZeroUsize,
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
        let boosting = BoostingParams {
            trees: 500,
            depth: 6,
            eta: 0.04,
            min_child_weight: 4.0,
            lambda: 1.0,
            subsample: 1.0,
            colsample: 0.6,
            seed,
            categorical: Vec::new(),
        };
        let forest = ForestParams {
            seed,
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
            patience: std::num::NonZeroUsize::new(25).unwrap_or(std::num::NonZeroUsize::MIN),
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
                ..boosting
            },
        }
    }
}

/// A fitted family with its ranges, and the parts that an artifact of it holds.
#[derive(Debug)]
pub struct Candidate {
    /// Ready to score.
    pub scorer: Scorer,
    /// Parts, without the calibration, which is added once coverage is measured.
    parts: Parts,
    /// The hyper-parameters that were chosen, for people.
    pub chosen: String,
}

impl Candidate {
    /// The parts of the artifact.
    ///
    /// # Errors
    /// [`crate::Error::Learner`] when the calibration cannot be written as JSON.
    pub fn parts(&self) -> Result<Parts> {
        let mut parts = self.parts.clone();
        parts.insert(
            scorer::CALIBRATION.to_owned(),
            json(&self.scorer.calibration)?,
        );
        Ok(parts)
    }
}

/// A fitted predictor and its part of the artifact, if it has one of its own.
type Fitted = (Predictor, Option<(&'static str, Vec<u8>)>);

/// Fits `family` on the output of the ridge.
///
/// # Errors
/// [`crate::Error::Parameter`] and [`crate::Error::Learner`] from the learner.
pub fn fit_family(
    family: Family,
    design: &Design,
    ridge: &RidgeStage,
    params: &FamilyParams,
) -> Result<Candidate> {
    let dense = design.dense(&ridge.out_of_fold);
    let learner = Learner::choose(family, design, ridge, &dense, params)?;
    let rows: Vec<usize> = (0..design.len()).collect();
    let (predictor, own_part) = learner.fit(design, ridge, &dense, &rows)?;
    let without_fold: Vec<Predictor> = (0..design.n_folds())
        .map(|fold| {
            let rows: Vec<usize> = rows
                .iter()
                .copied()
                .filter(|row| design.folds[*row] != fold)
                .collect();
            Ok(learner.fit(design, ridge, &dense, &rows)?.0)
        })
        .collect::<Result<_>>()?;
    let ranges = ranges::fit(design, ridge, &dense, &without_fold, &params.spread)?;

    let mut parts = Parts::from([
        (scorer::ENCODER.to_owned(), json(&design.encoder)?),
        (scorer::RIDGE.to_owned(), json(&ridge.ridge)?),
        (scorer::SPREAD_MODEL.to_owned(), ranges.spread.json),
    ]);
    parts.extend(own_part.map(|(name, bytes)| (name.to_owned(), bytes)));
    let scorer = Scorer {
        encoder: design.encoder.clone(),
        ridge: ridge.ridge.clone(),
        predictor,
        spread: ranges.spread.trees,
        calibration: ranges.calibration,
    };
    Ok(Candidate {
        scorer,
        parts,
        chosen: learner.describe(ridge),
    })
}

/// A family with its hyper-parameters chosen.
enum Learner {
    Baseline(MediansParams),
    Ridge,
    Forest(ForestParams),
    Boosting {
        params: BoostingParams,
        residual_limit: f32,
    },
}

impl Learner {
    fn choose(
        family: Family,
        design: &Design,
        ridge: &RidgeStage,
        dense: &Array2<f32>,
        params: &FamilyParams,
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
        })
    }

    fn fit(
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

    fn describe(&self, ridge: &RidgeStage) -> String {
        let alpha = ridge.alpha;
        match self {
            Self::Baseline(_) => "median of make, model and year".to_owned(),
            Self::Ridge => format!("alpha {alpha}"),
            Self::Forest(own) => format!(
                "{} trees, depth {}, {} of the columns a split; ridge alpha {alpha}",
                own.trees, own.depth, own.columns_a_split
            ),
            Self::Boosting { params: own, .. } => format!(
                "{} trees, depth {}, eta {}; ridge alpha {alpha}",
                own.trees, own.depth, own.eta
            ),
        }
    }
}

/// Compares forests, a third as large as asked for, on the first fold.
fn choose_forest(
    design: &Design,
    dense: &Array2<f32>,
    alternatives: &[ForestParams],
) -> Result<ForestParams> {
    let (fitted, held_out) = first_fold(design);
    let rows = ln_price_rows(design, dense, &fitted);
    best_of(alternatives, |params| {
        let forest = ForestParams {
            trees: params.trees / 3,
            ..params.clone()
        }
        .fit(&rows)?;
        Ok(weighted_error(design, &held_out, |row| {
            forest.score(&dense.row(row).to_vec())
        }))
    })
}

/// Compares boosted trees on the first fold, where the best number of trees is found too.
fn choose_boosting(
    design: &Design,
    ridge: &RidgeStage,
    dense: &Array2<f32>,
    params: &FamilyParams,
) -> Result<BoostingParams> {
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
        let trees = alternative.fit_watched(&rows, watch)?.trees;
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
    best.map(|(_, params)| params)
        .ok_or_else(|| crate::Error::parameter("boosting", "empty", "at least one alternative"))
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
        .ok_or_else(|| crate::Error::parameter("forest", "empty", "at least one alternative"))
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

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| crate::Error::Learner {
        learner: "serde_json",
        detail: error.to_string(),
    })
}

/// The ridge's output that a dense row carries.
pub(super) fn ridge_output(row: &[f32; COLUMNS.len()]) -> RidgeOutput {
    RidgeOutput {
        ln_price: row[RIDGE_COLUMN],
        text_part: row[RIDGE_COLUMN + 1],
    }
}
