//! The ridge, fitted to all rows and once without each fold.

use linfa::{DatasetBase, traits::Fit as _};
use rayon::prelude::*;

use super::design::Design;
use crate::{
    Result,
    families::ridge::{Ridge, RidgeParams},
    features::{encoder::RidgeOutput, facts::Facts},
    hyperparameters::{self as valid, Checked, Validate},
};

/// How the ridge is fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct RidgeStageParams {
    /// Penalties to choose among.
    pub alphas: Vec<f64>,
    /// Folds on which they are compared.
    pub n_trial_folds: usize,
    /// Everything else.
    pub ridge: RidgeParams,
}

impl Default for RidgeStageParams {
    fn default() -> Self {
        Self {
            alphas: vec![0.25, 0.5, 1.0],
            n_trial_folds: 2,
            ridge: RidgeParams {
                alpha: 1.0,
                tolerance: 1e-4,
                max_iterations: 30,
                // Half of all cars lie within 4 % of the estimate; an error of 20 % is most often the seller's. Weights of
                // rows settle slowly: with three rounds the boosted trees on the ridge were off by 3.3 % more (Vietnamese
                // validation rows of 2025-11, five draws of sellers, standard error 0.5 %); fifteen are no better than ten.
                huber: [0.2].into_iter().chain([0.06; 9]).collect(),
            },
        }
    }
}

impl Validate for RidgeStageParams {
    fn validate(&self) -> Result<()> {
        valid::check_some(valid::RIDGE_ALPHA.name, &self.alphas)?;
        let mut alphas = self.alphas.iter();
        alphas.try_for_each(|alpha| valid::RIDGE_ALPHA.check(*alpha))?;
        self.ridge.validate()
    }
}

impl RidgeStageParams {
    /// The ridge with one of the penalties.
    fn with(&self, alpha: f64) -> Result<Checked<RidgeParams>> {
        RidgeParams {
            alpha,
            ..self.ridge.clone()
        }
        .checked()
    }
}

/// The fitted ridge and what it says of rows that it did not see.
#[derive(Debug)]
pub struct RidgeStage {
    /// Chosen penalty.
    pub alpha: f64,
    /// Fitted to all rows.
    pub ridge: Ridge,
    /// Fitted without each fold.
    pub fold_ridges: Vec<Ridge>,
    /// Output for each row of the ridge that did not see its fold.
    pub out_of_fold: Vec<RidgeOutput>,
}

impl RidgeStage {
    /// Chooses the penalty, then fits.
    ///
    /// # Errors
    /// [`crate::Error::Parameter`] for a penalty out of range or a design without rows.
    pub fn fit(design: &Design, params: &Checked<RidgeStageParams>) -> Result<Self> {
        let alpha = choose_alpha(design, params)?;
        let params = params.with(alpha)?;
        let folds: Vec<Option<usize>> = (0..design.n_folds()).map(Some).chain([None]).collect();
        let mut fold_ridges: Vec<Ridge> = folds
            .into_par_iter()
            .map(|left_out| fit_without(design, left_out, &params))
            .collect::<Result<_>>()?;
        let ridge = fold_ridges
            .pop()
            .unwrap_or_else(|| unreachable!("the last is fitted to all"));
        let out_of_fold = design
            .facts
            .par_iter()
            .zip(&design.folds)
            .map(|(facts, fold)| design.encoder.ridge_output(facts, &fold_ridges[*fold]))
            .collect();
        Ok(Self {
            alpha,
            ridge,
            fold_ridges,
            out_of_fold,
        })
    }

    /// What the ridge that did not see `fold` says of a car.
    pub fn output_without(&self, design: &Design, fold: usize, facts: &Facts) -> RidgeOutput {
        design.encoder.ridge_output(facts, &self.fold_ridges[fold])
    }
}

/// Zero weight keeps a row out of a fit without copying the others.
fn fit_without(
    design: &Design,
    left_out: Option<usize>,
    params: &Checked<RidgeParams>,
) -> Result<Ridge> {
    let weights = design
        .weights
        .iter()
        .zip(&design.folds)
        .map(|(weight, fold)| {
            if Some(*fold) == left_out {
                0.0
            } else {
                *weight
            }
        })
        .collect();
    let dataset = DatasetBase::new(&design.sparse, design.ln_prices.clone()).with_weights(weights);
    params.fit(&dataset)
}

/// Rows so many years older than the newest one have no say in the penalty.
const RECENT_YEARS: f32 = 1.0;

/// The penalty with the least weighted mean absolute error on recent rows left out: on older ones, which many others
/// resemble, smaller penalties look better than they are for tomorrow's cars.
fn choose_alpha(design: &Design, params: &RidgeStageParams) -> Result<f64> {
    if let [alpha] = params.alphas[..] {
        return Ok(alpha);
    }
    let times = design.facts.iter().map(|facts| facts.t);
    let newest = times.fold(f32::NEG_INFINITY, f32::max);
    let is_trial = |row: &usize| design.folds[*row] < params.n_trial_folds;
    let is_recent = |row: &usize| newest - design.facts[*row].t <= RECENT_YEARS;
    let mut judges: Vec<usize> = (0..design.len()).filter(is_trial).collect();
    if judges.iter().any(is_recent) {
        judges.retain(is_recent);
    }
    let mut best = (f64::INFINITY, params.ridge.alpha);
    for alpha in &params.alphas {
        let trial = params.with(*alpha)?;
        let mut error = 0.0;
        for fold in 0..params.n_trial_folds {
            let ridge = fit_without(design, Some(fold), &trial)?;
            error += judges
                .iter()
                .filter(|row| design.folds[**row] == fold)
                .map(|row| {
                    let predicted = ridge.score(design.sparse.row(*row));
                    f64::from((predicted - design.ln_prices[*row]).abs() * design.weights[*row])
                })
                .sum::<f64>();
        }
        if error < best.0 {
            best = (error, *alpha);
        }
    }
    Ok(best.1)
}
