//! The expected spread of prices and the calibration of ranges, from rows that the models did not see.

use linfa::{DatasetBase, traits::Fit as _};
use ndarray::{Array1, Array2, Axis};

use super::{
    design::{Design, dense_row},
    ridge_stage::RidgeStage,
};
use crate::{
    Result,
    calibration::{Calibration, Score},
    families::{boosting::BoostingParams, histogram::Grown},
    features::encoder::SPREAD_COLUMNS,
    hyperparameters::Checked,
    predictor::Predictor,
    scorer::expected_spread,
    trees::Trees,
};

/// Added to distances before their logarithm is taken: no seller prices closer than this.
const LEAST_DISTANCE: f32 = 0.01;

/// Distances count no more than this: a factor of e is no spread but a mistake.
const MOST_DISTANCE: f32 = 1.0;

/// What ranges are made of.
pub(super) struct Ranges {
    pub(super) spread: Grown,
    pub(super) calibration: Calibration,
}

/// What a family says of rows that it did not see.
pub(super) struct OutOfFold<'a> {
    /// The encoded rows.
    pub(super) dense: &'a Array2<f32>,
    /// Log price of each row by the predictor that did not see its fold.
    pub(super) estimates: &'a Array1<f32>,
    /// The predictors, fitted without each fold.
    pub(super) predictors: &'a [Predictor],
}

/// Learns the spread from each row's distance to the estimate of the predictor that did not see its fold, then takes
/// the quantiles of distance over spread, the spread again from a model that did not see the fold.
pub(super) fn fit(
    design: &Design,
    ridge: &RidgeStage,
    family: &OutOfFold<'_>,
    params: &Checked<BoostingParams>,
) -> Result<Ranges> {
    let (without_fold, estimates) = (family.predictors, family.estimates);
    let mut rows = Array2::zeros((design.len(), SPREAD_COLUMNS));
    for (row, mut target) in rows.outer_iter_mut().enumerate() {
        let own = dense_row(family.dense, row);
        let values = design
            .encoder
            .spread_row(&design.facts[row], &own, estimates[row], 1);
        for (target, value) in target.iter_mut().zip(values) {
            *target = value;
        }
    }
    let distances: Array1<f32> =
        (estimates - &design.ln_prices).mapv(|error| error.abs().min(MOST_DISTANCE));
    let targets = distances.mapv(|distance| (distance + LEAST_DISTANCE).ln());
    let fit_on = |chosen: &[usize]| {
        let dataset = DatasetBase::new(
            rows.select(Axis(0), chosen),
            targets.select(Axis(0), chosen),
        )
        .with_weights(design.weights.select(Axis(0), chosen));
        params.fit(&dataset)
    };
    let all: Vec<usize> = (0..design.len()).collect();
    let spread = fit_on(&all)?;
    let spread_without_fold: Vec<Trees> = (0..without_fold.len())
        .map(|fold| {
            let others: Vec<usize> = all
                .iter()
                .copied()
                .filter(|row| design.folds[*row] != fold)
                .collect();
            Ok(fit_on(&others)?.trees)
        })
        .collect::<Result<_>>()?;

    let recent = design.recent();
    let known: Vec<Score> = recent
        .iter()
        .map(|row| Score {
            source: design.facts[*row].source,
            ln_price: estimates[*row],
            score: (estimates[*row] - design.ln_prices[*row]).abs()
                / expected_spread(
                    &spread_without_fold[design.folds[*row]],
                    &rows.row(*row).to_vec(),
                ),
        })
        .collect();
    let masked: Vec<Score> = recent
        .iter()
        .map(|row| masked_score(design, ridge, without_fold, &spread_without_fold, *row))
        .collect();
    Ok(Ranges {
        spread,
        calibration: Calibration::fit(&known, &masked),
    })
}

/// The score that a row would have if its model were unknown.
fn masked_score(
    design: &Design,
    ridge: &RidgeStage,
    without_fold: &[Predictor],
    spread_without_fold: &[Trees],
    row: usize,
) -> Score {
    let fold = design.folds[row];
    let facts = design.facts[row].without_model();
    let output = ridge.output_without(design, fold, &facts);
    let dense = design.encoder.dense_row(&facts, output);
    let estimate = without_fold[fold].ln_price(&dense, output);
    let spread_row = design.encoder.spread_row(&facts, &dense, estimate, 0);
    let spread = expected_spread(&spread_without_fold[fold], &spread_row);
    Score {
        source: facts.source,
        ln_price: estimate,
        score: (estimate - design.ln_prices[row]).abs() / spread,
    }
}
