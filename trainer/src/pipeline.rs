//! Training, top to bottom: split, encode, fit the ridge, fit each family, measure it on the hold-out.

mod assess;
mod refit;
mod stage;

use std::{collections::BTreeMap, time::Instant};

use chrono::NaiveDate;
use datasets::{Listing, hash, schema, split as splits, split::Split};
use models::{
    Family, Manifest,
    artifact::Parts,
    calibration::Measured,
    features::{encoder::COLUMNS, view::View},
    hyperparameters::Checked,
    manifest::FORMAT_VERSION,
    training::{Candidate, Design, FamilyParams, Member, RidgeStage, blend},
};

pub use assess::{Assessment, FamilyScores, PartialScores, RangeScores};
pub use datasets::split::Holdout;
pub use stage::{Stage, actual};

use crate::{
    Result,
    params::{self, Params},
};

/// What a blend is made of.
const MEMBERS: [Family; 3] = [
    Family::Ridge,
    Family::RandomForest,
    Family::GradientBoosting,
];

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
    /// How models are fitted.
    pub params: Params,
    /// Whether the best is fitted once more on all rows, the hold-out included, after it was measured.
    pub refit: bool,
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
    /// Shares of held-out cars within their ranges.
    measured: Vec<Measured>,
    /// Its estimates of the hold-out, in the order of [`Outcome::test`].
    pub predicted: Vec<f64>,
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
    /// Rows of the hold-out, as indices into the listings.
    pub test: Vec<usize>,
    /// Training rows left out because they show a car or a seller of the hold-out.
    pub n_dropped: usize,
    /// Wall time of the ridge stage.
    pub ridge_s: f64,
    /// Why the blend is not among the families that were asked for, where it is not.
    pub no_blend: Option<String>,
}

/// Trains on `listings`, telling `progress` what is being done.
///
/// # Errors
/// Listings that leave no hold-out or no training row, have no price or prices in two currencies; a learner that fails.
pub fn run(listings: &[Listing], options: &Options, progress: &dyn Fn(&str)) -> Result<Outcome> {
    progress("splitting");
    let split = options.holdout.split(listings, options.seed)?;
    let mut outcome = run_on(listings, split, options, progress)?;
    if let Some(best) = outcome.trained.first_mut().filter(|_| options.refit) {
        progress("fitting the best to all rows");
        refit::on_all_rows(best, listings, options)?;
    }
    Ok(outcome)
}

/// As [`run`], on rows that are split already, and without a fit on all rows.
///
/// # Errors
/// As [`run`].
pub fn run_on(
    listings: &[Listing],
    split: Split,
    options: &Options,
    progress: &dyn Fn(&str),
) -> Result<Outcome> {
    let pick =
        |rows: &[usize]| -> Vec<&Listing> { rows.iter().map(|row| &listings[*row]).collect() };
    let (train, test) = (pick(&split.train), pick(&split.test));

    progress("encoding");
    let folds = splits::folds(&train, FOLDS, options.seed)?;
    let design = Design::new(&train, folds, &options.params.design()?)?;

    progress("ridge");
    let started = Instant::now();
    let ridge = RidgeStage::fit(&design, &options.params.ridge_stage()?)?;
    let ridge_s = started.elapsed().as_secs_f64();

    let mut fitting = Fitting::new(&design, &ridge, options)?;
    let data_sha256 = hash::listings_sha256(&train);
    let toml = options.params.toml()?;
    // The design is refused when no row has a day.
    let newest = train
        .iter()
        .filter_map(|row| row.listed_on)
        .max()
        .unwrap_or_default();
    let mut no_blend = None;
    let mut trained = Vec::with_capacity(options.families.len());
    for family in &options.families {
        progress(family.as_str());
        let started = Instant::now();
        let (member, earlier_s) = match fitting.member(*family)? {
            Ok(fitted) => fitted,
            Err(why) => {
                no_blend = Some(why);
                continue;
            }
        };
        let mut candidate = member.candidate(&design, &ridge, &fitting.params)?;
        let fit_s = started.elapsed().as_secs_f64() + earlier_s;
        let (assessment, predicted) = assess::assess(&mut candidate, &test, newest)?;
        let mut parts = candidate.parts()?;
        parts.insert(params::PART.to_owned(), toml.clone().into_bytes());
        let manifest = describe(*family, options, &design, &train, &data_sha256, &assessment);
        trained.push(Trained {
            size_bytes: parts.values().map(|part| part.len() as u64).sum(),
            latency_us: latency_us(&candidate, &test, newest),
            chosen: candidate.chosen.clone(),
            manifest,
            parts,
            assessment,
            measured: candidate.scorer.calibration.all_measured().to_vec(),
            predicted,
            fit_s,
        });
    }
    // The request that really comes chooses the champion.
    let asked = |own: &Trained| own.assessment.as_backend_asks.all.mae;
    trained.sort_by(|a, b| asked(a).total_cmp(&asked(b)));
    Ok(Outcome {
        trained,
        n_train: train.len(),
        n_dropped: split.dropped.len(),
        test: split.test,
        ridge_s,
        no_blend,
    })
}

/// Fits families, and keeps what a blend is made of.
struct Fitting<'a> {
    design: &'a Design,
    ridge: &'a RidgeStage,
    params: Checked<FamilyParams>,
    /// Whether there will be a blend.
    keep: bool,
    /// Fitted members of a blend, with the seconds that each took.
    members: Vec<(Member, f64)>,
}

/// A fitted member and the seconds spent on it so far, or the reason why it could not be fitted.
type Fitted = std::result::Result<(Member, f64), String>;

impl<'a> Fitting<'a> {
    fn new(design: &'a Design, ridge: &'a RidgeStage, options: &Options) -> Result<Self> {
        Ok(Self {
            design,
            ridge,
            params: options.params.families(options.seed)?,
            keep: options.families.contains(&Family::Blend),
            members: Vec::new(),
        })
    }

    fn member(&mut self, family: Family) -> Result<Fitted> {
        if family == Family::Blend {
            return self.blend();
        }
        Ok(Ok((self.fit(family)?, 0.0)))
    }

    fn fit(&mut self, family: Family) -> Result<Member> {
        let started = Instant::now();
        let member = Member::fit(family, self.design, self.ridge, &self.params)?;
        if self.keep && MEMBERS.contains(&family) {
            let fit_s = started.elapsed().as_secs_f64();
            self.members.push((member.clone(), fit_s));
        }
        Ok(member)
    }

    fn blend(&mut self) -> Result<Fitted> {
        for family in MEMBERS {
            let is_there = |(member, _): &(Member, f64)| member.family() == family;
            if !self.members.iter().any(is_there) {
                self.fit(family)?;
            }
        }
        let earlier_s = self.members.iter().map(|(_, fit_s)| fit_s).sum();
        let members: Vec<Member> = self.members.drain(..).map(|(member, _)| member).collect();
        let blended = blend(&members, self.design, self.ridge)?;
        if blended.wins() {
            return Ok(Ok((blended.member, earlier_s)));
        }
        let (best, least) = blended.best;
        Ok(Err(format!(
            "no blend is published: on rows that its members did not see, {} is off by {:.5} in log price, {} alone by {least:.5}",
            blended.member.chosen(),
            blended.error,
            best.as_str(),
        )))
    }
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
        rows_in_all: None,
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
            std::hint::black_box(assess::value(&candidate.scorer, row, today, View::FULL));
            started.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}
