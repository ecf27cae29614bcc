//! The best family once more, on all rows: what was held out to measure it is learned from as well, for it is the newest.
//!
//! The figures stay those of the first fit, which saw no held-out row. Both fits lie in one artifact: the service loads the
//! second, and whatever judges a model by the hold-out loads the first.

use datasets::{Listing, split as splits};
use models::{
    Family,
    training::{Design, RidgeStage},
};

use super::{FOLDS, Fitting, Options, Trained};
use crate::{Result, params};

/// Fits the family of `best` to all of `listings` and puts the fit in front of the measured one.
///
/// # Errors
/// As [`super::run`].
pub(super) fn on_all_rows(
    best: &mut Trained,
    listings: &[Listing],
    options: &Options,
) -> Result<()> {
    let family = best.manifest.family;
    // Medians of what is held out would hardly differ.
    if family == Family::Baseline {
        return Ok(());
    }
    let rows: Vec<&Listing> = listings.iter().collect();
    let folds = splits::folds(&rows, FOLDS, options.seed)?;
    let design = Design::new(&rows, folds, &options.params.design()?)?;
    let ridge = RidgeStage::fit(&design, &options.params.ridge_stage()?)?;
    let mut fitting = Fitting::new(&design, &ridge, options)?;
    // A blend that does not win on all rows leaves the measured fit as it is.
    let Ok((member, _)) = fitting.member(family)? else {
        return Ok(());
    };
    let mut candidate = member.candidate(&design, &ridge, &fitting.params)?;
    let measured = std::mem::take(&mut best.measured);
    candidate.scorer.calibration.set_measured(measured);
    let mut own = best.parts.clone();
    let toml = own.remove(params::PART);
    best.parts = models::scorer::with_measured(candidate.parts()?, &own);
    best.parts
        .extend(toml.map(|bytes| (params::PART.to_owned(), bytes)));
    best.size_bytes = best.parts.values().map(|part| part.len() as u64).sum();
    best.manifest.rows_in_all = Some(rows.len() as u64);
    Ok(())
}
