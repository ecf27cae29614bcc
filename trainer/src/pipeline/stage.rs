//! One fit without ranges: enough to compare settings.

use chrono::NaiveDate;
use datasets::{Listing, split as splits};
use models::{
    Family,
    features::view::View,
    hyperparameters::Validate,
    training::{Design, Point, RidgeStage},
};
use rayon::prelude::*;

use crate::{Result, params::Params};

/// Folds of the training rows here, half as many as for a model that is published: the ridge is then fitted to four
/// fifths of the rows rather than nine tenths, in half the time.
const FOLDS: usize = 5;

/// Encoder and ridge, fitted to training rows; families build on it.
#[derive(Debug)]
pub struct Stage {
    design: Design,
    ridge: RidgeStage,
    newest: NaiveDate,
}

impl Stage {
    /// Fits encoder and ridge to `train`.
    ///
    /// # Errors
    /// As [`super::run`].
    pub fn fit(train: &[&Listing], params: &Params, seed: u64) -> Result<Self> {
        Self::fit_seeing(params.features.view(), train, params, seed)
    }

    /// As [`Self::fit`], with another view of the listings than the parameters'.
    ///
    /// # Errors
    /// As [`Self::fit`].
    pub fn fit_seeing(view: View, train: &[&Listing], params: &Params, seed: u64) -> Result<Self> {
        let folds = splits::folds(train, FOLDS, seed)?;
        let mut design = params.unchecked_design();
        design.encoder.view = view;
        let design = Design::new(train, folds, &design.checked()?)?;
        let ridge = RidgeStage::fit(&design, &params.ridge_stage()?)?;
        // The design is refused when no row has a day.
        let newest = train.iter().filter_map(|row| row.listed_on).max();
        Ok(Self {
            design,
            ridge,
            newest: newest.unwrap_or_default(),
        })
    }

    /// Fits `family` on top and gives its estimates of `test`, in order, with what was chosen.
    ///
    /// # Errors
    /// Those of the learner.
    pub fn predict(
        &self,
        family: Family,
        params: &Params,
        seed: u64,
        test: &[&Listing],
    ) -> Result<(Vec<f64>, String)> {
        let families = params.families(seed)?;
        let point = Point::fit(family, &self.design, &self.ridge, &families)?;
        let price = |listing: &&Listing| {
            let facts = self.design.encoder.facts(listing, self.newest);
            f64::from(point.ln_price(&self.design, &self.ridge, &facts)).exp()
        };
        Ok((test.par_iter().map(price).collect(), point.chosen))
    }
}

/// The prices that listings ask.
pub fn actual(rows: &[&Listing]) -> Vec<f64> {
    let price = |row: &&Listing| row.price.map_or(f64::NAN, |price| price.amount);
    rows.iter().map(price).collect()
}
