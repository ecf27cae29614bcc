//! Training, top to bottom: split, encode, fit the ridge, fit each family, measure it on the hold-out.

mod assess;

use std::{collections::BTreeMap, time::Instant};

use chrono::NaiveDate;
use datasets::{Listing, hash, schema, split as splits};
use models::{
    Family, Manifest,
    artifact::Parts,
    features::encoder::COLUMNS,
    manifest::FORMAT_VERSION,
    training::{
        Candidate, Design, DesignParams, FamilyParams, RidgeStage, RidgeStageParams, fit_family,
    },
};

pub use assess::{Assessment, FamilyScores, RangeScores};
pub use datasets::split::Holdout;

use crate::Result;

/// Folds of the training rows.
const FOLDS: usize = 10;

/// What to train and how to judge it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Families to fit.
    pub families: Vec<Family>,
    /// Seed of splits and learners.
    pub seed: u64,
    /// Rows that are kept aside to measure on.
    pub holdout: Holdout,
}

/// A fitted family with what was measured of it.
#[derive(Debug)]
pub struct Trained {
    /// Description of the artifact, to be sealed by the registry.
    pub manifest: Manifest,
    /// Its parts.
    pub parts: Parts,
    /// Measured on the hold-out.
    pub assessment: Assessment,
    /// The hyper-parameters that were chosen, for people.
    pub chosen: String,
    /// Wall time of choosing and fitting, ranges included; the ridge stage, which all families share, not.
    pub fit_s: f64,
    /// Size of all parts.
    pub size_bytes: u64,
    /// Median time to value one car with its ranges, from the listing on.
    pub latency_us: f64,
}

/// What a training run gives.
#[derive(Debug)]
pub struct Outcome {
    /// Families in the order of their error, the best first.
    pub trained: Vec<Trained>,
    /// Training rows.
    pub n_train: usize,
    /// Rows of the hold-out.
    pub n_test: usize,
    /// Training rows left out because they show a car or a seller of the hold-out.
    pub n_dropped: usize,
    /// Wall time of the ridge stage.
    pub ridge_s: f64,
}

/// Trains on `listings`, telling `progress` what is being done.
///
/// # Errors
/// Listings that leave no hold-out or no training row, have no price or prices in two currencies; a learner that fails.
pub fn run(listings: &[Listing], options: &Options, progress: &dyn Fn(&str)) -> Result<Outcome> {
    progress("splitting");
    let split = options.holdout.split(listings, options.seed)?;
    let pick =
        |rows: &[usize]| -> Vec<&Listing> { rows.iter().map(|row| &listings[*row]).collect() };
    let (train, test) = (pick(&split.train), pick(&split.test));

    progress("encoding");
    let folds = splits::folds(&train, FOLDS, options.seed)?;
    let design = Design::new(&train, folds, &DesignParams::default())?;

    progress("ridge");
    let started = Instant::now();
    let ridge = RidgeStage::fit(&design, &RidgeStageParams::default())?;
    let ridge_s = started.elapsed().as_secs_f64();

    let params = FamilyParams::seeded(options.seed);
    let data_sha256 = hash::listings_sha256(&train);
    // The design is refused when no row has a day.
    let newest = train
        .iter()
        .filter_map(|row| row.listed_on)
        .max()
        .unwrap_or_default();
    let mut trained = Vec::with_capacity(options.families.len());
    for family in &options.families {
        progress(family.as_str());
        let started = Instant::now();
        let mut candidate = fit_family(*family, &design, &ridge, &params)?;
        let fit_s = started.elapsed().as_secs_f64();
        let assessment = assess::assess(&mut candidate, &test, newest)?;
        let parts = candidate.parts()?;
        let manifest = describe(*family, options, &design, &train, &data_sha256, &assessment);
        trained.push(Trained {
            size_bytes: parts.values().map(|part| part.len() as u64).sum(),
            latency_us: latency_us(&candidate, &test, newest),
            chosen: candidate.chosen.clone(),
            manifest,
            parts,
            assessment,
            fit_s,
        });
    }
    trained.sort_by(|a, b| a.assessment.all.mae.total_cmp(&b.assessment.all.mae));
    Ok(Outcome {
        trained,
        n_train: train.len(),
        n_test: test.len(),
        n_dropped: split.dropped.len(),
        ridge_s,
    })
}

fn describe(
    family: Family,
    options: &Options,
    design: &Design,
    train: &[&Listing],
    data_sha256: &str,
    assessment: &Assessment,
) -> Manifest {
    let mut rows_by_source = BTreeMap::new();
    for row in train {
        *rows_by_source.entry(row.source.clone()).or_insert(0) += 1;
    }
    let newest = train.iter().filter_map(|row| row.listed_on).max();
    Manifest {
        format_version: FORMAT_VERSION,
        schema_version: schema::VERSION,
        name: "price".to_owned(),
        version: String::new(),
        family,
        features: COLUMNS.map(str::to_owned).to_vec(),
        currency: design.currency,
        seed: options.seed,
        git_revision: git_revision(),
        trained_at: None,
        data_sha256: data_sha256.to_owned(),
        data_until: newest.map(|day| day.to_string()).unwrap_or_default(),
        rows_by_source,
        metrics: assessment.metrics(),
        parts: BTreeMap::new(),
        sha256: String::new(),
    }
}

/// Revision of the code, where it is built inside its repository.
fn git_revision() -> Option<String> {
    option_env!("GIAXE_GIT_REVISION")
        .filter(|revision| !revision.is_empty())
        .map(str::to_owned)
}

fn latency_us(candidate: &Candidate, test: &[&Listing], today: NaiveDate) -> f64 {
    let mut times: Vec<f64> = test
        .iter()
        .take(1000)
        .map(|row| {
            let started = Instant::now();
            std::hint::black_box(assess::value(&candidate.scorer, row, today));
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}
