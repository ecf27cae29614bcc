//! Fits one family: to all rows, and once without each fold for the ranges.

use ndarray::{Array1, Array2};

use super::{
    design::{Design, dense_row, ridge_output},
    learner::{Learner, json},
    params::FamilyParams,
    ranges,
    ridge_stage::RidgeStage,
};
use crate::{
    Family, Result,
    artifact::Parts,
    features::facts::Facts,
    hyperparameters::{Checked, Validate},
    predictor::Predictor,
    scorer::{self, Scorer},
};

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

/// A family fitted to all rows and once without each fold: what ranges, and blends, are made of.
#[derive(Debug, Clone)]
pub struct Member {
    /// The family.
    pub(super) family: Family,
    /// Fitted to all rows.
    pub(super) predictor: Predictor,
    /// Fitted without each fold.
    pub(super) without_fold: Vec<Predictor>,
    /// What an artifact holds of it.
    pub(super) parts: Parts,
    /// The hyper-parameters that were chosen, for people.
    pub(super) chosen: String,
}

impl Member {
    /// Chooses the hyper-parameters of `family` and fits it on the output of the ridge.
    ///
    /// # Errors
    /// [`crate::Error::Parameter`] and [`crate::Error::Learner`] from the learner.
    pub fn fit(
        family: Family,
        design: &Design,
        ridge: &RidgeStage,
        params: &Checked<FamilyParams>,
    ) -> Result<Self> {
        let dense = design.dense(&ridge.out_of_fold);
        let learner = Learner::choose(family, design, ridge, &dense, params)?;
        let all: Vec<usize> = (0..design.len()).collect();
        let (predictor, own_part) = learner.fit(design, ridge, &dense, &all)?;
        let without_fold = (0..design.n_folds())
            .map(|fold| {
                let others = all.iter().filter(|row| design.folds[**row] != fold);
                let rows: Vec<usize> = others.copied().collect();
                Ok(learner.fit(design, ridge, &dense, &rows)?.0)
            })
            .collect::<Result<_>>()?;
        let own_part = own_part.map(|(name, bytes)| (name.to_owned(), bytes));
        Ok(Self {
            family,
            predictor,
            without_fold,
            parts: own_part.into_iter().collect(),
            chosen: learner.describe(ridge),
        })
    }

    /// The family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The hyper-parameters that were chosen, for people.
    pub fn chosen(&self) -> &str {
        &self.chosen
    }

    /// What the predictor that did not see a row's fold says of the row.
    pub(super) fn out_of_fold(&self, design: &Design, dense: &Array2<f32>) -> Array1<f32> {
        (0..design.len())
            .map(|row| {
                let own = dense_row(dense, row);
                self.without_fold[design.folds[row]].ln_price(&own, ridge_output(&own))
            })
            .collect()
    }

    /// Adds ranges.
    ///
    /// # Errors
    /// [`crate::Error::Learner`] from the model of the spread.
    pub fn candidate(
        self,
        design: &Design,
        ridge: &RidgeStage,
        params: &Checked<FamilyParams>,
    ) -> Result<Candidate> {
        let ranges = {
            let dense = design.dense(&ridge.out_of_fold);
            let estimates = self.out_of_fold(design, &dense);
            let rows = ranges::OutOfFold {
                dense: &dense,
                estimates: &estimates,
                predictors: &self.without_fold,
            };
            ranges::fit(design, ridge, &rows, &params.spread.clone().checked()?)?
        };
        let mut parts = Parts::from([
            (scorer::ENCODER.to_owned(), json(&design.encoder)?),
            (scorer::RIDGE.to_owned(), json(&ridge.ridge)?),
            (scorer::SPREAD_MODEL.to_owned(), ranges.spread.json),
        ]);
        parts.extend(self.parts);
        let scorer = Scorer::new(
            design.encoder.clone(),
            ridge.ridge.clone(),
            self.predictor,
            ranges.spread.trees,
            ranges.calibration,
        );
        Ok(Candidate {
            scorer,
            parts,
            chosen: self.chosen,
        })
    }
}

/// Fits `family` on the output of the ridge, with its ranges.
///
/// # Errors
/// [`crate::Error::Parameter`] and [`crate::Error::Learner`] from the learner.
pub fn fit_family(
    family: Family,
    design: &Design,
    ridge: &RidgeStage,
    params: &Checked<FamilyParams>,
) -> Result<Candidate> {
    Member::fit(family, design, ridge, params)?.candidate(design, ridge, params)
}

/// A family fitted to all rows and nothing else: enough to compare settings, a tenth of the work.
#[derive(Debug)]
pub struct Point {
    predictor: Predictor,
    /// The hyper-parameters that were chosen, for people.
    pub chosen: String,
}

impl Point {
    /// Fits `family` on the output of the ridge, without ranges.
    ///
    /// # Errors
    /// As [`Member::fit`].
    pub fn fit(
        family: Family,
        design: &Design,
        ridge: &RidgeStage,
        params: &Checked<FamilyParams>,
    ) -> Result<Self> {
        let dense = design.dense(&ridge.out_of_fold);
        let learner = Learner::choose(family, design, ridge, &dense, params)?;
        let all: Vec<usize> = (0..design.len()).collect();
        Ok(Self {
            predictor: learner.fit(design, ridge, &dense, &all)?.0,
            chosen: learner.describe(ridge),
        })
    }

    /// Natural logarithm of a car's price.
    pub fn ln_price(&self, design: &Design, ridge: &RidgeStage, facts: &Facts) -> f32 {
        let output = design.encoder.ridge_output(facts, &ridge.ridge);
        let dense = design.encoder.dense_row(facts, output);
        self.predictor.ln_price(&dense, output)
    }
}
